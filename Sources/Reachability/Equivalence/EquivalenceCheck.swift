import AntreaModel

/// Compares what NSX means with what was rendered, for every pair of endpoints
/// and all traffic.
///
/// Both ends count by themselves: an egress rule that was lost is a difference
/// even where the destination's ingress rule stops the flow as well.
public struct EquivalenceCheck: Sendable {
  /// What is asked.
  public enum Mode: Sendable, Hashable {
    /// Whether both decide the same at both ends.
    case exact
    /// Whether no flow is let through that NSX does not certainly let through:
    /// what is left of a policy of which a rule was refused.
    case notWider
  }

  /// What was compared and what differs.
  public struct Result: Sendable {
    /// The classes of endpoints.
    public var classes = 0
    /// The pairs of classes between which a policy can decide.
    public var classPairs = 0
    /// The pairs of pods that they stand for; once for each family.
    public var podPairs = 0
    /// The kinds of traffic that the rules tell apart.
    public var trafficClasses = 0
    /// The flows that were compared: pairs of classes times kinds of traffic.
    public var flows: Int { classPairs * trafficClasses }
    /// What differs, the most pairs first: at most as many as were asked for.
    public var differences: [Difference] = []
    /// Whether ``differences`` stops at the bound.
    public var isTruncated = false
    /// Whether nothing differs.
    public var isEquivalent: Bool { differences.isEmpty && !isTruncated }
  }

  let nsx: NSXEvaluator
  let antrea: AntreaEvaluator

  /// Creates a check; both evaluators must have been made for the same world.
  public init(nsx: NSXEvaluator, antrea: AntreaEvaluator) {
    self.nsx = nsx
    self.antrea = antrea
  }

  /// Compares all flows.
  ///
  /// - Parameter limit: the number of differences to tell.
  public func run(mode: Mode = .exact, limit: Int = 20) -> Result {
    var result = size()
    var found = DifferenceList(check: self, limit: limit)
    let (left, right) = (nsx.rules, antrea.rules)
    for family in IPFamily.allCases where !nsx.world.members(of: family).isEmpty {
      var comparison = RuleBookComparison(left, right, family)
      for end in FlowEnd.allCases {
        for rectangle in comparison.differences(at: end) {
          found.add(rectangle, at: end, mode, &comparison)
        }
      }
    }
    result.differences = found.sorted
    result.isTruncated = found.isTruncated
    return result
  }

  private func size() -> Result {
    var result = Result()
    let world = nsx.world
    result.classes = world.endpoints.count
    result.trafficClasses = nsx.traffic.union(antrea.traffic).count
    for family in IPFamily.allCases {
      let members = world.members(of: family)
      let own = members.intersection(world.enforced)
      let others = members.count - own.count
      // A class of one pod makes no pair with itself.
      var single = 0
      var pods = 0
      own.forEach { member in
        pods += world.endpoints[member].count
        if world.endpoints[member].count == 1 { single += 1 }
      }
      result.classPairs += members.count * members.count - others * others - single
      result.podPairs += pods * (pods - 1)
    }
    return result
  }
}
