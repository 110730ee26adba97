import Documents
import NSXModel
import Testing
import Translation

/// What is missing in a snapshot is told, never taken for nothing.
@Suite struct SnapshotLossTests {
  private func read(_ text: String) throws -> NSXSnapshot {
    try NSXSnapshot(bytes: Array(text.utf8))
  }

  private func error(_ text: String) -> SnapshotError? {
    #expect(throws: SnapshotError.self, "\(text)") { try read(text) }
  }

  private let place = "/infra/domains/default/security-policies/p"

  /// A policy with these members instead of rules.
  private func estate(_ members: String) throws -> Estate {
    var estate = Estate()
    estate.policies.append(
      try JSONValue(
        json: """
          {"resource_type":"SecurityPolicy","id":"p","path":"\(place)","category":"Application",
           "internal_sequence_number":7\(members)}
          """))
    return estate
  }

  @Test func aPolicyWithoutItsRulesIsNotReadWhole() throws {
    for (members, codes) in [
      ("", ["incomplete-rules"]), (#","rules":null"#, ["incomplete-rules"]),
      (#","rule_count":2"#, ["incomplete-rules"]),
      (#","rules":[],"rule_count":2"#, ["incomplete-rules"]),
      (#","connectivity_preference":"ALLOWLIST""#, ["incomplete-rules"]),
      (#","rules":[]"#, ["no-rules"]), (#","rule_count":0"#, ["no-rules"]),
    ] {
      let result = try estate(members).translate()
      #expect(result.codes == codes, "\(members)")
      #expect(result.isApplicable == (codes == ["no-rules"]), "\(members)")
      let closed = try estate(members).translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(closed.isApplicable == (codes == ["no-rules"]), "\(members)")
    }
  }

  @Test func rulesThatStandApartAreTheList() throws {
    let estate = try estate("")
    let loose: JSONValue = [
      "resource_type": "Rule", "id": "r", "parent_path": .string(place), "action": "ALLOW",
      "direction": "IN",
    ]
    let result = try estate.translate(objects: estate.objects + [loose])
    #expect(result.codes.isEmpty && result.ruleTexts.count == 1)
    let child = try read(
      """
      {"resource_type":"Infra","children":[{"resource_type":"ChildSecurityPolicy","SecurityPolicy":
       {"resource_type":"SecurityPolicy","id":"p","children":[{"resource_type":"ChildRule","Rule":
        {"resource_type":"Rule","id":"r","action":"DROP"}}]}}]}
      """)
    #expect(child.policies.map(\.hasRuleList) == [true])
  }

  @Test func wrappersWithoutTheirObjectAreErrors() {
    for (type, rest) in [
      ("ChildRule", ""), ("ChildRule", #","Rule":null"#), ("ChildRule", #","rule":{"id":"r"}"#),
      ("ChildRule", #","Group":{"id":"r","resource_type":"Group"}"#), ("ChildSecurityPolicy", ""),
      ("ChildGroup", ""), ("ChildService", ""), ("ChildResourceReference", #","id":"default""#),
      ("ChildResourceReference", #","target_type":"Domain""#),
    ] {
      let text =
        #"{"resource_type":"SecurityPolicy","path":"/p","children":[{"resource_type":"\#(type)"\#(rest)}]}"#
      guard case .childWithoutObject(type, _, "/p") = error(#"{"objects":[\#(text)]}"#) else {
        Issue.record("\(text)")
        continue
      }
    }
  }

  @Test func wrappersOfNoInterestOrMarkedForDeleteArePassedOver() throws {
    let snapshot = try read(
      """
      {"resource_type":"Infra","children":[{"resource_type":"ChildTier0"},
       {"resource_type":"ChildGroup","marked_for_delete":true}]}
      """)
    #expect(snapshot.groups.isEmpty && snapshot.policies.isEmpty)
  }

  @Test func rulesWithoutTheirPolicyAreReported() throws {
    let estate = try estate(#","rules":[]"#)
    func loose(_ parent: String, _ isDeleted: Bool = false) -> JSONValue {
      [
        "resource_type": "Rule", "id": "r", "parent_path": .string(parent), "action": "DROP",
        "marked_for_delete": .bool(isDeleted),
      ]
    }
    let gone = "/infra/domains/default/security-policies/gone"
    let result = try estate.translate(objects: estate.objects + [loose(gone)])
    #expect(result.codes == ["no-rules", "rule-without-policy"] && !result.isApplicable)
    #expect(result.findings.map(\.path) == [gone, place])
    #expect(result.findings.first?.message.contains("\(gone)/rules/r") == true)
    for mode in [TranslationOptions.OnUnsupported.failClosed] {
      let closed = try Translator(
        snapshot: estate.snapshot(estate.objects + [loose(gone)]),
        options: TranslationOptions(onUnsupported: mode)
      ).translate(cluster: ClusterTarget(name: "c", selection: .controlPlane(Estate.cluster)))
      #expect(!closed.isApplicable)
    }
    // What NSX is taking down, what is a gateway's, and what is another cluster's.
    let span: JSONValue = [
      "resource_type": "SecurityPolicyContainerCluster", "parent_path": .string(gone),
      "container_cluster_path": .string(Estate.plane + "-other"),
    ]
    for objects in [
      [loose(gone, true)], [loose("/infra/domains/default/gateway-policies/x")],
      [loose(gone), span],
    ] {
      let other = try estate.translate(objects: estate.objects + objects)
      #expect(!other.codes.contains("rule-without-policy"), "\(objects)")
    }
  }

  @Test func spansWithoutTheirPolicyAreReported() throws {
    let estate = try estate(#","rules":[]"#)
    let span: JSONValue = [
      "resource_type": "SecurityPolicyContainerCluster", "parent_path": "/p/gone",
      "container_cluster_path": .string(Estate.plane),
    ]
    let result = try estate.translate(objects: estate.objects + [span])
    #expect(result.codes == ["missing-policy", "no-rules"] && !result.isApplicable)
  }

  @Test func controlPlanesThatAreBeingDeletedDoNotCount() throws {
    let estate = try estate(#","rules":[]"#)
    func plane(_ path: String, deleted: Bool) -> JSONValue {
      [
        "resource_type": "ClusterControlPlane", "id": .string(Estate.cluster),
        "path": .string(path),
        "marked_for_delete": .bool(deleted),
      ]
    }
    let rest = estate.objects.filter { $0["resource_type"] != "ClusterControlPlane" }
    let old = Estate.plane.replacing("/default/cluster", with: "/old/cluster")
    let twin = try estate.translate(
      objects: rest + [plane(Estate.plane, deleted: false), plane(old, deleted: true)])
    #expect(twin.codes == ["deleted-control-plane", "no-rules"] && twin.isApplicable)
    #expect(twin.findings.contains { $0.path == old })
    let snapshot = try estate.snapshot(rest + [plane(Estate.plane, deleted: true)])
    for name in [Estate.cluster, Estate.plane] {
      #expect(throws: TranslationError.deletedCluster(name, path: Estate.plane)) {
        try Translator(snapshot: snapshot).translate(
          cluster: ClusterTarget(name: "c", selection: .controlPlane(name)))
      }
    }
  }

  @Test func entriesApartFromTheirServiceBelongToIt() throws {
    let snapshot = try read(
      """
      {"resource_type":"Infra","children":[{"resource_type":"ChildService","Service":
       {"resource_type":"Service","id":"s","service_entries":[
         {"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["80"]}],
        "children":[
         {"resource_type":"ChildServiceEntry","ServiceEntry":
          {"resource_type":"L4PortSetServiceEntry","id":"e","l4_protocol":"TCP","destination_ports":["80"]}},
         {"resource_type":"ChildServiceEntry","ServiceEntry":
          {"resource_type":"IGMPTypeServiceEntry","id":"f","negate":true}}]}}]}
      """)
    let service = try #require(snapshot.services["/infra/services/s"])
    #expect(
      service.entries == [.ports(protocol: "TCP", sources: [], destinations: ["80"]), .igmp])
    #expect(service.common.unknownMembers == ["children: negate"])
  }

  @Test func objectsWithoutTypeAreErrors() {
    guard
      case .objectWithoutType(_, "/g") = error(#"{"objects":[{"path":"/g","expression":[]}]}"#)
    else {
      Issue.record("no error")
      return
    }
  }
}
