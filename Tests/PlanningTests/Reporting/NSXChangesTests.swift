import AntreaModel
import Documents
import Reporting
import Testing

@Suite("What changed in NSX between two trees")
struct NSXChangesTests {
  private static let path = "/infra/domains/default/security-policies/web"

  private func policy(rules: [JSONValue], priority: JSONValue = 5) -> KubernetesObject? {
    KubernetesObject([
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": "web-1"],
      "spec": ["tier": "nsx-application", "priority": priority, "ingress": .array(rules)],
    ])
  }

  private func rule(_ name: String, action: String = "Allow", port: JSONValue = 80) -> JSONValue {
    [
      "name": .string(name), "action": .string(action), "from": [["group": "g-1"]],
      "ports": [["protocol": "TCP", "port": port]],
    ]
  }

  private func entry(
    _ name: String = "Web", user: String = "alice", revision: Int64 = 1,
    rules: [String: (user: String, display: String)] = [:]
  ) -> JSONValue {
    var list = JSONObject()
    for (key, value) in rules {
      list[key] = [
        "displayName": .string(value.display),
        "path": .string("\(Self.path)/rules/\(key.prefix(1))"),
        "ruleId": 7, "lastModifiedUser": .string(value.user), "lastModifiedTime": 1_700_000_000_000,
      ]
    }
    return [
      "displayName": .string(name), "path": .string(Self.path), "revision": .integer(revision),
      "lastModifiedUser": .string(user), "lastModifiedTime": .integer(1_700_000_000_000 + revision),
      "rules": .object(list),
    ]
  }

  private func provenance(_ entries: [String: JSONValue]) -> JSONValue {
    var objects = JSONObject()
    objects["Tier/nsx-application"] = ["displayName": "Application", "path": "/infra/x"]
    objects["ClusterGroup/g-1"] = [
      "displayName": "Clients", "path": "/infra/domains/default/groups/g",
    ]
    for (key, value) in entries { objects[key] = value }
    return ["objects": .object(objects)]
  }

  private func tree(_ entry: JSONValue?, _ object: KubernetesObject?) -> HistoricTree {
    HistoricTree(
      provenance: provenance(entry.map { ["ClusterNetworkPolicy/web-1": $0] } ?? [:]),
      objects: object.map { ["ClusterNetworkPolicy/web-1": $0] } ?? [:])
  }

  private let touched: Set<String> = ["ClusterNetworkPolicy/web-1"]

  @Test("nothing changed")
  func nothing() {
    let same = tree(entry(), policy(rules: [rule("a-in")]))
    #expect(NSXChanges.between(same, same, touched: touched).first?.words == [])
    #expect(NSXChanges.between(same, same, touched: []) == [])
  }

  @Test("a changed rule is told with its own editor, once for both directions")
  func changedRule() throws {
    let old = tree(
      entry(rules: ["a-in": ("alice", "A"), "a-out": ("alice", "A"), "b-in": ("alice", "B")]),
      policy(rules: [rule("a-in"), rule("b-in")]))
    let new = tree(
      entry(rules: ["a-in": ("bob", "A"), "a-out": ("bob", "A"), "b-in": ("alice", "B")]),
      policy(rules: [rule("a-in", action: "Drop", port: 443), rule("b-in")]))
    let changes = NSXChanges.between(old, new, touched: touched)
    let change = try #require(changes.first)
    #expect(changes.count == 1 && change.kind == .changed && change.edit == nil)
    let rule = try #require(change.rules.first)
    #expect(change.rules.count == 1 && rule.names == ["a-in", "a-out"] && rule.ruleID == 7)
    #expect(rule.edit?.user == "bob" && rule.kind == .changed)
    #expect(
      rule.words == [
        #"- ingress rule "A" (a-in) action: Allow"#, #"+ ingress rule "A" (a-in) action: Drop"#,
        #"- ingress rule "A" (a-in) ports: 80/tcp"#, #"+ ingress rule "A" (a-in) ports: 443/tcp"#,
      ])
    #expect(NSXChangeText.line(change) == #"~ policy "Web": 1 rule changed, by bob"#)
    let text = NSXChangeText.paragraph(change, color: false)
    #expect(
      text.contains(#"rule "A" (rule id 7) changed by bob at 2023-11-14T22:13:20Z"#), "\(text)")
  }

  @Test("added, removed and renamed")
  func kinds() throws {
    let none = HistoricTree(provenance: nil)
    let one = tree(entry(rules: ["a-in": ("alice", "A")]), nil)
    let added = NSXChanges.between(none, one, touched: [])
    #expect(added.map(\.kind) == [.added, .added])
    #expect(added.map(\.isPolicy) == [true, false])
    #expect(NSXChangeText.line(added[0]) == #"+ policy "Web": 1 rule, by alice"#)
    #expect(NSXChangeText.line(added[1]) == #"+ group "Clients""#)
    let removed = try #require(NSXChanges.between(one, tree(nil, nil), touched: []).first)
    #expect(removed.kind == .removed && removed.editors == [])
    #expect(NSXChangeText.paragraph(removed, color: false).contains("by whom"))
    let renamed = tree(
      entry("Shop\u{1B}[31m", user: "eve", revision: 2, rules: ["a-in": ("alice", "A")]), nil)
    let change = try #require(NSXChanges.between(one, renamed, touched: []).first)
    #expect(change.oldDisplayName == "Web" && change.revision == 2 && change.oldRevision == 1)
    #expect(change.editors == ["eve"] && change.rules == [])
    let line = NSXChangeText.line(change)
    #expect(line == #"~ policy "Shop [31m": was "Web", by eve"#, "\(line)")
    #expect(change.document["editedAt"] == "2023-11-14T22:13:20Z")
    // The way back is no edit of alice's.
    let back = try #require(NSXChanges.between(renamed, one, touched: []).first)
    #expect(back.editors == [] && back.oldRevision == 2 && back.revision == 1)
  }

  @Test("what changed without an edit is told as such")
  func withoutEdit() throws {
    let old = tree(entry(), policy(rules: [], priority: 5))
    let new = tree(entry(), policy(rules: [], priority: 6))
    let change = try #require(NSXChanges.between(old, new, touched: touched).first)
    #expect(change.editors == [] && change.words == ["- priority: 5", "+ priority: 6"])
    #expect(NSXChangeText.paragraph(change, color: false).contains("not edited itself"))
  }
}
