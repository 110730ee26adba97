import AntreaModel
import Testing

@testable import Reachability

/// Sets of traffic against sets of single kinds of it.
@Suite struct TrafficSetTests {
  /// Kinds of traffic between every boundary that ``some(_:)`` has.
  private static let samples: [Traffic] = {
    let ports = [1, 2, 3, 4, 5, 6, 65534, 65535]
    var list: [Traffic] = []
    for transport in Traffic.Transport.allCases {
      for port in ports {
        list += ports.map { .transport(transport, source: $0, destination: port) }
      }
    }
    for type in [0, 1, 2, 3, 255] {
      list += [0, 1, 2, 3, 255].map { .icmp(type: type, code: $0) }
    }
    return list + [0, 2, 3, 47, 255].map { .other($0) }
  }()

  private func some(_ random: inout SeededGenerator) -> TrafficSet {
    func range(_ random: inout SeededGenerator) -> ClosedRange<Int>? {
      let bounds = [0, 1, 2, 3, 4, 5, 65535].map { _ in
        [0, 1, 2, 3, 4, 5, 65535].randomElement(using: &random) ?? 0
      }.prefix(2).sorted()
      return Bool.random(using: &random) ? bounds[0]...bounds[1] : nil
    }
    var result = TrafficSet()
    for _ in 0..<Int.random(in: 0..<5, using: &random) {
      switch Int.random(in: 0..<7, using: &random) {
      case 0:
        result = result.union(
          TrafficSet(icmp: .v4, type: [nil, 0, 2].randomElement(using: &random) ?? nil))
      case 1:
        result = result.union(
          TrafficSet(icmp: Bool.random(using: &random) ? .v4 : .v6, type: 2, code: 1))
      case 2:
        result = result.union(TrafficSet(protocol: [2, 47, 6].randomElement(using: &random) ?? 2))
      default:
        let transport = Traffic.Transport.allCases.randomElement(using: &random) ?? .tcp
        result = result.union(
          TrafficSet(transport, source: range(&random), destination: range(&random)))
      }
    }
    return Int.random(in: 0..<4, using: &random) == 0 ? TrafficSet.all.subtracting(result) : result
  }

  @Test func setsDoWhatSetsOfSamplesDo() {
    var random = SeededGenerator(state: 11)
    for round in 0..<400 {
      let (a, b) = (some(&random), some(&random))
      let (union, both, rest) = (a.union(b), a.intersection(b), a.subtracting(b))
      for family in IPFamily.allCases {
        for kind in Self.samples {
          let (inA, inB) = (a.contains(kind, family), b.contains(kind, family))
          #expect(union.contains(kind, family) == (inA || inB), "\(round) \(kind)")
          #expect(both.contains(kind, family) == (inA && inB), "\(round) \(kind)")
          #expect(rest.contains(kind, family) == (inA && !inB), "\(round) \(kind)")
          if a.only(family) == b.only(family) { #expect(inA == inB) }
        }
      }
      // The same set, made in another way, is the same value.
      #expect(rest.union(both) == a)
      #expect(TrafficSet.all.subtracting(TrafficSet.all.subtracting(a)) == a)
      #expect(union == b.union(a) && both == b.intersection(a))
      #expect(rest.isEmpty == (a.union(b) == b))
      if let example = a.example {
        #expect(IPFamily.allCases.contains { a.contains(example, $0) }, "\(round)")
      } else {
        #expect(a.isEmpty)
      }
    }
  }

  @Test func descriptionsAreShort() {
    let web = TrafficSet(.tcp, destination: 443...443).union(
      TrafficSet(.tcp, destination: 8000...8010))
    for (set, text) in [
      (TrafficSet(), "no traffic"), (.all, "all traffic"), (.all(.v6), "all traffic"),
      (web, "443/TCP, 8000-8010/TCP"),
      (TrafficSet.all.subtracting(web), "all but 443/TCP, 8000-8010/TCP"),
      (TrafficSet.all(.v4).subtracting(web), "all but 443/TCP, 8000-8010/TCP"),
      (TrafficSet(.udp), "UDP"), (TrafficSet(.udp, source: 53...53), "UDP from 53"),
      (TrafficSet(icmp: .v4, type: 8, code: 0), "ICMP 8/0"), (TrafficSet(icmp: .v6), "ICMPv6"),
      (TrafficSet(icmp: .v4, type: 8).union(TrafficSet(protocol: 47)), "ICMP 8, protocol 47"),
    ] {
      #expect(set.description == text)
    }
    #expect(web.text(limit: 1) == "443/TCP and 1 more")
  }
}
