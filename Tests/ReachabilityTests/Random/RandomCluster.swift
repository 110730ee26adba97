import AntreaModel
import Reachability

/// The clusters that random policies are asked about.
enum RandomCluster {
  static let nodes = [
    Node(
      name: "one", labels: ["role": "r0"], addresses: [address("10.5.0.1"), address("10.0.9.1")]),
    Node(name: "two", labels: ["role": "r1"], addresses: [address("10.5.0.2")]),
    Node(name: "three", addresses: [address("10.6.0.3")]),
  ]

  static let outside = [
    "192.0.2.1", "192.0.2.7", "10.0.1.5", "10.0.1.200", "10.9.0.1", "10.5.7.7",
  ].map { address($0) }
  static let names: [IPAddress: Set<String>] = [
    address("198.51.100.1"): ["www.example.com"], address("198.51.100.2"): ["other.test"],
  ]

  static func address(_ text: String) -> IPAddress {
    IPAddress(text) ?? IPAddress(family: .v4, value: 0)
  }

  /// Pods over four namespaces, each some times with other names, addresses and
  /// labels that no policy asks for.
  static func pods(seed: UInt64, copies: Int = 1) -> [Workload] {
    var random = SeededGenerator(state: seed ^ 0xC1)
    func one<Element>(_ list: [Element]) -> Element {
      list[Int.random(in: 0..<list.count, using: &random)]
    }
    let spaces = (0..<4).map { index in
      index == 3 ? [:] : ["env": one(["e0", "e1", "e2"])]
    }
    return (0..<10).flatMap { index -> [Workload] in
      let space = Int.random(in: 0..<4, using: &random)
      var labels: [String: String] = [:]
      if index % 5 > 0 { labels["app"] = one(["a0", "a1", "a2"]) }
      if index % 2 > 0 { labels["tier"] = one(["a0", "a1"]) }
      let ports = [
        ContainerPort(name: "http", transport: one([.tcp, .udp]), port: one([80, 8080])),
        ContainerPort(name: "dns", transport: .udp, port: 53),
      ]
      let named = Array(ports.prefix(Int.random(in: 0...2, using: &random)))
      let isHost = index == 9
      let services = Set(["svc0", "svc1"].filter { _ in Bool.random(using: &random) })
      let account = one(["s0", "s1"])
      return (0..<copies).map { copy in
        Workload(
          name: "pod\(index)-\(copy)", namespace: "ns\(space)", namespaceLabels: spaces[space],
          labels: labels.merging(["copy": "\(copy)"]) { $1 },
          addresses: [
            address(isHost ? "10.5.0.2" : "10.0.\(index % 3).\(index + 1 + 16 * copy)")
          ],
          isHostNetwork: isHost, services: services, serviceAccount: account,
          namedPorts: named)
      }
    }
  }

  static func world(seed: UInt64) -> World {
    World(
      workloads: pods(seed: seed), addresses: outside, nodes: nodes, hostNames: names)
  }
}
