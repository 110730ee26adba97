import AntreaModel
import Documents
import Reachability

/// Random NetworkPolicies of Kubernetes over few words, so that they overlap, and
/// pods for them. A seed repeats them.
struct RandomPolicies {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(state: seed) }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  private mutating func one<Element>(_ list: [Element]) -> Element { list[below(list.count)] }

  private static let namespaces = ["shop", "pay", "ops"]

  /// One to six policies.
  mutating func policies() -> [KubernetesObject] {
    (0...below(6)).map { index in
      networkPolicy("np\(index)", in: one(["shop", "shop", "pay"]), spec())
    }
  }

  /// Some of Antrea's own around those, with what they refer to: no two at one
  /// place.
  mutating func antreaPolicies() -> [KubernetesObject] {
    let groups = [
      antrea("ClusterGroup", "selected", workloads()),
      antrea("ClusterGroup", "blocks", ["ipBlocks": [block(), block()]]),
      antrea("ClusterGroup", "both", ["childGroups": ["selected", "blocks"]]),
    ]
    var priorities = (1...20).map { Double($0) }.shuffled(using: &random)
    return groups
      + (0...below(4)).map { index in
        var spec = JSONObject()
        spec["priority"] = .number(priorities.removeLast())
        spec["tier"] = .string(one(["emergency", "application", "Application", "baseline"]))
        let isCommon = chance(60)
        if isCommon { spec["appliedTo"] = [target()] }
        for (key, side) in [("ingress", "from"), ("egress", "to")] where chance(70) {
          spec[key] = .array(
            (0...below(3)).map { number in
              antreaRule(side, "\(key)\(number)", hasTarget: !isCommon)
            })
        }
        return antrea("ClusterNetworkPolicy", "acnp\(index)", .object(spec))
      }
  }

  private func antrea(_ kind: String, _ name: String, _ spec: JSONValue) -> KubernetesObject {
    let document: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": .string(kind),
      "metadata": ["name": .string(name), "uid": .string("uid-\(name)")], "spec": spec,
    ]
    guard let object = KubernetesObject(document) else { preconditionFailure("no object") }
    return object
  }

  private mutating func target() -> JSONValue {
    chance(20) ? ["group": "selected"] : workloads()
  }

  private mutating func antreaRule(_ side: String, _ name: String, hasTarget: Bool) -> JSONValue {
    var rule = JSONObject()
    rule["name"] = .string(name)
    rule["action"] = .string(one(["Allow", "Drop", "Reject", chance(5) ? "Pass" : "Allow"]))
    if hasTarget { rule["appliedTo"] = .array((0...below(2)).map { _ in target() }) }
    let peers = (0..<below(3)).map { _ -> JSONValue in
      switch below(5) {
      case 0: ["ipBlock": block()]
      case 1: ["group": .string(one(["selected", "blocks", "both"]))]
      default: workloads()
      }
    }
    if !peers.isEmpty { rule[side] = .array(peers) }
    let ports = (0..<below(3)).map { _ in port() }.filter { $0["port"]?.string == nil }
    if !ports.isEmpty { rule["ports"] = .array(ports) }
    return .object(rule)
  }

  /// Twelve pods of both families.
  mutating func pods() -> [Workload] {
    let labels = Dictionary(
      uniqueKeysWithValues: Self.namespaces.map {
        ($0, chance(70) ? ["env": one(["e0", "e1"])] : [:])
      })
    return (0..<12).map { index in
      let namespace = one(Self.namespaces)
      var own: [String: String] = [:]
      for key in ["app", "tier"] where chance(80) { own[key] = one(["a0", "a1", "a2"]) }
      let http = ContainerPort(name: "http", transport: .tcp, port: chance(85) ? 8080 : 8081)
      let addresses = ["10.0.\(index % 3).\(index + 1)", "fd00::\(index + 1)"].compactMap {
        IPAddress($0)
      }
      return Workload(
        name: "pod\(index)", namespace: namespace, namespaceLabels: labels[namespace] ?? [:],
        labels: own, addresses: index % 3 == 0 ? addresses : [addresses[0]],
        isHostNetwork: index == 11, namedPorts: chance(90) ? [http] : [])
    }
  }

  private mutating func spec() -> JSONValue {
    var spec = JSONObject()
    spec["podSelector"] = selector("app")
    let types: [JSONValue] = one([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
    // Now and then the API server's defaults are missing.
    if chance(90) { spec["policyTypes"] = .array(types) }
    for (key, side, type) in [("ingress", "from", "Ingress"), ("egress", "to", "Egress")]
    where types.contains(.string(type)) && chance(80) {
      spec[key] = .array((0...below(3)).map { _ in rule(side) })
    }
    return .object(spec)
  }

  private mutating func rule(_ side: String) -> JSONValue {
    var rule = JSONObject()
    let peers = (0..<below(4)).map { _ in chance(30) ? ["ipBlock": block()] : workloads() }
    if !peers.isEmpty { rule[side] = .array(peers) }
    let ports = (0..<below(3)).map { _ in port() }
    if !ports.isEmpty { rule["ports"] = .array(ports) }
    return .object(rule)
  }

  private mutating func workloads() -> JSONValue {
    switch below(3) {
    case 0: return ["podSelector": selector(one(["app", "tier"]))]
    case 1: return ["namespaceSelector": namespace()]
    default:
      return ["namespaceSelector": namespace(), "podSelector": selector(one(["app", "tier"]))]
    }
  }

  private mutating func namespace() -> JSONValue {
    if chance(70) { return selector("env") }
    return [
      "matchExpressions": [
        [
          "key": "kubernetes.io/metadata.name", "operator": .string(one(["In", "NotIn"])),
          "values": .array(
            (0...below(2)).map { _ in .string(one(Self.namespaces)) }),
        ]
      ]
    ]
  }

  private mutating func selector(_ key: String) -> JSONValue {
    let values = [
      "\(key == "env" ? "e" : "a")\(below(3))", "\(key == "env" ? "e" : "a")\(below(3))",
    ]
    func expression(_ name: String, _ list: [String] = []) -> JSONValue {
      var object: JSONObject = JSONObject()
      object["key"] = .string(key)
      object["operator"] = .string(name)
      if !list.isEmpty { object["values"] = .array(list.map { .string($0) }) }
      return .object(object)
    }
    switch below(16) {
    case 0, 1: return [:]
    case 2, 3: return ["matchExpressions": [expression("Exists")]]
    case 4: return ["matchExpressions": [expression("DoesNotExist")]]
    case 5, 6: return ["matchExpressions": [expression("NotIn", values)]]
    case 7, 8, 9: return ["matchExpressions": [expression("In", values)]]
    case 10:
      return ["matchExpressions": [expression("In", values), expression("NotIn", [values[0]])]]
    case 11: return ["matchExpressions": [expression("Exists"), expression("NotIn", values)]]
    default:
      var labels = JSONObject()
      labels[key] = .string(values[0])
      return ["matchLabels": .object(labels)]
    }
  }

  private mutating func block() -> JSONValue {
    switch below(5) {
    case 0: return ["cidr": "0.0.0.0/0"]
    case 1: return ["cidr": "10.0.0.0/8", "except": ["10.0.1.0/24", "10.0.0.3/32"]]
    case 2: return ["cidr": "192.0.2.0/24", "except": ["192.0.2.64/26"]]
    case 3: return ["cidr": "fd00::/64", "except": ["fd00::4/126"]]
    default: return ["cidr": .string("10.0.\(below(3)).0/28")]
    }
  }

  private mutating func port() -> JSONValue {
    var port = JSONObject()
    let transport = one(["TCP", "TCP", "UDP", chance(10) ? "SCTP" : "TCP"])
    if chance(80) { port["protocol"] = .string(transport) }
    switch below(8) {
    case 0: break
    case 1 where transport == "TCP": port["port"] = "http"
    case 2:
      port["port"] = 8000
      port["endPort"] = .integer(Int64(8000 + below(100)))
    default: port["port"] = .integer(Int64(one([53, 80, 443, 8080])))
    }
    return .object(port)
  }
}
