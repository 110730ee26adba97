import AntreaModel
import Documents
import Reachability

extension World {
  /// The networks of its Nodes.
  static let nodeNetworks = [CIDR("10.5.0.0/24"), CIDR("2001:db8:9::/64")].compactMap(\.self)

  /// The networks of the pods of ``random(seed:families:)``.
  static let podNetworks = [CIDR("10.244.0.0/16"), CIDR("fd00:10:244::/48")].compactMap(\.self)

  /// Pods over four namespaces, and addresses at the edges of the networks of
  /// ``Estate/wide(seed:)``.
  static func random(seed: UInt64, families: Set<IPFamily>? = nil) -> World {
    var random = SeededGenerator(state: seed ^ 0x5EED)
    var workloads: [Workload] = []
    let namespaces = (0..<4).map { index -> (String, [String: String]) in
      var labels: [String: String] = [:]
      if Bool.random(using: &random) {
        labels["env"] = ["e0", "e1"].randomElement(using: &random)
      }
      return ("ns\(index)", labels)
    }
    for index in 0..<9 {
      let (namespace, labels) = namespaces[Int.random(in: 0..<4, using: &random)]
      var own: [String: String] = [:]
      if Int.random(in: 0..<5, using: &random) > 0 {
        own["app"] = "a\(Int.random(in: 0..<4, using: &random))"
      }
      if Bool.random(using: &random) { own["tier"] = "t\(Int.random(in: 0..<2, using: &random))" }
      let isDual = families == nil && Int.random(in: 0..<4, using: &random) == 0
      var addresses: [IPAddress] = []
      if families != [.v6] { addresses.append(address("10.244.0.\(index + 1)")) }
      if isDual || families == [.v6] { addresses.append(address("fd00:10:244::\(index + 1)")) }
      let isHost = index == 8
      if isHost { addresses = [address(families == [.v6] ? "2001:db8:9::9" : "10.5.0.9")] }
      workloads.append(
        Workload(
          name: "pod\(index)", namespace: namespace, namespaceLabels: labels, labels: own,
          addresses: addresses, isHostNetwork: isHost,
          services: Set((0..<2).filter { _ in Bool.random(using: &random) }.map { "svc\($0)" })))
    }
    let external = [
      "10.1.0.2", "10.1.0.3", "10.1.7.1", "10.1.7.2", "10.2.0.77", "10.3.0.1", "192.0.2.1",
      "198.51.100.7", "2001:db8:1::5", "2001:db8:2::1",
    ].map { address($0) }
    // A Node has an address of its own and a gateway among the pods' addresses.
    let nodes = [
      ["10.5.0.9", "2001:db8:9::9", "10.244.0.254", "fd00:10:244::fe"],
      ["10.5.0.10", "2001:db8:9::10", "10.244.1.254", "fd00:10:244:1::fe"],
    ]
    func known(_ list: [IPAddress]) -> [IPAddress] {
      list.filter { families?.contains($0.family) ?? true }
    }
    return World(
      workloads: workloads, addresses: known(external),
      nodes: nodes.enumerated().map { index, list in
        Node(name: "node\(index)", addresses: known(list.map { address($0) }))
      })
  }
}
