import Documents
import Testing
import Workflow

/// What the law of the round trip says of values, over the whole way: written to NSX,
/// pulled, translated, applied, and read from the cluster.
@Suite("Import: there and back")
struct ImportRoundTripTests {
  private static let apps = ["web", "db", "cache", "api"]

  /// Originals go only where the cluster decides the same without them, over all pods
  /// and addresses: that they go is the proof.
  @Test(
    "random policies decide the same once they came back from NSX",
    arguments: [1, 2, 3, 4] as [UInt64])
  func roundTrip(seed: UInt64) async throws {
    var dice = TraceDice(state: seed)
    let policies = (0..<5).map { Originals.policy("np\($0)", Self.spec(&dice)) }
    let pods = Self.apps.enumerated().flatMap { index, app in
      (1...2).map { TestSite.pod("\(app)-r\($0)", app, "10.1.\(index + 1).\($0)") }
    }
    try await withSite(
      kubernetes: TestSite.labelledKubernetes + [Originals.kubeSystem("u")] + pods + policies
    ) { site in
      let first = await site.importShop()
      #expect(first.status == .success, "seed \(seed): \(first.talk)")
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "seed \(seed): \(sync.talk)")
      let done = await site.importShop { $0.deletesOriginals = true }
      #expect(done.status == .success, "seed \(seed): \(done.talk)")
      #expect(await site.cluster.objects("networkpolicies.networking.k8s.io").isEmpty)
    }
  }

  private static func selector(_ dice: inout TraceDice) -> JSONValue {
    let values = JSONValue.array([dice.one(apps), dice.one(apps)].map { .string($0) })
    switch dice.below(5) {
    case 0: return [:]
    case 1: return ["matchExpressions": [["key": "app", "operator": "In", "values": values]]]
    case 2: return ["matchExpressions": [["key": "app", "operator": "NotIn", "values": values]]]
    case 3: return ["matchExpressions": [["key": "app", "operator": "Exists"]]]
    default: return ["matchLabels": ["app": .string(dice.one(apps))]]
    }
  }

  private static func peer(_ dice: inout TraceDice) -> JSONValue {
    switch dice.below(4) {
    case 0: ["ipBlock": ["cidr": "10.1.0.0/16", "except": ["10.1.2.0/24"]]]
    case 1: ["namespaceSelector": [:], "podSelector": selector(&dice)]
    default: ["podSelector": selector(&dice)]
    }
  }

  private static func port(_ dice: inout TraceDice) -> JSONValue {
    switch dice.below(3) {
    case 0: ["protocol": "UDP", "port": 53]
    case 1: ["port": 8000, "endPort": .integer(Int64(8000 + dice.below(100)))]
    default: ["protocol": "TCP", "port": .integer(Int64(dice.one([80, 443, 5432])))]
    }
  }

  private static func spec(_ dice: inout TraceDice) -> JSONValue {
    var spec = JSONObject()
    spec["podSelector"] = selector(&dice)
    let types = dice.one([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
    spec["policyTypes"] = .array(types.map { .string($0) })
    for (type, key, side) in [("Ingress", "ingress", "from"), ("Egress", "egress", "to")]
    where types.contains(type) {
      spec[key] = .array(
        (0..<dice.below(3)).map { _ in
          var rule = JSONObject()
          if dice.chance(80) {
            rule[side] = .array((0...dice.below(2)).map { _ in peer(&dice) })
          }
          if dice.chance(70) {
            rule["ports"] = .array((0...dice.below(2)).map { _ in port(&dice) })
          }
          return .object(rule)
        })
    }
    return .object(spec)
  }
}
