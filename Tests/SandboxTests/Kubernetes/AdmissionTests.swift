import Documents
import Testing

@testable import Sandbox

@Suite("Admission") struct AdmissionTests {
  private static func view() -> AdmissionView {
    let tiers: [JSONValue] = TierAdmission.systemTiers.map {
      ["metadata": ["name": .string($0.name)], "spec": ["priority": .integer($0.priority)]]
    }
    return AdmissionView(tiers: tiers, l7Enabled: true)
  }

  private static func rule(_ policy: JSONValue, l7: Bool = true) -> Int? {
    var view = view()
    view.l7Enabled = l7
    do {
      try PolicyAdmission.validate(policy, in: view)
      return nil
    } catch {
      return (error as? AdmissionDenial)?.rule ?? -1
    }
  }

  private static let pods: JSONValue = ["podSelector": [:]]
  private static let service: JSONValue = ["service": ["name": "a", "namespace": "b"]]

  static func ingress(_ members: [String: JSONValue]) -> [String: JSONValue] {
    var rule: JSONValue = ["action": "Drop", "name": "r1"]
    for (key, value) in members { rule.setMember(at: [key], to: value) }
    return ["ingress": [rule]]
  }

  static func egress(_ members: [String: JSONValue]) -> [String: JSONValue] {
    ["egress": ingress(members)["ingress"] ?? .null, "ingress": .null]
  }

  private static func both(
    _ left: [String: JSONValue], _ right: [String: JSONValue]
  ) -> [String: JSONValue] {
    left.merging(right) { $1 }
  }

  static let refusals: [(Int, [String: JSONValue])] = [
    (1, ["tier": "none"]),
    (2, both(["tier": "baseline"], ingress(["action": "Pass"]))),
    (3, egress([:]).merging(["ingress": [["action": "Drop", "name": "r1"]]]) { $1 }),
    (4, ingress(["appliedTo": [pods]])),
    (5, ["appliedTo": .null]),
    (
      6,
      [
        "appliedTo": .null,
        "ingress": [
          ["action": "Drop", "name": "a", "appliedTo": [pods]], ["action": "Drop", "name": "b"],
        ],
      ]
    ),
    (7, ["appliedTo": [["group": "g", "podSelector": [:]]]]),
    (8, ["appliedTo": [["nodeSelector": [:], "podSelector": [:]]]]),
    (9, ["appliedTo": [["serviceAccount": [:], "podSelector": [:]]]]),
    (10, ["appliedTo": [["service": [:], "podSelector": [:]]]]),
    (11, both(["appliedTo": [service]], egress([:]))),
    (12, ["appliedTo": [["podSelector": ["matchLabels": ["-a": "b"]]]]]),
    (13, ["appliedTo": [service, pods]]),
    (14, ingress(["from": [["namespaces": ["match": "Self"], "namespaceSelector": [:]]]])),
    (15, ingress(["from": [["namespaces": ["match": "Self", "sameLabels": ["a"]]]]])),
    (16, ingress(["from": [["namespaces": ["sameLabels": ["-a"]]]]])),
    (17, ingress(["from": [["ipBlock": ["cidr": "10.0.0.1"]]]])),
    (17, ingress(["from": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["11.0.0.0/9"]]]]])),
    (17, ingress(["from": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["10.0.0.0/8"]]]]])),
    (18, ingress(["from": [["group": "g", "scope": "Cluster"]]])),
    (19, ingress(["from": [["serviceAccount": [:], "podSelector": [:]]]])),
    (20, ingress(["from": [["nodeSelector": [:], "podSelector": [:]]]])),
    (21, ingress(["from": [["podSelector": ["matchLabels": ["a": "b c"]]]]])),
    (22, egress(["toServices": [], "ports": []])),
    (23, both(["appliedTo": [service]], ingress(["from": [pods]]))),
    (24, egress(["to": [["fqdn": "a_b"]]])),
    (25, egress(["to": [["ipBlock": ["cidr": "224.0.0.0/8"]]], "action": "Reject"])),
    (
      26,
      egress([
        "to": [["ipBlock": ["cidr": "224.0.0.0/8"]], ["ipBlock": ["cidr": "10.0.0.0/8"]]]
      ])
    ),
    (27, egress(["to": [["ipBlock": ["cidr": "224.0.0.0/8"], "podSelector": [:]]]])),
    (28, ingress(["protocols": [["igmp": ["groupAddress": "10.0.0.1"]]]])),
    (29, ingress(["protocols": [["igmp": [:]]], "action": "Reject"])),
    (30, ingress(["protocols": [["igmp": [:]]], "ports": [["port": 80]]])),
    (32, ingress(["l7Protocols": [["http": [:]]]])),
    (
      33,
      egress([
        "l7Protocols": [["tls": [:]]], "action": "Allow", "toServices": [["name": "a"]],
      ])
    ),
    (
      34,
      ingress([
        "l7Protocols": [["http": [:]]], "action": "Allow", "ports": [["protocol": "UDP"]],
      ])
    ),
    (
      35,
      ingress([
        "l7Protocols": [["http": [:]]], "action": "Allow", "protocols": [["icmp": [:]]],
      ])
    ),
    (36, ingress(["ports": [["endPort": 5]]])),
    (36, ingress(["ports": [["port": "http", "endPort": 5]]])),
    (36, ingress(["ports": [["port": 6, "endPort": 5]]])),
    (37, ingress(["ports": [["sourceEndPort": 5]]])),
    (37, ingress(["ports": [["sourcePort": 6, "sourceEndPort": 5]]])),
  ]

  @Test("Each rule of the policy validator refuses", arguments: refusals.indices)
  func refusal(_ index: Int) {
    let (rule, spec) = Self.refusals[index]
    #expect(Self.rule(TestCluster.policy("p", action: "Drop", spec: spec)) == rule)
  }

  @Test("What the validator must let through") func accepted() {
    #expect(Self.rule(TestCluster.policy("p")) == nil)
    #expect(Self.rule(TestCluster.policy("p", spec: ["tier": "SecurityOps"])) == nil)
    #expect(
      Self.rule(TestCluster.policy("p", spec: Self.egress(["to": [["fqdn": "*.a.b"]]]))) == nil)
    let layer7 = Self.ingress(["action": "Allow", "l7Protocols": [["tls": [:]]]])
    #expect(Self.rule(TestCluster.policy("p", spec: layer7)) == nil)
    #expect(Self.rule(TestCluster.policy("p", spec: layer7), l7: false) == 31)
  }

  @Test("Auto-generated rule names are Antrea's")
  func ruleNames() {
    let rule: JSONValue = [
      "action": "Allow", "from": [["podSelector": ["matchLabels": ["foo1": "bar1"]]]],
    ]
    #expect(PolicyMutator.hash(rule) == "c4f16d3")
    #expect(PolicyMutator.hash(["action": "Drop", "enableLogging": false]) == "742ade5")
    let to: JSONValue = [
      "action": "Allow", "to": [["podSelector": ["matchLabels": ["foo2": "bar2"]]]],
    ]
    #expect(PolicyMutator.hash(to) == "44b2575")
  }

  @Test("Tiers: reserved, doubled, changed, referenced") func tiers() async {
    let cluster = TestCluster()
    func tier(_ name: String, _ priority: Int64) -> JSONValue {
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier",
        "metadata": ["name": .string(name)], "spec": ["priority": .integer(priority)],
      ]
    }
    let path = "\(TestCluster.antrea)/tiers"
    #expect(await cluster.send("POST", path, tier("a", 251)).status == 400)
    let doubled = await cluster.send("POST", path, tier("a", 100))
    #expect(doubled.status == 400)
    #expect(
      doubled.body["message"]?.string?.hasPrefix(
        "admission webhook \"tiervalidator.antrea.io\" denied the request: ") == true)
    #expect(await cluster.send("POST", path, tier("a", 11)).status == 201)
    let change: JSONValue = ["spec": ["priority": 12]]
    let merge = "application/merge-patch+json"
    #expect(await cluster.send("PATCH", "\(path)/a", change, type: merge).status == 400)
    #expect(await cluster.send("DELETE", "\(path)/platform").status == 400)
    let user = TestCluster.policy("p", spec: ["tier": "a"])
    #expect(await cluster.send("POST", TestCluster.policies, user).status == 201)
    #expect(await cluster.send("DELETE", "\(path)/a").status == 400)
    _ = await cluster.send("DELETE", "\(TestCluster.policies)/p")
    #expect(await cluster.send("DELETE", "\(path)/a").status == 200)
    for priority in 1...14 {
      let made = await cluster.send("POST", path, tier("t\(priority)", Int64(priority)))
      #expect(made.status == 201)
    }
    #expect(await cluster.send("POST", path, tier("t15", 15)).status == 400)
  }

  static let groups: [(Int?, JSONValue)] = [
    (nil, ["podSelector": [:], "namespaceSelector": [:]]),
    (46, ["podSelector": [:], "ipBlocks": []]),
    (46, ["podSelector": [:], "namespaceSelector": [:], "ipBlocks": []]),
    (47, ["podSelector": ["matchLabels": ["a": "b c"]]]),
    (48, ["ipBlocks": [["cidr": "10.0.0.0"]]]),
    (49, ["ipBlocks": [["cidr": "10.0.0.0/8"], ["cidr": "224.0.0.0/8"]]]),
    (50, ["childGroups": ["g"]]),
    (51, ["childGroups": ["leaf"]]),
    (52, ["childGroups": ["parent"]]),
  ]

  @Test("Each rule of the group validator refuses", arguments: groups.indices)
  func group(_ index: Int) {
    let (rule, spec) = Self.groups[index]
    var view = Self.view()
    let child: JSONValue = rule == 51 ? "g" : "leaf"
    view.groups = [
      ["metadata": ["name": "parent"], "spec": ["childGroups": [child]]],
      ["metadata": ["name": "leaf"], "spec": ["podSelector": [:]]],
    ]
    var found: Int?
    do {
      try GroupAdmission.validate(["metadata": ["name": "g"], "spec": spec], in: view)
    } catch {
      found = (error as? AdmissionDenial)?.rule
    }
    #expect(found == rule)
  }
}
