import AntreaModel

/// One entry of a rule's `ports` or `protocols`.
enum AntreaTrafficMatch: Sendable, Hashable {
  case transport(Traffic.Transport, source: ClosedRange<Int>?, destination: ClosedRange<Int>?)
  /// A port that containers name: nothing until it is resolved.
  case named(String, Traffic.Transport)
  /// ICMP of both families.
  case icmp(type: Int?, code: Int?)
  case igmp

  /// Whether traffic is of this kind.
  func matches(_ traffic: Traffic) -> Bool {
    switch (self, traffic) {
    case (
      .transport(let own, let from, let to), .transport(let other, let source, let destination)
    ):
      own == other && from?.contains(source) ?? true && to?.contains(destination) ?? true
    case (.icmp(let ownType, let ownCode), .icmp(let type, let code)):
      ownType ?? type == type && ownCode ?? code == code
    case (.igmp, .other(let number)): number == 2
    default: false
    }
  }

  /// Whether there is traffic of both kinds.
  func overlaps(_ other: AntreaTrafficMatch) -> Bool {
    func meet(_ left: ClosedRange<Int>?, _ right: ClosedRange<Int>?) -> Bool {
      guard let left, let right else { return true }
      return left.overlaps(right)
    }
    switch (self, other) {
    case (.transport(let own, let from, let to), .transport(let name, let source, let destination)):
      return own == name && meet(from, source) && meet(to, destination)
    case (.icmp(let type, let code), .icmp(let otherType, let otherCode)):
      return type ?? otherType == otherType ?? type && code ?? otherCode == otherCode ?? code
    case (.igmp, .igmp): return true
    default: return false
    }
  }

  /// Adds the boundaries of this kind of traffic.
  func divide(_ space: inout TrafficSpace) {
    switch self {
    case .transport(let transport, let source, let destination):
      space.divide(transport, source: source, destination: destination)
    case .named: break
    case .icmp(let type, let code): space.divide(icmpType: type, code: code)
    case .igmp: space.divide(protocol: 2)
    }
  }

  /// The name and the protocol of a named port.
  var name: (name: String, transport: Traffic.Transport)? {
    if case .named(let name, let transport) = self { (name, transport) } else { nil }
  }

  /// A list with the ports that its names stand for, in the order of the names;
  /// a name that stands for none matches nothing.
  static func resolve(_ list: [AntreaTrafficMatch], _ ports: [Int?]) -> [AntreaTrafficMatch] {
    var next = ports.makeIterator()
    return list.compactMap { match in
      guard case .named(_, let transport) = match else { return match }
      guard case .some(.some(let port)) = next.next() else { return nil }
      return .transport(transport, source: nil, destination: port...port)
    }
  }
}
