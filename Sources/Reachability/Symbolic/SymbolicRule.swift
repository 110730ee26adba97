/// A step of a firewall's evaluation at one end of connections, as sets: which
/// ends it stands at, which other ends and which traffic it takes, and what
/// becomes of what it takes. The first step that takes a flow counts.
public struct SymbolicRule: Sendable, Hashable {
  /// What becomes of traffic.
  public enum Effect: Sendable, Hashable {
    /// It is decided.
    case decide(Outcome)
    /// It goes on with the steps of a later stage.
    case resume(stage: Int)
  }

  /// The rule that the step belongs to.
  public var reference: RuleReference
  /// Where the step stands.
  public var own: EndpointSet
  /// The other ends.
  public var peers: EndpointSet
  /// The traffic.
  public var traffic: TrafficSet
  /// What becomes of it.
  public var effect: Effect
  /// Traffic that was sent on to a stage skips the steps of lower stages.
  public var stage: Int

  /// Creates a step.
  public init(
    reference: RuleReference, own: EndpointSet, peers: EndpointSet, traffic: TrafficSet,
    effect: Effect, stage: Int = 0
  ) {
    self.reference = reference
    self.own = own
    self.peers = peers
    self.traffic = traffic
    self.effect = effect
    self.stage = stage
  }
}

/// A firewall as lists of steps over a world, in the order of evaluation. What
/// no step decides passes.
public struct RuleBook: Sendable {
  /// The endpoints that the steps speak of.
  public var world: World
  /// What is decided at the source.
  public var egress: [SymbolicRule]
  /// What is decided at the destination.
  public var ingress: [SymbolicRule]
  /// The kinds of traffic that the steps tell apart.
  public var traffic: TrafficSpace

  /// The steps of one end.
  func rules(_ end: FlowEnd) -> [SymbolicRule] { end == .egress ? egress : ingress }
}

/// The two places at which a flow is decided.
public enum FlowEnd: String, Sendable, Hashable, CaseIterable {
  /// At the source.
  case egress
  /// At the destination.
  case ingress

  /// The other one.
  public var other: FlowEnd { self == .egress ? .ingress : .egress }
}
