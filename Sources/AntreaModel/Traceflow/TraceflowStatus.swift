import Documents

/// How far a Traceflow has got, and what each Node saw: `status`.
public struct TraceflowStatus: Sendable, Hashable {
  /// The phases. The API has an empty text for the first.
  public enum Phase: Sendable, Hashable {
    /// Nobody works on it: it waits for the controller, or for a tag.
    case pending
    /// The packet is sent or waited for.
    case running
    /// There is a result at both ends.
    case succeeded
    /// There is an error, or not enough results in time.
    case failed
    /// One that is not known.
    case other(String)
  }

  /// What one Node saw.
  public struct NodeResult: Sendable, Hashable {
    /// The Node's name.
    public var node: String
    /// Seconds since 1970.
    public var timestamp: Int64?
    /// What it saw, in order.
    public var observations: [TraceflowObservation]

    /// Creates a result.
    public init(node: String, timestamp: Int64?, observations: [TraceflowObservation]) {
      self.node = node
      self.timestamp = timestamp
      self.observations = observations
    }

    /// Whether the packet came to the Node from another one.
    public var isReceiver: Bool { observations.first?.action == "Received" }
  }

  /// The phase.
  public var phase: Phase
  /// Why it failed; empty elsewhere.
  public var reason: String
  /// The data-plane tag; 0 where it holds none.
  public var tag: Int
  /// The results, that of the source's Node first.
  public var results: [NodeResult]
  /// The packet that was caught, of live traffic.
  public var capturedPacket: JSONValue?

  /// Reads `status`; an object without one waits.
  public init(_ status: JSONValue?) {
    switch status?["phase"]?.string ?? "" {
    case "", "Pending": phase = .pending
    case "Running": phase = .running
    case "Succeeded": phase = .succeeded
    case "Failed": phase = .failed
    case let other: phase = .other(other)
    }
    reason = status?["reason"]?.string ?? ""
    tag = Int(status?["dataplaneTag"]?.integer ?? 0)
    capturedPacket = status?["capturedPacket"]
    let read = (status?["results"]?.array ?? []).map { result in
      NodeResult(
        node: result["node"]?.string ?? "", timestamp: result["timestamp"]?.integer,
        observations: (result["observations"]?.array ?? []).map(TraceflowObservation.init))
    }
    // Agents report as they come.
    results = read.filter { !$0.isReceiver } + read.filter(\.isReceiver)
  }

  /// Whether nothing more will come.
  public var isFinished: Bool { phase == .succeeded || phase == .failed }
}

extension TraceflowStatus.Phase {
  /// The phase as the API writes it, `Pending` for the empty one.
  public var name: String {
    switch self {
    case .pending: "Pending"
    case .running: "Running"
    case .succeeded: "Succeeded"
    case .failed: "Failed"
    case .other(let text): text
    }
  }
}
