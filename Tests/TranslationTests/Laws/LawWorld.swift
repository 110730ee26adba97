import AntreaModel
import Documents
import Reachability

extension World {
  /// Pods over four namespaces, one on its Node's network, two Nodes, and
  /// addresses at the edges of those that an estate names.
  static func random(_ estate: Estate, seed: UInt64, _ families: Set<IPFamily>?) -> World {
    var dice = Dice(seed: seed ^ 0x5EED)
    let namespaces = EstateWords.namespaces.map { name in
      (name, labels(EstateWords.namespaceLabels, &dice))
    }
    var workloads: [Workload] = []
    for index in 0..<9 {
      let (namespace, namespaceLabels) = dice.one(namespaces)
      let isHost = index == 8
      let v4 = address(isHost ? "10.5.0.9" : "10.244.0.\(index + 1)")
      let v6 = address(isHost ? "2001:db8:9::9" : "fd00:10:244::\(index + 1)")
      // Without a word about families, pods of every kind stand side by side.
      let own = families.map { $0.sorted() } ?? dice.one([[.v4], [.v4], [.v6], [.v4, .v6]])
      workloads.append(
        Workload(
          name: "pod\(index)", namespace: namespace, namespaceLabels: namespaceLabels,
          labels: labels(EstateWords.podLabels, &dice),
          addresses: own.map { $0 == .v4 ? v4 : v6 }, isHostNetwork: isHost,
          services: Set(EstateWords.services.filter { _ in dice.chance(40) })))
    }
    func known(_ list: [IPAddress]) -> [IPAddress] {
      list.filter { families?.contains($0.family) ?? true }
    }
    let external = known(dice.some(Array(estate.edges).sorted(), 8...10))
    let names = ["www.example.com", "a.example.org", "x.y.example.org", "example.org"]
    let hostNames = Dictionary(
      zip(external, names).map { ($0, [$1]) }, uniquingKeysWith: { $0 + $1 })
    return World(
      workloads: workloads, addresses: external,
      nodes: EstateWords.nodes.enumerated().map { index, list in
        Node(name: "node\(index)", addresses: known(list.map { address($0) }))
      }, hostNames: hostNames.mapValues { Set($0) })
  }

  private static func labels(
    _ vocabulary: [String: [String]], _ dice: inout Dice
  ) -> [String: String] {
    var labels: [String: String] = [:]
    for key in vocabulary.keys.sorted() where dice.chance(70) {
      labels[key] = dice.one(vocabulary[key] ?? [])
    }
    return labels
  }
}

extension Estate {
  /// The first and the last address of every text in rules, groups and resolved
  /// members, with their neighbours, and one that nothing names of each family.
  var edges: Set<IPAddress> {
    var texts = memberIPs.values.flatMap(\.self)
    for value in policies + groups { Self.strings(value, into: &texts) }
    var result: Set = [address("203.0.113.201"), address("2001:db8:abcd::1")]
    for range in texts.compactMap({ AddressRange($0) }) {
      let highest = range.family.highest
      for value in [range.lower &- 1, range.lower, range.upper, range.upper &+ 1]
      where value > 0 && value < highest {
        result.insert(IPAddress(family: range.family, value: value))
      }
    }
    return result
  }

  private static func strings(_ value: JSONValue, into texts: inout [String]) {
    switch value {
    case .string(let text): if text.contains(".") || text.contains(":") { texts.append(text) }
    case .array(let list): for element in list { strings(element, into: &texts) }
    case .object(let object): for member in object { strings(member.value, into: &texts) }
    default: break
    }
  }
}
