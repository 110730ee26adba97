import AntreaModel
import Documents
import Reachability

/// What came of one trace, with NSX's names and what was predicted.
public struct TraceReport: Sendable {
  /// What came of the packet.
  public enum Result: String, Sendable, Hashable {
    /// It reached its destination.
    case delivered
    /// It left the cluster's network; whether it arrived is not known.
    case left = "left-network"
    /// A policy dropped it.
    case dropped
    /// A policy rejected it.
    case rejected
    /// The trace did not tell.
    case inconclusive

    /// Whether policies let it pass; `nil` where that is not known.
    public var passes: Bool? {
      switch self {
      case .delivered, .left: true
      case .dropped, .rejected: false
      case .inconclusive: nil
      }
    }

    /// As it stands in a sentence.
    public var words: String {
      switch self {
      case .delivered: "delivered"
      case .left: "left the cluster's network"
      case .dropped: "dropped"
      case .rejected: "rejected"
      case .inconclusive: "no result"
      }
    }
  }

  /// What was decided at one end.
  public struct Side: Sendable, Hashable {
    /// What was done.
    public var outcome: Outcome
    /// The deciding rule; `nil` for the isolation of Kubernetes' policies, and
    /// where Antrea does not name the policy.
    public var rule: NamedRule?
    /// The revision of the NSX policy that the rule was made from, as the tree
    /// has it.
    public var revision: Int64?
    /// Whether it is the isolation of Kubernetes' policies.
    public var isIsolation = false
  }

  /// The cluster.
  public var cluster: String
  /// The name that the Traceflow had.
  public var name: String
  /// The source as it is told.
  public var from: String
  /// The destination as it is told.
  public var to: String
  /// What was sent.
  public var traffic: String
  /// What Antrea reported at the end.
  public var status: TraceflowStatus
  /// What that says.
  public var verdict: TraceflowVerdict
  /// At the source; `nil` where no policy decided.
  public var egress: Side?
  /// At the destination; `nil` where no policy decided.
  public var ingress: Side?
  /// What the policies predict; `nil` where that is not known.
  public var prediction: SidesText?
  /// Whether trace and prediction agree.
  public var agreement: TraceAgreement
  /// Whether the destination is a pod or a Service: a packet that leaves the
  /// cluster's network on its way there has not arrived yet.
  public var isInside: Bool
  /// Why there may be no result, the likeliest first.
  public var causes: [String] = []
  /// What a person must know of it.
  public var notes: [String] = []

  private let names: TraceNames

  /// Names what a trace found.
  public init(
    cluster: String, name: String, from: String, to: String, traffic: String,
    status: TraceflowStatus, prediction: SidesText?, agreement: TraceAgreement,
    isInside: Bool = false, names: TraceNames
  ) {
    self.isInside = isInside
    self.cluster = cluster
    self.name = name
    self.from = from
    self.to = to
    self.traffic = traffic
    self.status = status
    self.prediction = prediction
    self.agreement = agreement
    self.names = names
    verdict = TraceflowVerdict(status)
    egress = verdict.egress.map { names.side($0) }
    ingress = verdict.ingress.map { names.side($0) }
  }

  /// What came of the packet. A trace that failed tells nothing for sure, also
  /// where some results came in.
  public var result: Result {
    guard status.phase == .succeeded else { return .inconclusive }
    switch verdict.end {
    case .delivered: return .delivered
    case .left: return isInside ? .inconclusive : .left
    case .dropped: return .dropped
    case .rejected: return .rejected
    case .unknown: return .inconclusive
    }
  }

  /// The end that stopped the packet.
  var stoppingSide: Side? {
    [egress, ingress].compactMap(\.self).first { $0.outcome != .allow }
  }

  /// The rule and revision of an observation's policy.
  func side(of observation: TraceflowObservation) -> Side? {
    observation.policy.map { policy in
      names.side(
        TraceflowVerdict.Side(outcome: .allow, policy: policy, rule: observation.rule))
    }
  }
}

/// Turns the policies that Traceflows name back into NSX's.
public struct TraceNames: Sendable {
  private let names: RuleNames
  private let revisions: [String: Int64]

  /// - Parameters:
  ///   - names: The names of rules.
  ///   - revisions: The revisions of NSX policies by `Kind/name` of the objects
  ///     that are made from them.
  public init(_ names: RuleNames, revisions: [String: Int64]) {
    self.names = names
    self.revisions = revisions
  }

  func side(_ side: TraceflowVerdict.Side) -> TraceReport.Side {
    let outcome: Outcome =
      switch side.outcome {
      case .allow: .allow
      case .drop: .drop
      case .reject: .reject
      }
    guard let policy = side.policy else {
      return TraceReport.Side(outcome: outcome, isIsolation: side.isIsolation)
    }
    let reference = policy.reference
    return TraceReport.Side(
      outcome: outcome, rule: names(RuleReference(policy: reference, rule: side.rule ?? "")),
      revision: revisions[reference])
  }
}
