/// What the observations of a Traceflow say about policies.
public struct TraceflowVerdict: Sendable, Hashable {
  /// Where the packet ended.
  public enum End: String, Sendable, Hashable {
    /// At its destination in the cluster.
    case delivered
    /// Outside the cluster's network: whether it arrived there is not known.
    case left
    /// A policy dropped it.
    case dropped
    /// A policy refused it with an answer.
    case rejected
    /// The observations do not tell.
    case unknown
  }

  /// What a policy did with the packet.
  public enum Outcome: String, Sendable, Hashable {
    case allow
    case drop
    case reject
  }

  /// What was decided at one end.
  public struct Side: Sendable, Hashable {
    /// What was done.
    public var outcome: Outcome
    /// The policy.
    public var policy: TraceflowPolicy?
    /// The name of its rule, where Antrea tells it.
    public var rule: String?
    /// Whether it is the isolation that Kubernetes' policies bring, which no
    /// observation names.
    public var isIsolation: Bool

    /// Creates a side.
    public init(
      outcome: Outcome, policy: TraceflowPolicy?, rule: String?, isIsolation: Bool = false
    ) {
      self.isIsolation = isIsolation
      self.outcome = outcome
      self.policy = policy
      self.rule = rule
    }
  }

  /// Where the packet ended.
  public private(set) var end = End.unknown
  /// At the source; `nil` where no policy decided.
  public private(set) var egress: Side?
  /// At the destination; `nil` where no policy decided, or none was reached.
  public private(set) var ingress: Side?
  /// Whether anybody looked at what leaves the source: the Agent of a live
  /// trace without a source pod does not.
  public private(set) var sawEgress = false
  /// Whether the packet came to where what enters the destination is decided.
  public var sawIngress: Bool { ingress != nil || end == .delivered }
  /// The destination behind a Service.
  public private(set) var translatedDestination: IPAddress?

  /// Reads a status; what is there counts also where the trace failed.
  public init(_ status: TraceflowStatus) {
    for observation in status.results.flatMap(\.observations) { read(observation) }
  }

  private mutating func read(_ observation: TraceflowObservation) {
    if let address = observation.translatedDestination { translatedDestination = address }
    switch observation.action {
    case "Delivered": end = .delivered
    case "ForwardedOutOfNetwork": end = .left
    case "Dropped": end = .dropped
    case "Rejected": end = .rejected
    default: break
    }
    if observation.component == "SpoofGuard" { sawEgress = true }
    guard observation.component == "NetworkPolicy" else { return }
    let outcome: Outcome =
      switch observation.action {
      case "Dropped": .drop
      case "Rejected": .reject
      default: .allow
      }
    let side = Side(
      outcome: outcome, policy: observation.policy, rule: observation.rule,
      isIsolation: observation.policy == nil && observation.componentInfo.hasSuffix("DefaultRule"))
    if observation.componentInfo.hasPrefix("Egress") {
      egress = side
      sawEgress = true
    } else if observation.componentInfo.hasPrefix("Ingress") {
      ingress = side
    }
  }
}
