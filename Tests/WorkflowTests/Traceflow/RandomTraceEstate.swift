import Documents

/// SplitMix64, so that a failed property test can be repeated by its seed.
struct TraceDice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func one<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
}

/// An NSX with policies of several categories and a cluster with pods of both
/// families on three Nodes, Services and policies of its own, by chance.
struct RandomTraceEstate {
  private(set) var nsx: [JSONValue] = []
  private(set) var kubernetes: [JSONValue] = []
  /// `namespace/pod` of the pods that packets are sent from.
  private(set) var pods: [String] = []
  /// The pods with an IPv6 address.
  private(set) var dual: [String] = []
  private var dice: TraceDice
  private let domain = "/infra/domains/default"

  init(seed: UInt64) {
    dice = TraceDice(state: seed)
    makeCluster()
    makePolicies()
  }

  private mutating func makeCluster() {
    for number in 1...3 {
      kubernetes.append(
        TestSite.object(
          "v1", "Node", nil, "node-\(number)",
          [
            "spec": ["podCIDR": .string("10.1.\(number).0/24")],
            "status": [
              "addresses": [["type": "InternalIP", "address": .string("192.168.0.\(number)")]],
              "conditions": [["type": "Ready", "status": "True"]],
            ],
          ]))
    }
    for space in ["red", "blue"] {
      kubernetes.append([
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": [
          "name": .string(space), "labels": ["kubernetes.io/metadata.name": .string(space)],
        ],
        "status": ["phase": "Active"],
      ])
    }
    for number in 1...7 {
      let space = dice.one(["red", "blue"])
      let node = 1 + dice.below(3)
      var addresses = ["10.1.\(node).\(10 + number)"]
      if dice.chance(50) { addresses.append("fd00:1:\(node)::\(number)") }
      let isHost = number == 7
      if isHost { addresses = ["192.168.0.\(node)"] }
      var labels = JSONObject()
      labels["app"] = .string(dice.one(["a0", "a1", "a2"]))
      let name = "pod-\(number)"
      kubernetes.append([
        "apiVersion": "v1", "kind": "Pod",
        "metadata": [
          "name": .string(name), "namespace": .string(space), "labels": .object(labels),
        ],
        "spec": [
          "nodeName": .string("node-\(node)"), "hostNetwork": .bool(isHost),
          "containers": [
            ["name": "c", "ports": [["name": "web", "containerPort": 8080, "protocol": "TCP"]]]
          ],
        ],
        "status": [
          "phase": "Running", "podIP": .string(addresses[0]),
          "podIPs": .array(addresses.map { ["ip": .string($0)] }),
        ],
      ])
      pods.append("\(space)/\(name)")
      if addresses.count > 1 { dual.append("\(space)/\(name)") }
    }
    for (index, space) in ["red", "blue"].enumerated() {
      kubernetes.append(
        TestSite.object(
          "v1", "Service", space, "front",
          [
            "spec": [
              "type": "ClusterIP", "clusterIP": .string("10.2.0.\(index + 1)"),
              "clusterIPs": [.string("10.2.0.\(index + 1)")],
              "selector": ["app": .string(dice.one(["a0", "a1"]))],
              "ports": [
                ["name": "http", "port": 80, "targetPort": "web", "protocol": "TCP"],
                ["name": "db", "port": 5432, "targetPort": 5432, "protocol": "TCP"],
              ],
            ]
          ]))
      guard dice.chance(50) else { continue }
      let from: JSONValue = ["podSelector": ["matchLabels": ["app": "a0"]]]
      kubernetes.append(
        TestSite.object(
          "networking.k8s.io/v1", "NetworkPolicy", space, "own",
          [
            "spec": [
              "podSelector": ["matchLabels": ["app": .string(dice.one(["a0", "a1", "a2"]))]],
              "policyTypes": ["Ingress"], "ingress": dice.chance(70) ? [["from": [from]]] : [],
            ]
          ]))
    }
  }

  private mutating func makePolicies() {
    nsx = TestSite.estate.filter {
      ["ClusterControlPlane", "Service"].contains($0["resource_type"]?.string)
    }
    for (name, proto, port) in [("Web", "TCP", "8080"), ("DNS", "UDP", "53")] {
      nsx.append([
        "resource_type": "Service", "id": .string(name), "display_name": .string(name),
        "path": .string("/infra/services/\(name)"),
        "service_entries": [
          [
            "resource_type": "L4PortSetServiceEntry", "id": "e", "l4_protocol": .string(proto),
            "destination_ports": [.string(port)],
          ]
        ],
      ])
    }
    var groups = ["ANY"]
    for space in ["red", "blue"] {
      for app in ["a0", "a1", "a2"] {
        nsx.append(TestSite.group("\(space)-\(app)", [TestSite.pods(space, app)]))
        groups.append("\(domain)/groups/\(space)-\(app)")
      }
    }
    nsx.append(
      TestSite.group(
        "outside",
        [["resource_type": "IPAddressExpression", "ip_addresses": ["198.51.100.0/24"]]]))
    let scopes = Array(groups.dropFirst())
    // Most rules ask for one end only: few groups have pods in common.
    let peers = Array(repeating: "ANY", count: 8) + scopes + ["\(domain)/groups/outside"]
    for policy in 0..<(2 + dice.below(3)) {
      let rules = (0..<(3 + dice.below(5))).map { number -> JSONValue in
        let id = 1000 + policy * 100 + number
        return [
          "resource_type": "Rule", "id": .string("r\(id)"), "display_name": .string("Rule \(id)"),
          "rule_id": .integer(Int64(id)), "sequence_number": .integer(Int64(id)),
          "action": .string(dice.one(["ALLOW", "ALLOW", "DROP", "DROP", "REJECT"])),
          "direction": .string(dice.one(["IN", "OUT", "IN_OUT"])),
          "source_groups": [.string(dice.one(peers))],
          "destination_groups": [.string(dice.one(peers))],
          "services": [
            .string(
              dice.one([
                "ANY", "ANY", "/infra/services/PostgreSQL", "/infra/services/Web",
                "/infra/services/DNS",
              ]))
          ],
          "scope": [.string(dice.one(scopes))], "ip_protocol": "IPV4_IPV6",
        ]
      }
      nsx += TestSite.policy("p\(policy)", sequence: Int64(10 + policy), rules: rules)
    }
  }
}
