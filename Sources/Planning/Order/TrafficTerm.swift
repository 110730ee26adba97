import Documents

/// A part of the traffic that a rule takes.
enum TrafficTerm: Hashable {
  /// Ports of a protocol, both bounds included; those at the source may be
  /// restricted further.
  case ports(String, ClosedRange<Int64>, source: ClosedRange<Int64>?)
  /// Something else of the transport protocol, or of none of them (`nil`).
  case other(JSONValue, transport: String?)

  /// An entry of `ports`.
  init(port: JSONValue) {
    let transport = port["protocol"]?.string ?? "TCP"
    func range(_ first: String, _ last: String) -> ClosedRange<Int64>? {
      guard let low = port[first]?.integer else { return nil }
      return low...max(low, port[last]?.integer ?? low)
    }
    if port["port"]?.string != nil {
      self = .other(port, transport: transport)
    } else {
      self = .ports(
        transport, range("port", "endPort") ?? 0...65535,
        source: range("sourcePort", "sourceEndPort"))
    }
  }

  /// Whether a connection could be both.
  func overlaps(_ other: TrafficTerm) -> Bool {
    switch (self, other) {
    case (.ports(let a, let ports, let source), .ports(let b, let others, let otherSource)):
      guard a == b, ports.overlaps(others) else { return false }
      guard let source, let otherSource else { return true }
      return source.overlaps(otherSource)
    case (.ports(let a, _, _), .other(_, let b)), (.other(_, let b), .ports(let a, _, _)):
      return a == b
    case (.other(_, let a), .other(_, let b)): return a == b
    }
  }

  /// Whether every connection of this is the other for certain.
  func isSubset(of other: TrafficTerm) -> Bool {
    if self == other { return true }
    guard case .ports(let a, let ports, _) = self, case .ports(let b, let others, nil) = other
    else { return false }
    return a == b && others.lowerBound <= ports.lowerBound && ports.upperBound <= others.upperBound
  }
}
