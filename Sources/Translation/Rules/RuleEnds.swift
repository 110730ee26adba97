import AntreaModel
import NSXModel

/// Both ends of a rule and where it is enforced.
struct RuleEnds {
  let appliedTo: Operand
  let sources: Operand
  let destinations: Operand
  /// Domain names that the destination must have been found by; empty for any.
  var domainNames: [String] = []
  private let direction: RuleDirection
  private let limit: IPFamily?
  private let areSourcesExcluded: Bool
  private let areDestinationsExcluded: Bool
  private let target: ClusterTarget

  init(_ rule: Rule, of policy: SecurityPolicy, _ groups: GroupTable, _ target: ClusterTarget) {
    direction = rule.direction
    limit =
      switch rule.ipProtocol {
      case .ipv4: .v4
      case .ipv6: .v6
      default: nil
      }
    areSourcesExcluded = rule.areSourcesExcluded
    areDestinationsExcluded = rule.areDestinationsExcluded
    self.target = target
    appliedTo = Operand(isAny(policy.scope) ? rule.scope : policy.scope, groups)
    sources = Operand(rule.sources, groups)
    destinations = Operand(rule.destinations, groups)
  }

  /// The groups that the rule names.
  var groups: [ResolvedGroup] { appliedTo.groups + sources.groups + destinations.groups }

  /// The directions that the rule filters; both where that is not known.
  var directions: [RuleDirection] {
    switch direction {
    case .in: [.in]
    case .out: [.out]
    default: [.in, .out]
    }
  }

  /// The end at which the rule is enforced.
  func own(_ direction: RuleDirection) -> OwnSide {
    let isIn = direction == .in
    return OwnSide(
      appliedTo: appliedTo,
      side: (isIn ? destinations : sources).asPods(of: target.podNetworks),
      isExcluded: isIn ? areDestinationsExcluded : areSourcesExcluded,
      podNetworks: target.podNetworks)
  }

  /// The end that it filters.
  func other(_ direction: RuleDirection) -> OtherSide {
    let isIn = direction == .in
    return OtherSide(
      operand: isIn ? sources : destinations,
      isExcluded: isIn ? areSourcesExcluded : areDestinationsExcluded,
      domainNames: isIn ? [] : domainNames)
  }

  /// The family that a part of the rule's traffic is limited to.
  ///
  /// - Returns: `nil` where the part is of a family that the rule or the cluster
  ///   has not; else the family, or none.
  func family(of part: TrafficPart) -> IPFamily?? {
    if let limit, let own = part.family, limit != own { return .none }
    let family = part.family ?? limit
    if let family, let families = target.families, !families.contains(family) { return .none }
    return .some(family)
  }

  /// What the rule matches in one direction, exactly.
  func boxes(
    _ direction: RuleDirection, _ parts: [TrafficPart], _ budget: inout SelectorBudget
  ) throws(Problems) -> [RuleBox] {
    let (own, other) = (own(direction), other(direction))
    let problems = own.problems + other.operand.problems
    if !problems.isEmpty { throw Problems(list: problems) }
    do {
      let pods = try own.selection(&budget)
      return try boxes(parts, pods) { universe throws(Problem) in
        try other.selection(universe, &budget)
      }
    } catch {
      throw Problems(list: [error])
    }
  }

  /// Boxes with at least all that the rule matches.
  ///
  /// - Parameter parts: the traffic; `nil` where that is not known.
  func bounds(
    _ direction: RuleDirection, _ parts: [TrafficPart]?, _ budget: inout SelectorBudget
  ) -> [RuleBox] {
    let (own, other) = (own(direction), other(direction))
    let pods = own.bound(&budget)
    return boxes(parts ?? [.everything], pods) { other.bound($0, &budget) }
  }

  private func boxes<Cause: Error>(
    _ parts: [TrafficPart], _ pods: PodSelection,
    _ peers: (PeerUniverse) throws(Cause) -> PeerSelection
  ) throws(Cause) -> [RuleBox] {
    var result: [RuleBox] = []
    for (index, part) in parts.enumerated() {
      guard let family = family(of: part) else { continue }
      // In a cluster of one family there is nothing to limit.
      let limit = target.families == family.map { [$0] } ? nil : family
      let box = RuleBox(
        pods: pods, peers: try peers(PeerUniverse(target, family: limit)), part: part,
        family: limit, origin: index)
      if !box.isEmpty { result.append(box) }
    }
    return result
  }
}
