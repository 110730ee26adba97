/// The kinds of traffic that a set of rules can tell apart, with one
/// representative of each: deciding the representatives decides everything.
public struct TrafficSpace: Sendable, Hashable {
  /// The source port where no rule asks for one.
  public static let ephemeralPort = 49152

  /// First ports of the intervals that no rule divides.
  private struct Cuts: Hashable {
    var sources: Set<Int> = []
    var destinations: Set<Int> = [1]
  }

  private var cuts: [Traffic.Transport: Cuts] = [:]
  private var icmp: [Int: Set<Int>] = [:]
  private var protocols: Set<Int> = []

  /// Creates the space that no rule divides.
  public init() {}

  /// Notes that a rule asks for ports; `nil` is every port.
  mutating func divide(
    _ transport: Traffic.Transport, source: ClosedRange<Int>?, destination: ClosedRange<Int>?
  ) {
    if let source {
      cuts[transport, default: Cuts()].sources.formUnion([1] + Self.bounds(source))
    }
    if let destination {
      cuts[transport, default: Cuts()].destinations.formUnion(Self.bounds(destination))
    }
  }

  /// Notes that a rule asks for ICMP.
  mutating func divide(icmpType type: Int?, code: Int?) {
    guard let type else { return }
    icmp[type, default: []].formUnion(code.map { [$0] } ?? [])
  }

  /// Notes that a rule asks for a protocol by its number.
  mutating func divide(protocol number: Int) { protocols.insert(number) }

  /// The space that rules of both kinds can tell apart.
  public func union(_ other: TrafficSpace) -> TrafficSpace {
    var result = self
    for (transport, cuts) in other.cuts {
      result.cuts[transport, default: Cuts()].sources.formUnion(cuts.sources)
      result.cuts[transport, default: Cuts()].destinations.formUnion(cuts.destinations)
    }
    result.icmp.merge(other.icmp) { $0.union($1) }
    result.protocols.formUnion(other.protocols)
    return result
  }

  /// The number of ``representatives``.
  public var count: Int {
    var count = 0
    for transport in Traffic.Transport.allCases {
      let cuts = cuts[transport] ?? Cuts()
      count += max(cuts.sources.count, 1) * cuts.destinations.count
    }
    for codes in icmp.values { count += min(codes.count + 1, 256) }
    return count + (icmp.count < 256 ? 1 : 0) + protocols.count
      + ((1...253).contains { !protocols.contains($0) } ? 1 : 0)
  }

  /// One kind of traffic for each class, in a fixed order. The number is the
  /// product of source and destination intervals for each transport.
  public var representatives: [Traffic] {
    var list: [Traffic] = []
    for transport in Traffic.Transport.allCases {
      let cuts = cuts[transport] ?? Cuts()
      let sources = cuts.sources.isEmpty ? [Self.ephemeralPort] : cuts.sources.sorted()
      for destination in cuts.destinations.sorted() {
        list += sources.map { .transport(transport, source: $0, destination: destination) }
      }
    }
    for (type, codes) in icmp.sorted(by: { $0.key < $1.key }) {
      let unnamed = (0...255).first { !codes.contains($0) }
      list += (codes.sorted() + (unnamed.map { [$0] } ?? [])).map { .icmp(type: type, code: $0) }
    }
    if let unnamed = (0...255).first(where: { icmp[$0] == nil }) {
      list.append(.icmp(type: unnamed, code: 0))
    }
    // 253 is set apart for experiments: it stands for every unnamed protocol.
    let unnamed = (1...254).reversed().first { $0 < 254 && !protocols.contains($0) }
    list += (protocols.sorted() + (unnamed.map { [$0] } ?? [])).map { .other($0) }
    return list
  }

  private static func bounds(_ range: ClosedRange<Int>) -> [Int] {
    [max(range.lowerBound, 1)] + (range.upperBound < 65535 ? [range.upperBound + 1] : [])
  }
}
