import AntreaModel

/// A set of kinds of traffic: for each transport pairs of destination and source
/// ports, for both ICMPs pairs of type and code, and other protocols by number.
/// Equal sets are equal values.
public struct TrafficSet: Sendable, Hashable {
  /// What makes two pairs of numbers comparable.
  enum Layer: Int, CaseIterable {
    case tcp
    case udp
    case sctp
    case icmpv4
    case icmpv6
    /// The protocol's number, with 0 as the second.
    case other

    init(_ transport: Traffic.Transport) {
      switch transport {
      case .tcp: self = .tcp
      case .udp: self = .udp
      case .sctp: self = .sctp
      }
    }
  }

  /// By ``Layer``; no element where all are empty.
  private(set) var layers: [NumberPairSet]

  /// Creates the empty set.
  public init() { layers = [] }

  private init(layers: [NumberPairSet]) {
    self.layers = layers.contains { !$0.isEmpty } ? layers : []
  }

  init(_ layer: Layer, _ pairs: NumberPairSet) {
    var layers = Array(repeating: NumberPairSet(), count: Layer.allCases.count)
    layers[layer.rawValue] = pairs
    self.init(layers: layers)
  }

  /// Ports from 1 to 65535; `nil` is every port.
  public init(
    _ transport: Traffic.Transport, source: ClosedRange<Int>? = nil,
    destination: ClosedRange<Int>? = nil
  ) {
    self.init(Layer(transport), NumberPairSet(Self.ports(destination), Self.ports(source)))
  }

  /// ICMP of one family; `nil` is every type or code.
  public init(icmp family: IPFamily, type: Int? = nil, code: Int? = nil) {
    self.init(
      family == .v4 ? .icmpv4 : .icmpv6,
      NumberPairSet(
        NumberSet(type.map { $0...$0 } ?? 0...255), NumberSet(code.map { $0...$0 } ?? 0...255)))
  }

  /// A protocol by its number. Those that have a layer of their own (TCP, UDP,
  /// SCTP, ICMP, ICMPv6) have no traffic by number.
  public init(protocol number: Int) {
    let number = NumberSet(number...number).intersection(Self.otherProtocols)
    self.init(.other, NumberPairSet(number, NumberSet(0...0)))
  }

  /// All traffic.
  public static let all: TrafficSet = {
    let ports = NumberSet(1...65535)
    let types = NumberSet(0...255)
    let transport = NumberPairSet(ports, ports)
    let icmp = NumberPairSet(types, types)
    return TrafficSet(layers: [
      transport, transport, transport, icmp, icmp,
      NumberPairSet(otherProtocols, NumberSet(0...0)),
    ])
  }()

  /// All traffic of one family.
  public static func all(_ family: IPFamily) -> TrafficSet { all.only(family) }

  /// Whether there is no traffic.
  public var isEmpty: Bool { layers.isEmpty }

  /// The traffic that a family has: without the other family's ICMP.
  public func only(_ family: IPFamily) -> TrafficSet {
    if isEmpty { return self }
    var layers = layers
    layers[(family == .v4 ? Layer.icmpv6 : .icmpv4).rawValue] = NumberPairSet()
    return TrafficSet(layers: layers)
  }

  /// The traffic of either set.
  public func union(_ other: TrafficSet) -> TrafficSet { combine(other, .union) }
  /// The traffic of both sets.
  public func intersection(_ other: TrafficSet) -> TrafficSet { combine(other, .intersection) }
  /// The traffic that is not in another set.
  public func subtracting(_ other: TrafficSet) -> TrafficSet { combine(other, .difference) }

  private func combine(_ other: TrafficSet, _ operation: SetOperation) -> TrafficSet {
    if let short = operation.shortcut(self, other) { return short }
    return TrafficSet(
      layers: layers.indices.map { layers[$0].combine(other.layers[$0], operation) })
  }

  /// Whether traffic between endpoints of a family is in the set.
  public func contains(_ traffic: Traffic, _ family: IPFamily) -> Bool {
    func has(_ layer: Layer, _ first: Int, _ second: Int) -> Bool {
      !isEmpty && layers[layer.rawValue].contains(first, second)
    }
    switch traffic {
    case .transport(let transport, let source, let destination):
      return has(Layer(transport), destination, source)
    case .icmp(let type, let code): return has(family == .v4 ? .icmpv4 : .icmpv6, type, code)
    case .other(let number): return has(.other, number, 0)
    }
  }

  /// One kind of traffic of the set, the same for equal sets: from an ephemeral
  /// port where that is in it.
  public var example: Traffic? {
    for layer in Layer.allCases where !isEmpty {
      guard let rectangle = layers[layer.rawValue].rectangles.first,
        let second = rectangle.second.first
      else { continue }
      let first = rectangle.first.lowerBound
      let port = TrafficSpace.ephemeralPort
      let source = rectangle.second.contains(port) ? port : second
      switch layer {
      case .tcp: return .transport(.tcp, source: source, destination: first)
      case .udp: return .transport(.udp, source: source, destination: first)
      case .sctp: return .transport(.sctp, source: source, destination: first)
      case .icmpv4, .icmpv6: return .icmp(type: first, code: second)
      case .other: return .other(first)
      }
    }
    return nil
  }

  /// Without TCP, UDP, SCTP and both ICMPs.
  private static let otherProtocols = [1, 6, 17, 58, 132].reduce(NumberSet(0...255)) {
    $0.subtracting(NumberSet($1...$1))
  }

  private static func ports(_ range: ClosedRange<Int>?) -> NumberSet {
    let ports = NumberSet(1...65535)
    return range.map { ports.intersection(NumberSet($0)) } ?? ports
  }
}

extension TrafficSet: Emptiable {}
