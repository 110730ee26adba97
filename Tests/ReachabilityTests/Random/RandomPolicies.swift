import AntreaModel
import Documents
import Reachability

/// Makes clusters with policies of every kind that is evaluated, all of which do
/// what they say.
struct RandomPolicies {
  private var random: SeededGenerator
  private var objects: [KubernetesObject] = []

  /// The objects of a seed: the tiers, groups and policies of a cluster.
  static func objects(seed: UInt64) -> [KubernetesObject] {
    var generator = RandomPolicies(random: SeededGenerator(state: seed))
    generator.make()
    return generator.objects
  }

  private init(random: SeededGenerator) { self.random = random }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  private mutating func one<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  private mutating func add(
    _ kind: String, _ name: String, in namespace: String? = nil, group: String = "crd.antrea.io",
    _ spec: JSONValue
  ) {
    var metadata: JSONObject = JSONObject()
    metadata["name"] = .string(name)
    if let namespace { metadata["namespace"] = .string(namespace) }
    let document: JSONValue = [
      "apiVersion": .string(group + (group == "crd.antrea.io" ? "/v1beta1" : "/v1")),
      "kind": .string(kind), "metadata": .object(metadata), "spec": spec,
    ]
    if let object = KubernetesObject(document) { objects.append(object) }
  }

  private mutating func make() {
    add("Tier", "middle", ["priority": 240])
    for index in 0..<4 { add("ClusterGroup", "g\(index)", group(isClustered: true)) }
    add("ClusterGroup", "all", ["childGroups": ["g0", "g1", "gone"]])
    for namespace in ["ns0", "ns1"] {
      add("Group", "own", in: namespace, ["podSelector": selector("app", "a")])
      add("Group", "wide", in: namespace, group(isClustered: false))
    }
    // Distinct priorities, so that no order is left open.
    var priorities = (1...40).map { Double($0) / 2 + 1 }.shuffled(using: &random)
    for index in 0..<Int.random(in: 2...6, using: &random) {
      add("ClusterNetworkPolicy", "c\(index)", policy(priorities.removeLast(), nil))
    }
    for index in 0..<below(4) {
      let namespace = one(["ns0", "ns1"])
      add(
        "NetworkPolicy", "n\(index)", in: namespace, policy(priorities.removeLast(), namespace))
    }
    for index in 0..<below(5) {
      add(
        "NetworkPolicy", "k\(index)", in: one(["ns0", "ns1", "ns2"]),
        group: "networking.k8s.io", kubernetes())
    }
  }

  private mutating func selector(_ key: String, _ value: String) -> JSONValue {
    let text = JSONValue.string("\(value)\(below(3))")
    let other = JSONValue.string("\(value)\(below(3))")
    switch below(6) {
    case 0: return [:]
    case 1: return ["matchExpressions": [["key": .string(key), "operator": "Exists"]]]
    case 2: return ["matchExpressions": [["key": .string(key), "operator": "DoesNotExist"]]]
    case 3:
      return [
        "matchExpressions": [
          ["key": .string(key), "operator": "NotIn", "values": [text, other]]
        ]
      ]
    case 4:
      return [
        "matchExpressions": [["key": .string(key), "operator": "In", "values": [text, other]]]
      ]
    default:
      var labels = JSONObject()
      labels[key] = text
      return ["matchLabels": .object(labels)]
    }
  }

  private mutating func pods() -> JSONValue { selector(one(["app", "tier"]), "a") }
  private mutating func namespaces() -> JSONValue { selector("env", "e") }

  private mutating func workloads() -> JSONValue {
    switch below(3) {
    case 0: ["podSelector": pods()]
    case 1: ["namespaceSelector": namespaces()]
    default: ["namespaceSelector": namespaces(), "podSelector": pods()]
    }
  }

  private mutating func block() -> JSONValue {
    let byte = below(3)
    var block: JSONObject = JSONObject()
    block["cidr"] = .string(one(["10.0.\(byte).0/24", "10.0.0.0/8", "192.0.2.0/30", "0.0.0.0/0"]))
    if chance(70), block["cidr"] == "10.0.0.0/8" {
      block["except"] = [.string("10.0.\(byte).0/25"), "10.5.0.0/16"]
    }
    return .object(block)
  }

  private mutating func account() -> JSONValue {
    ["name": .string(one(["s0", "s1"])), "namespace": .string("ns\(below(3))")]
  }

  private mutating func nodes() -> JSONValue { selector("role", "r") }

  private mutating func group(isClustered: Bool) -> JSONValue {
    switch below(isClustered ? 4 : 3) {
    case 0: ["ipBlocks": [block(), block()]]
    case 1:
      [
        "serviceReference": [
          "name": .string("svc\(below(2))"), "namespace": .string("ns\(below(3))"),
        ]
      ]
    case 2: workloads()
    default: ["nodeSelector": nodes()]
    }
  }

  private mutating func policy(_ priority: Double, _ namespace: String?) -> JSONValue {
    let tier = one(["emergency", "middle", "application", "Application", "baseline"])
    // Peers relative to the namespace need one selector for all rules.
    let isRelative = namespace == nil && chance(30)
    let isCommon = isRelative || chance(50)
    var spec = JSONObject()
    spec["priority"] = .number(priority)
    spec["tier"] = .string(tier)
    if isCommon { spec["appliedTo"] = [target(namespace, isRelative)] }
    for direction in ["ingress", "egress"] where chance(80) {
      var rules: [JSONValue] = []
      for index in 0..<Int.random(in: 1...3, using: &random) {
        var rule = JSONObject()
        rule["name"] = .string("\(direction)-\(index)")
        rule["action"] = .string(
          one(["Allow", "Drop", "Reject"] + (tier == "baseline" ? [] : ["Pass", "Pass"])))
        if !isCommon {
          rule["appliedTo"] = .array(
            (0...below(2)).map { _ in target(namespace, false) })
        }
        let peers = (0..<below(3)).map { _ in peer(direction, namespace, isRelative) }
        if !peers.isEmpty { rule[direction == "ingress" ? "from" : "to"] = .array(peers) }
        addTraffic(&rule, isKubernetes: false)
        rules.append(.object(rule))
      }
      spec[direction] = .array(rules)
    }
    return .object(spec)
  }

  private mutating func target(_ namespace: String?, _ isRelative: Bool) -> JSONValue {
    if namespace != nil { return chance(30) ? ["group": "own"] : ["podSelector": pods()] }
    if chance(25) { return ["serviceAccount": account()] }
    // Groups of Nodes are not for this.
    if !isRelative, chance(25) {
      let names = objects.filter { object in
        object.kind == "ClusterGroup" && object.document[path: "spec", "nodeSelector"] == nil
      }.map(\.name)
      return ["group": .string(one(names))]
    }
    return workloads()
  }

  private mutating func peer(
    _ direction: String, _ namespace: String?, _ isRelative: Bool
  ) -> JSONValue {
    if isRelative, chance(50) {
      let match: JSONValue = chance(50) ? ["match": "Self"] : ["sameLabels": ["env"]]
      return chance(50) ? ["namespaces": match] : ["namespaces": match, "podSelector": pods()]
    }
    switch below(9) {
    case 0, 8: return ["ipBlock": block()]
    case 1:
      return [
        "group": .string(
          namespace == nil ? one(["g0", "g1", "g2", "g3", "all", "none"]) : one(["own", "wide"]))
      ]
    case 2: return ["nodeSelector": nodes()]
    case 3 where namespace == nil: return ["serviceAccount": account()]
    case 4 where direction == "egress":
      return ["fqdn": .string(one(["*.example.com", "www.example.com", "*"]))]
    default: return workloads()
    }
  }

  private mutating func addTraffic(_ rule: inout JSONObject, isKubernetes: Bool) {
    var ports: [JSONValue] = []
    for _ in 0..<below(3) {
      var port = JSONObject()
      if chance(50) { port["protocol"] = .string(one(["TCP", "UDP", "SCTP"])) }
      switch below(5) {
      case 0: port["port"] = .string(one(["http", "dns"]))
      case 1: port["port"] = .integer(Int64(one([80, 8080])))
      case 2:
        port["port"] = 79
        port["endPort"] = .integer(Int64(one([79, 80, 8080])))
      case 3 where !isKubernetes:
        port["sourcePort"] = 1000
        if chance(50) { port["sourceEndPort"] = 2000 }
      default: break
      }
      ports.append(.object(port))
    }
    if !ports.isEmpty { rule["ports"] = .array(ports) }
    if !isKubernetes, chance(20) {
      rule["protocols"] = [["icmp": one([[:], ["icmpType": 8], ["icmpType": 8, "icmpCode": 0]])]]
    }
  }

  private mutating func kubernetes() -> JSONValue {
    var spec = JSONObject()
    spec["podSelector"] = pods()
    let types: [JSONValue] = one([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
    spec["policyTypes"] = .array(types)
    for (direction, type) in [("ingress", "Ingress"), ("egress", "Egress")]
    where types.contains(.string(type)) && chance(70) {
      var rules: [JSONValue] = []
      for _ in 0...below(2) {
        var rule = JSONObject()
        let peers = (0..<below(3)).map { _ in chance(30) ? ["ipBlock": block()] : workloads() }
        if !peers.isEmpty { rule[direction == "ingress" ? "from" : "to"] = .array(peers) }
        addTraffic(&rule, isKubernetes: true)
        rules.append(.object(rule))
      }
      spec[direction] = .array(rules)
    }
    return .object(spec)
  }
}
