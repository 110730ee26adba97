import AntreaModel
import Documents
import Planning
import Testing

/// A ClusterNetworkPolicy with one egress rule.
private func policy(_ name: String, _ rule: JSONValue) throws -> KubernetesObject {
  try #require(
    KubernetesObject([
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": .string(name), "labels": ["any": "thing"]],
      "spec": ["priority": 1, "egress": [rule]],
    ]))
}

@Suite struct ResourceSchemaTests {
  /// A cluster whose rules have peers by selector, group and CIDR.
  private static let rule = """
    {"type":"object","properties":{
      "action":{"type":"string","enum":["Allow","Drop"]},
      "to":{"type":"array","items":{"type":"object","properties":{
        "ipBlock":{"type":"object","properties":{"cidr":{"type":"string"}}},
        "podSelector":{"type":"object","properties":{
          "matchLabels":{"type":"object","additionalProperties":{"type":"string"}}}},
        "namespaceSelector":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}}
    """
  private static let schema = """
    {"type":"object","properties":{"metadata":{"type":"object"},"spec":{"type":"object","properties":{
      "priority":{"type":"number"},"egress":{"type":"array","items":\(rule)}}}}}
    """

  private func openAPI() throws -> ResourceSchemas {
    var document: JSONValue = ["components": ["schemas": .object(JSONObject())]]
    guard case .object(var schema) = try JSONValue(json: Self.schema) else {
      throw CancellationError()
    }
    schema["x-kubernetes-group-version-kind"] = [
      ["group": "crd.antrea.io", "version": "v1beta1", "kind": "ClusterNetworkPolicy"]
    ]
    document = ["components": ["schemas": ["io.antrea.crd.v1beta1.P": .object(schema)]]]
    return try #require(ResourceSchemas(openAPI: document))
  }

  private func definitions(served: Bool = true) throws -> ResourceSchemas? {
    ResourceSchemas(definitions: [
      try #require(
        KubernetesObject([
          "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
          "metadata": ["name": "clusternetworkpolicies.crd.antrea.io"],
          "spec": [
            "group": "crd.antrea.io", "names": ["kind": "ClusterNetworkPolicy"],
            "versions": [
              [
                "name": "v1beta1", "served": .bool(served),
                "schema": ["openAPIV3Schema": try JSONValue(json: Self.schema)],
              ]
            ],
          ],
        ]))
    ])
  }

  @Test func whatTheSchemaHasIsNoFault() throws {
    let fine = try policy(
      "fine",
      [
        "action": "Drop",
        "to": [
          ["ipBlock": ["cidr": "10.0.0.0/8"]], ["podSelector": ["matchLabels": ["a.b/c": "d"]]],
          ["namespaceSelector": ["matchExpressions": [["key": "x"]]]],
        ],
      ])
    #expect(try openAPI().faults(in: [fine]) == [])
    #expect(try definitions()?.faults(in: [fine]) == [])
  }

  @Test func aFieldThatWouldBePrunedIsNamedWithItsRelease() throws {
    let except: JSONValue = [
      "action": "Drop",
      "to": [["ipBlock": ["cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]]]],
    ]
    let faults = try openAPI().faults(in: [
      try policy("b", except), try policy("a", except),
      try policy("c", ["action": "Drop", "to": [["fqdn": "*.example.com"]]]),
    ])
    #expect(faults.map(\.isPruned) == [true, true])
    #expect(
      faults.map { $0.message(version: "v1.14.0") } == [
        "ClusterNetworkPolicy/c uses spec.egress[].to[].fqdn, which Antrea has since 1.3; the cluster (Antrea v1.14.0) does not know it and would drop it",
        "ClusterNetworkPolicy/a and 1 more uses spec.egress[].to[].ipBlock.except, which Antrea has since 2.2; the cluster (Antrea v1.14.0) does not know it and would drop it",
      ])
  }

  @Test func valuesAndKindsThatAreNotServedAreNamed() throws {
    let pass = try policy("p", ["action": "Pass"])
    let tier = try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier", "metadata": ["name": "t"],
        "spec": ["priority": 9],
      ]))
    #expect(
      try openAPI().faults(in: [pass, tier]).map { $0.message(version: nil) } == [
        "ClusterNetworkPolicy/p: spec.egress[].action is Pass, which Antrea has since 1.5; the cluster (an Antrea version that could not be read) does not take it",
        "Tier/t: the cluster (an Antrea version that could not be read) does not serve Tier of crd.antrea.io/v1beta1, which Antrea has since 1.13",
      ])
    #expect(try definitions(served: false)?.faults(in: [pass]).map(\.subject.field) == [""])
    #expect(ResourceSchemas(definitions: [tier]) == nil)
    #expect(ResourceSchemas(openAPI: ["swagger": "2.0"]) == nil)
  }

  @Test(arguments: [
    ("v2.4.1", AntreaRelease(2, 4)), ("v1.13.0-abc1234.dirty", AntreaRelease(1, 13)),
    ("1.11", AntreaRelease(1, 11)), ("v2.1.0+vmware.3", AntreaRelease(2, 1)), ("latest", nil),
  ])
  func releasesAreRead(text: String, release: AntreaRelease?) {
    #expect(AntreaRelease(text) == release)
  }

  @Test func gatesThatAreOffAreTold() throws {
    let policies = [
      try policy("web", ["action": "Allow", "l7Protocols": [["http": ["host": "a"]]]]),
      try policy("igmp", ["action": "Allow", "protocols": [["igmp": ["igmpType": 22]]]]),
    ]
    let needed = FeatureGate.needed(by: policies)
    #expect(needed.mapValues { $0.map(\.name) } == [.layerSeven: ["web"], .multicast: ["igmp"]])
    let users = try #require(needed[.layerSeven])
    func fault(_ gate: FeatureGate, _ controller: JSONValue, _ agent: JSONValue) -> Bool {
      gate.fault(components: [controller, agent], version: "v2.4.1", users: users) != nil
    }
    let none: JSONValue = .object(JSONObject())
    let on: JSONValue = ["featureGates": ["L7NetworkPolicy": true]]
    #expect(fault(.layerSeven, none, none))
    #expect(fault(.layerSeven, on, none))
    #expect(!fault(.layerSeven, on, on))
    #expect(!fault(.multicast, none, none))
    #expect(fault(.multicast, none, ["featureGates": ["Multicast": false]]))
    #expect(FeatureGate.multicast.isOnByDefault(AntreaRelease(1, 11)) == false)
  }

  @Test func aPlanWithFaultsIsRefused() throws {
    let wanted = try policy("p", ["action": "Pass"])
    let plan = Planner.plan(
      desired: [wanted], live: [],
      policy: PlanPolicy(owner: "o", unsupported: ["p uses what the cluster lacks"]))
    let refusal = try #require(plan.refusals.first { $0.code == .unsupportedFeature })
    #expect(refusal.failure.kind == .refused)
    #expect(refusal.failure.cause.contains("p uses what the cluster lacks"))
  }
}
