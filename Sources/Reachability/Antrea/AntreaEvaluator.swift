import AntreaModel

/// Decides flows as a cluster with Antrea does: by tier, policy priority and
/// rule; the first match decides, at the source for what leaves and at the
/// destination for what enters. What no policy of the regular tiers decides, or
/// what one passes on, goes to Kubernetes' NetworkPolicies and to the isolation
/// that they bring, then to the baseline tier; without a match it passes.
///
/// It reads documents as they stand in a repository or a cluster: the policies
/// and groups of Antrea, cluster-wide and namespaced, and Kubernetes' own. Not
/// evaluated are policies of Nodes and of NodePort Services, external entities,
/// other clusters' pods, IGMP by type, and the policy API of Kubernetes' network
/// special interest group; they are refused or listed, never ignored.
///
/// A rule with `l7Protocols` has the outcome ``Outcome/inspect``.
public struct AntreaEvaluator: ReachabilityEvaluator {
  /// The rules between two endpoints.
  public struct Path: Sendable {
    let egress: [Int]
    let ingress: [Int]
  }

  public let world: World
  public let traffic: TrafficSpace
  /// Policies with rules of one place that contradict each other: which of them
  /// is first is not defined.
  public let ties: [[String]]
  /// What was left out: it may decide otherwise.
  public let notEvaluated: [NotEvaluated]
  /// Where objects do something else than they seem to say.
  public let deviations: [AntreaDeviation]
  /// The names and patterns that rules with an `fqdn` ask for, in order: what is
  /// said of an address holds as far as its names are known.
  public let hostNames: [String]
  let egress: [AntreaRuleEntry]
  let ingress: [AntreaRuleEntry]
  /// The tiers by their priorities.
  let tierNames: [Int: String]

  /// Reads objects that have to be beyond doubt, such as those that were
  /// rendered. Kinds that have nothing to do with policies are left out.
  ///
  /// - Throws: ``EvaluationError`` where an object is not valid, cannot be
  ///   evaluated, or would do something else than it says.
  public init(_ objects: [KubernetesObject], world: World) throws(EvaluationError) {
    try self.init(objects, world, isStrict: true)
  }

  /// Reads whatever stands in a cluster. What cannot be evaluated is in
  /// ``notEvaluated``, what is evaluated in an unexpected way in ``deviations``.
  public init(live objects: [KubernetesObject], world: World) {
    do {
      try self.init(objects, world, isStrict: false)
    } catch {
      // Without strictness every error becomes a report.
      self.init(failed: error, world)
    }
  }

  private init(failed error: EvaluationError, _ world: World) {
    self.world = world
    traffic = TrafficSpace()
    (ties, deviations, hostNames, egress, ingress, tierNames) = ([], [], [], [], [], [:])
    switch error {
    case .invalid(let object, let field, let reason):
      notEvaluated = [NotEvaluated(object: object, construct: "\(field): \(reason)")]
    case .notEvaluated(let object, let construct):
      notEvaluated = [NotEvaluated(object: object, construct: construct)]
    }
  }

  private init(
    _ objects: [KubernetesObject], _ world: World, isStrict: Bool
  ) throws(EvaluationError) {
    let sorted = AntreaObjects(objects)
    var reader = AntreaReader(world: world, groups: sorted.groups, isStrict: isStrict)
    for object in sorted.others {
      try reader.report.leaveOut("the kind", AntreaFields(object: object.reference))
    }
    for tier in sorted.tiers { try reader.readTier(tier) }
    if isStrict { try reader.readGroups() }
    for policy in sorted.policies { try reader.readPolicy(policy) }
    for policy in sorted.kubernetes { try reader.readKubernetesPolicy(policy) }
    reader.addIsolation()
    egress = Self.ordered(reader.rules.egress)
    ingress = Self.ordered(reader.rules.ingress)
    ties = AntreaTies.policies([egress, ingress])
    hostNames = reader.hostNames.sorted()
    tierNames = Dictionary(reader.tiers.map { ($0.value, $0.key) }) { min($0, $1) }
    notEvaluated = reader.report.notEvaluated
    deviations = reader.report.deviations
    var space = TrafficSpace()
    for rule in egress + ingress { for match in rule.traffic ?? [] { match.divide(&space) } }
    traffic = space
    self.world = world
  }

  public func path(from source: Endpoint, to destination: Endpoint) -> Path {
    path(from: source, to: destination, through: nil)
  }

  public func path(
    from source: Endpoint, to destination: Endpoint, through service: KubernetesService.Name?
  ) -> Path {
    func rules(_ list: [AntreaRuleEntry], at own: Endpoint, with peer: Endpoint) -> [Int] {
      guard own.isEnforced else { return [] }
      return list.indices.filter { index in
        let rule = list[index]
        if let services = rule.services, !(service.map(services.contains) ?? false) {
          return false
        }
        return rule.targets.contains(own.index) && rule.peers.contains(peer.index)
      }
    }
    return Path(
      egress: rules(egress, at: source, with: destination),
      ingress: source.isNode(of: destination)
        ? [] : rules(ingress, at: destination, with: source))
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
      if hasPassed, rule.stage == .regular { continue }
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
      $0.order == $1.order
        ? ($0.reference.policy, $0.reference.rule) < ($1.reference.policy, $1.reference.rule)
        : $0.order < $1.order
    }
  }
}
