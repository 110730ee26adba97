import AntreaModel

/// Ports as rectangles: sources by destinations.
extension PolicyPort {
  private static let all = PortRange(1, 65535)

  private static func bounded(_ range: PortRange?) -> PortRange { range ?? all }

  private static func open(_ range: PortRange) -> PortRange? { range == all ? nil : range }

  private static func overlap(_ left: PortRange, _ right: PortRange) -> PortRange? {
    let (lower, upper) = (max(left.lower, right.lower), min(left.upper, right.upper))
    return lower <= upper ? PortRange(lower, upper) : nil
  }

  /// What is left of a range below and above another one within it.
  private static func around(_ hole: PortRange, in range: PortRange) -> [PortRange] {
    var parts: [PortRange] = []
    if range.lower < hole.lower { parts.append(PortRange(range.lower, hole.lower - 1)) }
    if range.upper > hole.upper { parts.append(PortRange(hole.upper + 1, range.upper)) }
    return parts
  }

  /// The ports that are in both.
  func intersection(_ other: PolicyPort) -> PolicyPort? {
    guard transport == other.transport,
      let destination = Self.overlap(Self.bounded(destination), Self.bounded(other.destination)),
      let source = Self.overlap(Self.bounded(source), Self.bounded(other.source))
    else { return nil }
    return PolicyPort(
      transport, destination: Self.open(destination), source: Self.open(source))
  }

  /// The ports that are not in the other rectangle, as up to four of them.
  func subtracting(_ other: PolicyPort) -> [PolicyPort] {
    guard let both = intersection(other) else { return [self] }
    let (to, from) = (Self.bounded(both.destination), Self.bounded(both.source))
    return Self.around(to, in: Self.bounded(destination)).map {
      PolicyPort(transport, destination: Self.open($0), source: source)
    }
      + Self.around(from, in: Self.bounded(source)).map {
        PolicyPort(transport, destination: both.destination, source: Self.open($0))
      }
  }
}

extension ICMPMatch {
  /// The messages that are in both.
  func intersection(_ other: ICMPMatch) -> ICMPMatch? {
    if let a = type, let b = other.type, a != b { return nil }
    if let a = code, let b = other.code, a != b { return nil }
    return ICMPMatch(type: type ?? other.type, code: code ?? other.code)
  }
}
