/// What becomes of Traceflows in a sandbox.
public enum TraceflowBehaviour: Sendable, Hashable {
  /// They are answered by the policies.
  case normal
  /// Nobody takes them up: the gate is off, or the controller is down.
  case idle
  /// The packet is lost: no Node reports.
  case silent
  /// The Node of the destination does not report.
  case senderOnly
  /// The Agent of the source's Node has an error.
  case failing(String)
  /// No Node has realized a policy: everything passes.
  case open
}

/// A connection that is opened in a sandbox again and again, for Traceflows of
/// live traffic.
public struct LiveConnection: Sendable, Hashable {
  /// `namespace/pod`, or an address.
  public var source: String
  /// `namespace/pod`, or an address.
  public var destination: String
  /// `TCP`, `UDP` or `ICMP`.
  public var transport: String
  /// The port at the destination.
  public var port: Int

  /// Creates a connection.
  public init(from source: String, to destination: String, transport: String = "TCP", port: Int) {
    self.source = source
    self.destination = destination
    self.transport = transport
    self.port = port
  }
}
