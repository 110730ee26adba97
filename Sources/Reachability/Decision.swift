/// A rule by the names of its own world: NSX paths, or the names of an Antrea
/// object and of a rule in it.
public struct RuleReference: Sendable, Hashable, CustomStringConvertible {
  /// NSX path of the policy, or `ClusterNetworkPolicy/name`.
  public var policy: String
  /// NSX path of the rule, or the rule's name.
  public var rule: String

  /// Creates a reference.
  public init(policy: String, rule: String) {
    self.policy = policy
    self.rule = rule
  }

  /// The rule where it is a path, else `policy rule`.
  public var description: String { rule.hasPrefix("/") ? rule : "\(policy) \(rule)" }
}

/// What happens to a connection attempt at one end.
public enum Outcome: String, Sendable, Hashable {
  /// It passes.
  case allow
  /// It is discarded without an answer.
  case drop
  /// It is refused with an answer.
  case reject
  /// It passes as far as its content is what the rule asks for (HTTP requests,
  /// TLS names), and is discarded otherwise; later rules are not asked.
  case inspect
  /// It cannot be told: a rule has something that only NSX can decide.
  case undetermined
}

/// What one end decides, and by which rule.
public struct SideDecision: Sendable, Hashable {
  /// The outcome.
  public var outcome: Outcome
  /// The rule that decided; `nil` where none matched or none is enforced.
  public var rule: RuleReference?

  /// Creates a decision.
  public init(_ outcome: Outcome, by rule: RuleReference? = nil) {
    self.outcome = outcome
    self.rule = rule
  }

  /// What happens where no rule matches, and where none is enforced.
  public static let unmatched = SideDecision(.allow)
}

/// What happens to a flow: leaving the source, then entering the destination.
public struct Decision: Sendable, Hashable {
  /// At the source.
  public var egress: SideDecision
  /// At the destination.
  public var ingress: SideDecision

  /// Creates a decision.
  public init(egress: SideDecision, ingress: SideDecision) {
    self.egress = egress
    self.ingress = ingress
  }

  /// The result of both ends: what the first end does that does not allow.
  public var outcome: Outcome {
    switch (egress.outcome, ingress.outcome) {
    case (.drop, _), (.reject, _): egress.outcome
    case (.undetermined, .drop): .drop
    case (.undetermined, _): .undetermined
    case (.inspect, .allow): .inspect
    case (_, let other): other
    }
  }
}

/// Decides flows between the endpoints of a world.
public protocol ReachabilityEvaluator: Sendable {
  /// What two endpoints share for all traffic between them.
  associatedtype Path
  /// The endpoints.
  var world: World { get }
  /// The traffic that its rules tell apart.
  var traffic: TrafficSpace { get }
  /// The same rules as sets, for questions about all flows at once.
  var rules: RuleBook { get }
  /// The rules that concern two endpoints of ``world``.
  func path(from source: Endpoint, to destination: Endpoint) -> Path
  /// The rules that concern two endpoints of ``world`` for a flow that was sent
  /// to a Service.
  func path(
    from source: Endpoint, to destination: Endpoint, through service: KubernetesService.Name?
  ) -> Path
  /// What the rules that stand at one end of a flow do with it, in the order of
  /// evaluation, up to the one that decides.
  func steps(of flow: Flow, at end: FlowEnd) -> [RuleStep]
  /// Decides one kind of traffic.
  func decide(_ traffic: Traffic, on path: Path) -> Decision
}

extension ReachabilityEvaluator {
  /// Rules that do not ask for Services are the same through a Service.
  public func path(
    from source: Endpoint, to destination: Endpoint, through service: KubernetesService.Name?
  ) -> Path {
    path(from: source, to: destination)
  }

  /// Decides a flow.
  public func decide(_ flow: Flow) -> Decision {
    decide(
      flow.traffic,
      on: path(from: flow.source, to: flow.destination, through: flow.service))
  }
}
