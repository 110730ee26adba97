import NSXModel

/// Where a rule stands in the order of evaluation.
struct RulePlace: Comparable {
  /// The policy among those of all categories, in order.
  var policy: Int
  /// The rule among those of its policy that are in force.
  var rule: Int

  static func < (left: RulePlace, right: RulePlace) -> Bool {
    (left.policy, left.rule) < (right.policy, right.rule)
  }
}

/// A rule with `JUMP_TO_APPLICATION`: what it matches leaves the category
/// Environment. It becomes no Antrea rule, but the rules after it must leave its
/// traffic alone.
struct Jump {
  var place: RulePlace
  var category: Category
  /// NSX path.
  var rule: String
  var groups: [ResolvedGroup]
  /// What it matches; at least that where ``problems`` has something.
  var ingress: [RuleBox] = []
  var egress: [RuleBox] = []
  /// Why it was refused.
  var problems: [Problem] = []

  func boxes(_ direction: RuleDirection) -> [RuleBox] { direction == .in ? ingress : egress }
}

/// The jumps of all policies, found before policies are translated at the same
/// time.
struct JumpTable {
  private let jumps: [Jump]
  private let closesRefused: Bool

  /// No jumps.
  init() {
    jumps = []
    closesRefused = false
  }

  /// - Parameters:
  ///   - jumps: in order of their places.
  ///   - closesRefused: whether a deny stands in the place of those that were
  ///     refused, so that nothing they may match gets past them.
  init(_ jumps: [Jump], closesRefused: Bool) {
    self.jumps = jumps
    self.closesRefused = closesRefused
  }

  /// The jump at a place.
  subscript(place: RulePlace) -> Jump? { jumps.first { $0.place == place } }

  /// The jumps that may have taken traffic from a rule.
  ///
  /// Only Environment may jump. Where another category does, nothing is known
  /// about what comes after it, up to Application.
  func before(_ place: RulePlace, in category: Category) -> [Jump] {
    if jumps.isEmpty || category == .application { return [] }
    return jumps.filter { jump in
      jump.place < place
        && (jump.problems.isEmpty ? category == .environment : !closesRefused)
    }
  }
}
