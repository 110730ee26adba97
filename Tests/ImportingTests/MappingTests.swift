import AntreaModel
import Documents
import Importing
import Reachability
import Testing

/// What single constructs become.
@Suite struct MappingTests {
  private func policy(_ spec: JSONValue) -> KubernetesObject { networkPolicy("web", spec) }

  private func from(_ peers: JSONValue, ports: JSONValue = []) -> KubernetesObject {
    policy(["podSelector": [:], "ingress": [["from": peers, "ports": ports]]])
  }

  private func condition(_ type: String, _ key: String, _ value: String) -> JSONValue {
    var condition: JSONObject = JSONObject()
    condition["resource_type"] = "Condition"
    condition["member_type"] = .string(type)
    condition["key"] = .string(key)
    condition["operator"] = "EQUALS"
    condition["value"] = .string(value)
    if key == "Tag" { condition["scope_operator"] = "EQUALS" }
    return .object(condition)
  }

  private func codes(_ objects: KubernetesObject..., pods: [Workload] = []) throws -> [String] {
    try Import(objects, pods: pods).findings.map(\.code.rawValue)
  }

  @Test func namesAreThoseOfNSXsOwnImport() throws {
    let long = networkPolicy(
      "a-very-long-policy-name", in: "a-very-long-namespace", uid: "0c7c1c1e",
      ["podSelector": [:], "ingress": [["from": [["podSelector": [:]]]]]])
    let taken = try Import([long])
    let sections = try #require(taken.policies.first).sections
    #expect(
      sections.map(\.policy.id) == [
        "shop-prod-a-very-long--a-very-long--0c7c1c1e-allow",
        "shop-prod-a-very-long--a-very-long--0c7c1c1e-drop",
      ])
    #expect(
      taken.policies[0].groups.map(\.id) == [
        "shop-prod-a-very-long--0c7c1c1e", "shop-prod-a-very-long--0c7c1c1e-rule0-from-0",
      ])
    #expect(
      sections[0].policy.displayName
        == "shop-prod/a-very-long-namespace/a-very-long-policy-name allow")
  }

  @Test func selectorsBecomeConditions() throws {
    let taken = try Import([
      from([
        [
          "namespaceSelector": ["matchLabels": ["env": "prod"]],
          "podSelector": [
            "matchExpressions": [
              ["key": "app", "operator": "NotIn", "values": ["b", "a"]],
              ["key": "tier", "operator": "Exists"],
            ]
          ],
        ]
      ])
    ])
    let expressions = taken.group("rule0-from-0")?["expression"]?.array?.first?["expressions"]?
      .array?.filter { $0["resource_type"] == "Condition" }
      .map {
        "\($0["member_type"]?.string ?? "") \($0["operator"]?.string ?? "") \($0["value"]?.string ?? "")"
      }
    #expect(
      expressions == [
        "Namespace EQUALS dis:k8s:env|prod", "Pod NOTEQUALS dis:k8s:app|a",
        "Pod NOTEQUALS dis:k8s:app|b", "Pod EQUALS dis:k8s:tier|",
      ])
    #expect(
      taken.group("uid-shop-web")?["expression"]
        == [condition("Namespace", "Name", "shop")])
  }

  @Test func severalValuesBecomeCriteriaAndGroups() throws {
    let values = JSONValue.array((0..<7).map { .string("v\($0)") })
    let taken = try Import([
      from([
        [
          "podSelector": [
            "matchExpressions": [["key": "app", "operator": "In", "values": values]]
          ]
        ]
      ])
    ])
    let first = taken.group("rule0-from-0-1")?["expression"]?.array?.count
    let second = taken.group("rule0-from-0-2")?["expression"]?.array?.count
    // Five criteria with four conjunctions, then two with one.
    #expect(first == 9 && second == 3)
    let rule = taken.policies[0].allow?.rules.first?.document
    #expect(rule?["source_groups"]?.array?.count == 2)
  }

  @Test func everyPodIsANamespaceWithAName() throws {
    let taken = try Import([from([["namespaceSelector": [:]]])])
    #expect(
      taken.group("rule0-from-0")?["expression"]
        == [condition("Namespace", "Tag", "dis:k8s:kubernetes.io/metadata.name|")])
  }

  @Test func blocksBecomeRanges() throws {
    let taken = try Import([
      from([["ipBlock": ["cidr": "10.0.0.0/24", "except": ["10.0.0.0/26", "10.0.0.128/32"]]]])
    ])
    #expect(
      taken.group("rule0-from-0")?["expression"]?.array?.first?["ip_addresses"]
        == ["10.0.0.64/26", "10.0.0.129-10.0.0.255"])
  }

  @Test func portsFillEntriesUpToFifteenValues() throws {
    let ports = JSONValue.array(
      (1...14).map { ["port": .integer(Int64($0 * 2))] } + [["port": 100, "endPort": 200]])
    let entries = try Import([from([["podSelector": [:]]], ports: ports)])
      .policies[0].allow?.rules.first?.document["service_entries"]?.array
    #expect(entries?.map { $0["destination_ports"]?.array?.count } == [14, 1])
    #expect(entries?[1]["destination_ports"] == ["100-200"])
  }

  @Test func directionsFollowThePolicyTypes() throws {
    func direction(_ spec: JSONValue) throws -> JSONValue? {
      try Import([policy(spec)]).policies[0].drop?.rules[0].document["direction"]
    }
    #expect(try direction(["podSelector": [:]]) == "IN")
    #expect(try direction(["podSelector": [:], "policyTypes": ["Egress"]]) == "OUT")
    #expect(try direction(["podSelector": [:], "egress": [[:]]]) == "IN_OUT")
    #expect(try Import([policy(["podSelector": [:]])]).policies[0].allow == nil)
  }

  @Test func refusesWhatConditionsCannotSay() throws {
    func selector(_ expression: JSONValue) -> KubernetesObject {
      policy(["podSelector": ["matchExpressions": [expression]]])
    }
    #expect(
      try codes(selector(["key": "app", "operator": "DoesNotExist"])) == ["label-missing"])
    #expect(
      try codes(policy(["podSelector": ["matchLabels": ["app": ""]]])) == ["empty-label-value"])
    let long = "\(String(repeating: "a", count: 100)).example/\(String(repeating: "b", count: 30))"
    #expect(
      try codes(selector(["key": .string(long), "operator": "Exists"])) == ["long-label-key"])
    #expect(
      try codes(selector(["key": "app", "operator": "In", "values": []])) == ["invalid-selector"])
    var labels = JSONObject()
    for index in 0..<15 { labels["k\(index)"] = "v" }
    #expect(
      try codes(policy(["podSelector": ["matchLabels": .object(labels)]])) == [
        "too-many-conditions"
      ])
    labels["k14"] = nil
    #expect(try codes(policy(["podSelector": ["matchLabels": .object(labels)]])) == [])
    #expect(try codes(policy(["podSelector": [:], "newMember": 1])) == ["invalid-policy"])
    #expect(
      try codes(from([["ipBlock": ["cidr": "10.0.0.0/24", "except": ["10.1.0.0/26"]]]])) == [
        "invalid-address"
      ])
  }

  @Test func aContradictionSelectsNobodyAndNeverEverybody() throws {
    let nobody =
      [
        "matchLabels": ["app": "a"],
        "matchExpressions": [["key": "app", "operator": "DoesNotExist"]],
      ] as JSONValue
    let taken = try Import([from([["podSelector": nobody]])])
    #expect(taken.codes == [.matchesNothing])
    #expect(taken.policies[0].allow == nil && taken.policies[0].drop != nil)
    let empty = try Import([policy(["podSelector": nobody])])
    #expect(empty.policies[0].sections.isEmpty)
  }

  @Test func namedPortsNeedOneNumber() throws {
    func pod(_ name: String, _ app: String, _ number: Int?) throws -> Workload {
      Workload(
        name: name, namespace: "shop", labels: ["app": app],
        addresses: [try #require(IPAddress("10.0.0.\(name.count)"))],
        namedPorts: number.map { [ContainerPort(name: "http", port: $0)] } ?? [])
    }
    let http: JSONValue = [["port": "http"]]
    let ingress = from([["podSelector": [:]]], ports: http)
    let same = [try pod("a", "a", 80), try pod("bb", "b", 80)]
    let taken = try Import([ingress], pods: same)
    #expect(taken.codes == [.namedPortResolved])
    #expect(
      taken.policies[0].allow?.rules[0].document["service_entries"]?.array?.first?[
        "destination_ports"] == ["80"])
    #expect(try codes(ingress) == ["named-port"])
    #expect(
      try codes(ingress, pods: [try pod("a", "a", 80), try pod("bb", "b", 81)]) == ["named-port"])
    #expect(
      try codes(ingress, pods: [try pod("a", "a", 80), try pod("bb", "b", nil)]) == ["named-port"])
    // Where traffic leaves, each peer's pods say it, in a rule for each number.
    func app(_ name: String) -> JSONValue {
      ["podSelector": ["matchLabels": ["app": .string(name)]]]
    }
    let egress = policy([
      "podSelector": [:], "policyTypes": ["Egress"],
      "egress": [["to": [app("a"), app("b")], "ports": http]],
    ])
    let split = try Import(
      [egress], pods: [try pod("a", "a", 80), try pod("bb", "b", 81)])
    #expect(split.policies[0].allow?.rules.map(\.id) == ["egress-0-1", "egress-0-2"])
    let anybody = policy([
      "podSelector": [:], "policyTypes": ["Egress"], "egress": [["ports": http]],
    ])
    #expect(try codes(anybody, pods: same) == ["named-port"])
  }

  @Test func everyNamedPortIsToldAtOnce() throws {
    let ports: JSONValue = [
      ["port": "http"], ["protocol": "UDP", "port": "dns"], ["port": 443],
    ]
    let ingress = try Import([from([["podSelector": [:]]], ports: ports)])
    #expect(ingress.findings.map(\.place) == ["ingress[0].ports[0]", "ingress[0].ports[1]"])
    let text = try #require(ingress.findings.first).description
    #expect(
      text
        == "NetworkPolicy/shop/web ingress[0].ports[0]: named-port: port http of TCP: there is no pod among those that it selects to say which number it is (write the number, or let every pod it is about name the port alike)"
    )
    let egress = try Import([
      policy([
        "podSelector": [:], "policyTypes": ["Egress"],
        "egress": [
          ["to": [["podSelector": [:]], ["ipBlock": ["cidr": "10.0.0.0/8"]]], "ports": ports]
        ],
      ])
    ])
    #expect(egress.findings.map(\.code.rawValue) == Array(repeating: "named-port", count: 4))
    #expect(egress.findings.last?.message.hasSuffix("addresses outside name no ports") == true)
    #expect(egress.policies.isEmpty)
  }

  @Test func whatLacksALabelIsToldWhereNotInMeansIt() throws {
    func selector(_ expressions: JSONValue...) -> KubernetesObject {
      from([["podSelector": ["matchExpressions": .array(expressions)]]])
    }
    let notIn: JSONValue = ["key": "app", "operator": "NotIn", "values": ["b", "a"]]
    let taken = try Import([selector(notIn)])
    #expect(
      taken.findings.map(\.description) == [
        "NetworkPolicy/shop/web ingress[0].from[0]: missing-label-matches: Pod label app NotIn a, b"
      ])
    #expect(taken.policies.count == 1)
    #expect(try codes(selector(notIn, ["key": "app", "operator": "Exists"])) == [])
    #expect(
      try codes(selector(notIn, ["key": "app", "operator": "In", "values": ["a", "c"]])) == [])
    // Every namespace has its name.
    #expect(
      try codes(
        from([
          [
            "namespaceSelector": [
              "matchExpressions": [
                [
                  "key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["shop"],
                ]
              ]
            ]
          ]
        ])) == [])
  }

  @Test func namesThatAreCutStayDifferent() throws {
    let long = String(repeating: "n", count: 251)
    let taken = try Import(
      ["a", "b"].map {
        networkPolicy(
          "\(long)-\($0)", ["podSelector": [:], "ingress": [["from": [["podSelector": [:]]]]]])
      })
    let objects = taken.policies.flatMap { $0.groups + $0.sections.map(\.policy) }
    let names = objects.map(\.displayName)
    #expect(Set(names).count == names.count && names.count == 8)
    #expect(names.allSatisfy { $0.count == 255 })
    #expect(names.contains { $0.hasSuffix(" allow") })
  }

  @Test func sctpHasNoPorts() throws {
    #expect(
      try codes(from([["podSelector": [:]]], ports: [["protocol": "SCTP", "port": 1]])) == [
        "sctp-port"
      ])
    let all = try Import([from([["podSelector": [:]]], ports: [["protocol": "SCTP"]])])
    #expect(all.codes == [.sctpProtocol])
    #expect(
      all.policies[0].allow?.rules[0].document["service_entries"]?.array?.first?[
        "protocol_number"] == 132)
  }
}
