extension TrafficSet: CustomStringConvertible {
  /// In the order of the layers, for example `443/TCP, 8000-8010/TCP from
  /// 1024-65535, ICMP 8/0, protocol 47`; `all traffic`; what is nearly
  /// everything as `all but 443/TCP`.
  public var description: String { text(limit: .max) }

  /// The description with a bounded number of parts; the rest is counted.
  public func text(limit: Int) -> String {
    if isEmpty { return "no traffic" }
    // One family's traffic has the other's ICMP neither in it nor missing.
    var space = Self.all
    if layers[Layer.icmpv4.rawValue].isEmpty { space = space.only(.v6) }
    if layers[Layer.icmpv6.rawValue].isEmpty, !layers[Layer.icmpv4.rawValue].isEmpty {
      space = space.only(.v4)
    }
    let rest = space.subtracting(self)
    if rest.isEmpty { return "all traffic" }
    let parts = parts
    let missing = rest.parts
    if layers[Layer.other.rawValue] == Self.all.layers[Layer.other.rawValue]
      || missing.count < parts.count
    {
      return "all but " + Self.joined(missing, limit)
    }
    return Self.joined(parts, limit)
  }

  private static func joined(_ parts: [String], _ limit: Int) -> String {
    if parts.count <= limit { return parts.joined(separator: ", ") }
    return parts.prefix(limit).joined(separator: ", ") + " and \(parts.count - limit) more"
  }

  private var parts: [String] {
    if isEmpty { return [] }
    return Layer.allCases.flatMap { layer in
      layers[layer.rawValue].rectangles.map { Self.text(layer, $0.first, $0.second) }
    }
  }

  private static func text(
    _ layer: Layer, _ first: ClosedRange<Int>, _ second: NumberSet
  ) -> String {
    func text(_ range: ClosedRange<Int>) -> String {
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
    let inner = second.ranges.map(text).joined(separator: ",")
    switch layer {
    case .tcp, .udp, .sctp:
      let name = "\(layer)".uppercased()
      let ports = first == 1...65535 ? name : "\(text(first))/\(name)"
      return second == NumberSet(1...65535) ? ports : "\(ports) from \(inner)"
    case .icmpv4, .icmpv6:
      let name = layer == .icmpv4 ? "ICMP" : "ICMPv6"
      if second == NumberSet(0...255) {
        return first == 0...255 ? name : "\(name) \(text(first))"
      }
      return "\(name) \(text(first))/\(inner)"
    case .other:
      return first.count == 1 ? "protocol \(first.lowerBound)" : "protocols \(text(first))"
    }
  }
}
