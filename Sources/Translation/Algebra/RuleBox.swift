import AntreaModel

/// What a rule matches in one direction, as a product: pods at which it is
/// enforced, by peers, by traffic of one family or of all.
struct RuleBox {
  /// More boxes than this for one rule and direction are refused.
  static let maximumCount = 64

  var pods: PodSelection
  var peers: PeerSelection
  var part: TrafficPart
  /// The family that the traffic is limited to, where pods have another one.
  var family: IPFamily?
  /// Which of the rule's parts it comes from.
  var origin: Int

  /// Whether certainly nothing is in the box.
  var isEmpty: Bool { pods.isEmpty || peers.isEmpty }

  /// Whether certainly nothing is in both boxes. Cheap: most rules have nothing
  /// to do with each other.
  func isDisjoint(from other: RuleBox) -> Bool {
    if let family, let otherFamily = other.family, family != otherFamily { return true }
    return part.isDisjoint(from: other.part) || pods.isDisjoint(from: other.pods)
      || peers.isDisjoint(from: other.peers)
  }

  /// Whether the box can have traffic of a part. Of ICMP of both families, that
  /// of one may be left, and it would be written like the other.
  private func isPossible(_ part: TrafficPart, _ target: ClusterTarget) -> Bool {
    guard let own = part.family else { return true }
    return family.map { $0 == own } ?? target.families?.contains(own) ?? true
  }

  /// The part of a box that is of one family.
  private func limited(to family: IPFamily, _ target: ClusterTarget) -> RuleBox {
    if self.family != nil { return self }
    var result = self
    result.family = family
    result.peers = peers.limited(to: PeerUniverse(target, family: family))
    return result
  }

  /// What is in this box and not in the other one, as boxes that have nothing
  /// in common: the pods that the other one lacks; for the others the peers that
  /// it lacks; for those in both the traffic that it lacks.
  ///
  /// - Throws: a cause where a difference cannot be told.
  func subtracting(
    _ hole: RuleBox, _ target: ClusterTarget, _ budget: inout SelectorBudget
  ) throws(Problem) -> [RuleBox] {
    if isDisjoint(from: hole) { return [self] }
    if family == nil, let limit = hole.family {
      var result: [RuleBox] = []
      for family in IPFamily.allCases {
        let part = limited(to: family, target)
        result += family == limit ? try part.subtracting(hole, target, &budget) : [part]
      }
      return result.filter { !$0.isEmpty }
    }
    let hole = family.map { hole.limited(to: $0, target) } ?? hole
    var others = self
    others.pods = try pods.subtracting(hole.pods, &budget)
    var strangers = self
    strangers.pods = try pods.intersection(hole.pods, &budget)
    if strangers.isEmpty { return [others] }
    var rest = strangers
    strangers.peers = try peers.subtracting(hole.peers, &budget)
    rest.peers = try peers.intersection(hole.peers, &budget)
    var result = [others, strangers]
    if !rest.isEmpty {
      for part in try part.subtracting(hole.part, &budget) where isPossible(part, target) {
        rest.part = part
        result.append(rest)
      }
    }
    return result.filter { !$0.isEmpty }
  }
}
