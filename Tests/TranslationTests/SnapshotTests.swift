import Documents
import Foundation
import NSXModel
import Testing
import Translation

/// Reading of snapshots: every form, and what is none.
@Suite struct SnapshotTests {
  private func read(_ text: String) throws -> NSXSnapshot {
    try NSXSnapshot(bytes: Array(text.utf8))
  }

  @Test func hierarchicalAnswer() throws {
    let snapshot = try read(
      """
      {"resource_type":"Infra","id":"infra","children":[
       {"resource_type":"ChildResourceReference","id":"default","target_type":"Domain","children":[
        {"resource_type":"ChildSecurityPolicy","SecurityPolicy":{"resource_type":"SecurityPolicy","id":"p",
          "category":"Application","children":[
          {"resource_type":"ChildRule","Rule":{"resource_type":"Rule","id":"r","action":"DROP","rule_id":5}},
          {"resource_type":"ChildSecurityPolicyContainerCluster","SecurityPolicyContainerCluster":
            {"resource_type":"SecurityPolicyContainerCluster","id":"c","container_cluster_path":"/x/prod"}}]}},
        {"resource_type":"ChildSecurityPolicy","marked_for_delete":true,
         "SecurityPolicy":{"resource_type":"SecurityPolicy","id":"gone"}},
        {"resource_type":"ChildGroup","Group":{"id":"g","resource_type":"Group","expression":[]}}]},
       {"resource_type":"ChildService","Service":{"resource_type":"Service","id":"s","service_entries":[]}}]}
      """)
    let path = "/infra/domains/default/security-policies/p"
    #expect(snapshot.policies.map(\.path) == [path])
    #expect(snapshot.policies.first?.rules.map(\.path) == ["\(path)/rules/r"])
    #expect(snapshot.spans == [ContainerClusterSpan(policyPath: path, clusterPath: "/x/prod")])
    #expect(snapshot.groups.keys.sorted() == ["/infra/domains/default/groups/g"])
    #expect(snapshot.services.keys.sorted() == ["/infra/services/s"])
    #expect(snapshot.isComplete)
  }

  @Test func incompleteSnapshotsAreMarked() throws {
    #expect(try !read(#"{"format":"nsx-snapshot/1","complete":false,"objects":[]}"#).isComplete)
    #expect(try !read(#"{"format":"nsx-snapshot/1","objects":[]}"#).isComplete)
    #expect(try !read(#"{"results":[],"cursor":"0001"}"#).isComplete)
    #expect(try read(#"{"format":"nsx-snapshot/1","complete":true,"objects":[]}"#).isComplete)
  }

  @Test func whatIsNoSnapshotIsAnError() throws {
    for (text, offset) in [
      (#"{"format":"nsx-snapshot/1","objects":[{"resource_type""#, 54),
      (#"{"objects":[{"id":5}]}"#, 18), ("", 0),
    ] {
      let error = #expect(throws: SnapshotError.self) { try read(text) }
      guard case .malformed(let found, _, _) = error else {
        Issue.record("\(text): \(String(describing: error))")
        continue
      }
      #expect(found == offset, "\(text)")
    }
    #expect(throws: SnapshotError.unsupportedFormat("nsx-snapshot/9")) {
      try read(#"{"format":"nsx-snapshot/9","objects":[]}"#)
    }
    #expect(throws: SnapshotError.notASnapshot) { try read("{}") }
    #expect(SnapshotError.notASnapshot.failure.kind == .invalidInput)
  }

  @Test func appliedToOfTheWrongTypeIsAnError() throws {
    for scope in [#""/infra/domains/default/groups/a""#, #"[{"path":"/g"}]"#, "{}", "7"] {
      for members in [
        #""resource_type":"SecurityPolicy","scope":\#(scope)"#,
        #""scope":\#(scope),"resource_type":"SecurityPolicy""#,
        #""resource_type":"SecurityPolicy","rules":[{"id":"r","scope":\#(scope)}]"#,
        #""resource_type":"SecurityPolicy","rules":[{"id":"r","source_groups":\#(scope)}]"#,
      ] {
        let text = #"{"objects":[{"path":"/p","id":"p",\#(members)}]}"#
        let error = #expect(throws: SnapshotError.self, "\(text)") { try read(text) }
        guard case .malformed(_, let reason, let path) = error,
          ["/p", "/p/rules/r"].contains(path),
          reason.contains("scope:") || reason.contains("groups:")
        else {
          Issue.record("\(text): \(String(describing: error))")
          continue
        }
      }
    }
    let other = #"{"objects":[{"scope":{"a":1},"id":"x","path":"/x","resource_type":"Other"}]}"#
    #expect(try read(other).policies.isEmpty)
    let late = #"{"objects":[{"scope":["/g"],"id":"p","resource_type":"SecurityPolicy"}]}"#
    #expect(try read(late).policies.first?.scope == ["/g"])
  }

  @Test func rulesWithoutAnyNameAreAnError() throws {
    let rule = #"{"resource_type":"Rule","action":"DROP"}"#
    let child = #"{"resource_type":"ChildRule","Rule":\#(rule)}"#
    for objects in [
      #"{"resource_type":"SecurityPolicy","path":"/p","rules":[\#(rule)]}"#,
      #"{"resource_type":"SecurityPolicy","path":"/p","children":[\#(child)]}"#,
      #"{"resource_type":"SecurityPolicy","path":"/p"},{"parent_path":"/p",\#(rule.dropFirst())"#,
    ] {
      let error = #expect(throws: SnapshotError.self) { try read(#"{"objects":[\#(objects)]}"#) }
      guard case .objectWithoutPath("Rule", _) = error else {
        Issue.record("\(objects): \(String(describing: error))")
        continue
      }
    }
    let named = #"{"resource_type":"SecurityPolicy","path":"/p","rules":[{"rule_id":7}]}"#
    #expect(try read(#"{"objects":[\#(named)]}"#).policies[0].rules.map(\.path) == ["/p/rules/7"])
  }

  @Test func differentObjectsAtOnePathAreAnError() throws {
    let policy = #""resource_type":"SecurityPolicy","parent_path":"/d","display_name":"p""#
    let loose = #""resource_type":"Rule","parent_path":"/d/security-policies/p","id":"r""#
    let place = "/d/security-policies/p"
    for (first, second, path) in [
      (policy + #","category":"Emergency""#, policy, place),
      (
        policy + #","rules":[{"id":"r","action":"DROP"}]"#,
        policy + #","rules":[{"id":"r","action":"ALLOW"}]"#, place
      ),
      (
        #""resource_type":"Group","path":"/g""#,
        #""resource_type":"Group","path":"/g","group_type":["ANTREA"]"#, "/g"
      ),
      (
        #""resource_type":"Service","path":"/s","service_entries":[]"#,
        #""resource_type":"Service","path":"/s","display_name":"other""#, "/s"
      ),
      (
        #""resource_type":"ClusterControlPlane","path":"/c""#,
        #""resource_type":"ClusterControlPlane","path":"/c","node_id":"x""#, "/c"
      ),
      (
        policy + "},{" + loose + #","action":"DROP""#, loose + #","action":"ALLOW""#,
        place + "/rules/r"
      ),
    ] {
      #expect(throws: SnapshotError.conflictingObjects(path: path)) {
        try read(#"{"objects":[{\#(first)},{\#(second)}]}"#)
      }
      _ = try read(#"{"objects":[{\#(second)},{\#(second)}]}"#)
    }
    let newer = try read(
      #"{"objects":[{\#(policy),"_revision":2},{\#(policy),"_revision":1,"category":"x"}]}"#)
    #expect(newer.policies.map(\.revision) == [2])
  }

  @Test func unknownClusterIsAnError() throws {
    let translator = Translator(snapshot: try Estate().snapshot())
    #expect(throws: TranslationError.unknownCluster("x", known: ["prod"])) {
      try translator.translate(cluster: ClusterTarget(name: "x", selection: .controlPlane("x")))
    }
    #expect(throws: TranslationError.invalidClusterName("../x")) {
      try translator.translate(
        cluster: ClusterTarget(name: "../x", selection: .controlPlane("prod")))
    }
  }

  @Test func controlPlanesWithOneIDNeedThePath() throws {
    var estate = Estate()
    try estate.policy("p", rules: "[\(rule(1, #""direction":"IN""#))]")
    let other = Estate.plane.replacing("/default/cluster", with: "/second/cluster")
    let twin: JSONValue = [
      "resource_type": "ClusterControlPlane", "id": "prod", "path": .string(other),
    ]
    let translator = Translator(snapshot: try estate.snapshot(estate.objects + [twin]))
    let paths = [Estate.plane, other]
    #expect(throws: TranslationError.ambiguousCluster("prod", paths: paths)) {
      try translator.translate(
        cluster: ClusterTarget(name: "prod", selection: .controlPlane("prod")))
    }
    for (path, count) in [(Estate.plane, 1), (other, 0)] {
      let result = try translator.translate(
        cluster: ClusterTarget(name: "prod", selection: .controlPlane(path)))
      #expect(result.policies.count == count && result.findings.isEmpty)
    }
    let remedy = TranslationError.ambiguousCluster("prod", paths: paths).failure
    #expect(remedy.kind == .usage && remedy.cause.contains(other))
  }

  @Test func spansThatAreBeingDeletedDoNotCount() throws {
    let span = #""resource_type":"SecurityPolicyContainerCluster","container_cluster_path":"/c""#
    for (mark, count) in [(#","marked_for_delete":true"#, 0), (#","marked_for_delete":false"#, 1)] {
      let objects = #"{\#(span),"parent_path":"/p"\#(mark)}"#
      #expect(try read(#"{"objects":[\#(objects)]}"#).spans.count == count)
    }
  }

  @Test func spansToUnknownControlPlanesAreReported() throws {
    var estate = Estate()
    try estate.policy("p", rules: "[\(rule(1, #""direction":"IN""#))]")
    let path = "/infra/domains/default/security-policies/p"
    let span: JSONValue = [
      "resource_type": "SecurityPolicyContainerCluster", "parent_path": .string(path),
      "container_cluster_path": "/infra/antrea-nodes/prod",
    ]
    let result = try estate.translate(objects: estate.objects + [span])
    #expect(result.codes == ["dangling-span"] && result.isApplicable)
    #expect(result.findings.first?.path == path && result.findings.first?.severity == .warning)
    let spans = estate.objects.filter { $0["resource_type"]?.string != "ClusterControlPlane" }
    #expect(try estate.translate(objects: spans).codes.isEmpty)
  }

  @Test func publicTopologiesAreRead() throws {
    for (name, policies) in [
      ("ExampleHogwarts", true), ("ExampleGroup4", true), ("Example2", true),
    ] {
      guard let bytes = SharedData.read("nsx/np-guard/\(name).json") else { return }
      let snapshot = try NSXSnapshot(bytes: bytes)
      #expect(snapshot.policies.isEmpty != policies && !snapshot.groups.isEmpty)
      #expect(snapshot.policies.allSatisfy { !$0.rules.isEmpty })
      _ = try Translator(snapshot: snapshot).translate(
        cluster: ClusterTarget(
          name: "all", selection: .filter(categories: [], tags: [], paths: [])))
    }
  }
}
