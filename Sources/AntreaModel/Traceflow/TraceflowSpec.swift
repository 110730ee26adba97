import Documents

/// What a Traceflow sends, or waits for: `spec` of `crd.antrea.io/v1beta1`.
public struct TraceflowSpec: Sendable, Hashable {
  /// One end of the trace.
  public enum End: Sendable, Hashable {
    /// A pod.
    case pod(namespace: String, name: String)
    /// A Service, as a destination: AntreaProxy chooses a pod behind it.
    case service(namespace: String, name: String)
    /// An address; as a source only of live traffic.
    case address(IPAddress)
  }

  /// The most seconds that the API takes as a timeout.
  public static let longestTimeout = 300
  /// The seconds after which Antrea gives up where a trace names none.
  public static let defaultTimeout = 20
  /// Data-plane tags of a cluster: more traces at a time wait without a phase.
  public static let tags = 14

  /// Where the packet comes from; `nil` for live traffic of anybody.
  public var source: End?
  /// Where it goes; `nil` for live traffic to anybody.
  public var destination: End?
  /// What is sent or waited for; `nil` for live traffic of any kind.
  public var packet: TraceflowPacket?
  /// Whether the first packet of a connection that others open is traced, and
  /// none is sent.
  public var isLive: Bool
  /// Whether live traffic is traced only where a policy drops it.
  public var isDroppedOnly: Bool
  /// Seconds until Antrea gives up, from 1 to ``longestTimeout``.
  public var timeout: Int

  /// Creates a spec.
  public init(
    source: End?, destination: End?, packet: TraceflowPacket?, isLive: Bool = false,
    isDroppedOnly: Bool = false, timeout: Int = TraceflowSpec.defaultTimeout
  ) {
    self.source = source
    self.destination = destination
    self.packet = packet
    self.isLive = isLive
    self.isDroppedOnly = isDroppedOnly
    self.timeout = timeout
  }

  /// The spec as the API takes it.
  public var document: JSONValue {
    var object = JSONObject()
    object["source"] = source?.document
    object["destination"] = destination?.document
    object["packet"] = packet?.document
    if isLive { object["liveTraffic"] = true }
    if isDroppedOnly { object["droppedOnly"] = true }
    object["timeout"] = .integer(Int64(timeout))
    return .object(object)
  }
}

extension TraceflowSpec.End {
  fileprivate var document: JSONValue {
    switch self {
    case .pod(let namespace, let name): ["namespace": .string(namespace), "pod": .string(name)]
    case .service(let namespace, let name):
      ["namespace": .string(namespace), "service": .string(name)]
    case .address(let address): ["ip": .string("\(address)")]
    }
  }

  /// Reads `source` or `destination`. Where several ways are given an address
  /// counts before a pod, and a pod before a Service, as in Antrea.
  ///
  /// - Returns: `nil` where it names nobody, or an address is none.
  public init?(_ value: JSONValue?) {
    let namespace = value?["namespace"]?.string ?? ""
    if let text = value?["ip"]?.string, !text.isEmpty {
      guard let address = IPAddress(text) else { return nil }
      self = .address(address)
    } else if let name = value?["pod"]?.string, !name.isEmpty {
      self = .pod(namespace: namespace, name: name)
    } else if let name = value?["service"]?.string, !name.isEmpty {
      self = .service(namespace: namespace, name: name)
    } else {
      return nil
    }
  }
}

extension TraceflowSpec {
  /// Reads the `spec` of an object; what is not there has Antrea's defaults.
  public init(_ spec: JSONValue) {
    self.init(
      source: End(spec["source"]), destination: End(spec["destination"]),
      packet: spec["packet"].map { TraceflowPacket($0) },
      isLive: spec["liveTraffic"]?.bool ?? false,
      isDroppedOnly: spec["droppedOnly"]?.bool ?? false,
      timeout: Int(spec["timeout"]?.integer ?? Int64(Self.defaultTimeout)))
    if timeout == 0 { timeout = Self.defaultTimeout }
  }
}
