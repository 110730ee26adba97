import AntreaModel

/// Decides flows as Antrea does for ClusterNetworkPolicies, ClusterGroups and
/// Tiers: by tier, policy priority and rule; the first match decides, at the
/// source for what leaves and at the destination for what enters; without a
/// match the flow passes.
///
/// It reads documents as they stand in a repository or a cluster, and refuses
/// what it does not know instead of judging without it. `Pass` goes on to the
/// baseline tier; Kubernetes' own NetworkPolicies, which come before that tier,
/// and namespaced Antrea policies are refused for now.
public struct AntreaEvaluator: ReachabilityEvaluator {
  /// The rules between two endpoints.
  public struct Path: Sendable {
    let egress: [Int]
    let ingress: [Int]
  }

  public let world: World
  public let traffic: TrafficSpace
  /// Policies of one tier with the same priority: which of them is first is not
  /// defined.
  public let ties: [[String]]
  private let egress: [AntreaRuleEntry]
  private let ingress: [AntreaRuleEntry]

  /// Reads objects; kinds that have nothing to do with policies are left out.
  ///
  /// - Throws: ``EvaluationError``.
  public init(_ objects: [KubernetesObject], world: World) throws(EvaluationError) {
    let antrea = objects.filter { $0.reference.group == "crd.antrea.io" }
    if let other = objects.first(where: { $0.kind == "NetworkPolicy" })
      ?? antrea.first(where: { $0.kind == "Group" })
    {
      throw .notEvaluated(other.reference, construct: other.kind)
    }
    var members = AntreaMembers(antrea.filter { $0.kind == "ClusterGroup" }, world)
    try members.readAll()
    var reader = try AntreaPolicyReader(
      tiers: antrea.filter { $0.kind == "Tier" }, members: members)
    let policies = antrea.filter { $0.kind == "ClusterNetworkPolicy" }
    for policy in policies.sorted(by: { $0.name < $1.name }) { try reader.read(policy) }
    egress = Self.ordered(reader.egress)
    ingress = Self.ordered(reader.ingress)
    ties = Self.ties(reader.egress + reader.ingress)
    var space = TrafficSpace()
    for rule in egress + ingress { for match in rule.traffic ?? [] { match.divide(&space) } }
    traffic = space
    self.world = world
  }

  public func path(from source: Endpoint, to destination: Endpoint) -> Path {
    func rules(_ list: [AntreaRuleEntry], at own: Endpoint, with peer: Endpoint) -> [Int] {
      guard own.isEnforced else { return [] }
      return list.indices.filter {
        list[$0].targets.contains(own.index) && list[$0].peers.contains(peer.index)
      }
    }
    return Path(
      egress: rules(egress, at: source, with: destination),
      ingress: rules(ingress, at: destination, with: source))
  }

  public func decide(_ traffic: Traffic, on path: Path) -> Decision {
    Decision(
      egress: decide(traffic, egress, path.egress),
      ingress: decide(traffic, ingress, path.ingress))
  }

  private func decide(
    _ traffic: Traffic, _ rules: [AntreaRuleEntry], _ candidates: [Int]
  ) -> SideDecision {
    var hasPassed = false
    for index in candidates {
      let rule = rules[index]
      if hasPassed, !rule.isBaseline { continue }
      if let kinds = rule.traffic, !kinds.contains(where: { $0.matches(traffic) }) { continue }
      switch rule.action {
      case .decide(let outcome): return SideDecision(outcome, by: rule.reference)
      case .pass: hasPassed = true
      }
    }
    return .unmatched
  }

  private static func ordered(_ rules: [AntreaRuleEntry]) -> [AntreaRuleEntry] {
    rules.sorted {
      $0.order == $1.order ? $0.reference.policy < $1.reference.policy : $0.order < $1.order
    }
  }

  private static func ties(_ rules: [AntreaRuleEntry]) -> [[String]] {
    struct Place: Hashable {
      var tier: Int
      var priority: Double
    }
    let places = Dictionary(grouping: rules) {
      Place(tier: $0.order.tier, priority: $0.order.policy)
    }
    return places.values.map { Set($0.map(\.reference.policy)).sorted() }.filter { $0.count > 1 }
      .sorted { $0[0] < $1[0] }
  }
}
