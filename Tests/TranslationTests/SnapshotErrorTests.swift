import Documents
import NSXModel
import Testing

/// Members of the wrong type: one error that names the object and the member.
@Suite struct SnapshotErrorTests {
  private func error(_ text: String) -> (path: String?, reason: String)? {
    let error = #expect(throws: SnapshotError.self, "\(text)") {
      try NSXSnapshot(bytes: Array(text.utf8))
    }
    guard case .malformed(_, let reason, let path) = error else {
      Issue.record("\(text): \(String(describing: error))")
      return nil
    }
    return (path, reason)
  }

  @Test func theErrorNamesTheObjectWhereverItsPathStands() {
    for (object, path, member) in [
      (#""resource_type":"Group","expression":{},"path":"/g""#, "/g", "expression: "),
      (#""path":"/g","resource_type":"Group","expression":7"#, "/g", "expression: "),
      (#""id":"g","resource_type":"Group","expression":7"#, "/infra/groups/g", "expression: "),
      (
        #""resource_type":"Group","path":"/g","expression":[{"resource_type":"Condition","id":"c","value":5}]"#,
        "/g", "expression: value: "
      ),
      (
        #""resource_type":"Service","service_entries":[{"destination_ports":"80"}],"path":"/s""#,
        "/s", "service_entries: destination_ports: "
      ),
      (#""resource_type":"SecurityPolicy","rules":{},"path":"/p""#, "/p", "rules: "),
      (
        #""resource_type":"SecurityPolicy","rules":[{"disabled":"yes","id":"r"}],"path":"/p""#,
        "/p/rules/r", "rules: disabled: "
      ),
      (
        #""resource_type":"SecurityPolicy","rules":[{"rule_id":1e99,"path":"/x/r"}],"path":"/p""#,
        "/x/r", "rules: rule_id: "
      ),
      (
        #""resource_type":"SecurityPolicy","path":"/p","sequence_number":"3""#, "/p",
        "sequence_number: "
      ),
      (
        #""resource_type":"SecurityPolicy","path":"/p","sequence_number":99999999999999999999"#,
        "/p", "sequence_number: "
      ),
      (#""resource_type":"SecurityPolicy","path":"/p","stateful":"false""#, "/p", "stateful: "),
      (
        #""resource_type":"Rule","parent_path":"/p","id":"r","scope":"ANY""#, "/p/rules/r",
        "scope: "
      ),
      (
        #""resource_type":"PolicyContextProfile","path":"/c","attributes":[{"value":"x"}]"#, "/c",
        "attributes: value: "
      ),
      (#""resource_type":"Group","path":7"#, "", "path: "),
      (#""resource_type":"Group","path":"/g","path":"/h""#, "/h", "path: comes twice"),
      (
        #""resource_type":"SecurityPolicy","path":"/p","rules":[{"id":"r","action":"DROP","action":"ALLOW"}]"#,
        "/p/rules/r", "rules: action: comes twice"
      ),
    ] {
      guard let found = error(#"{"objects":[{\#(object)}]}"#) else { continue }
      if !path.isEmpty { #expect(found.path == path, "\(object)") }
      #expect(found.reason.hasPrefix(member), "\(object): \(found.reason)")
    }
  }

  @Test func theErrorNamesObjectsOfEveryForm() {
    let rule = #"{"resource_type":"ChildRule","Rule":{"resource_type":"Rule","id":"r","tag":7}}"#
    let policy =
      #"{"resource_type":"ChildSecurityPolicy","SecurityPolicy":{"resource_type":"SecurityPolicy","id":"p","children":[\#(rule)]}}"#
    let found = error(#"{"resource_type":"Infra","children":[\#(policy)]}"#)
    #expect(found?.path == "/infra/security-policies/p/rules/r")
    let single = error(
      #"{"resource_type":"SecurityPolicy","rules":[{"id":"r","tag":7}],"path":"/p"}"#)
    #expect(single?.path == "/p/rules/r")
    let members = error(#"{"objects":[],"memberIPs":{"/g":["10.0.0.1",7]}}"#)
    #expect(members?.path == "/g" && members?.reason.hasPrefix("memberIPs: ") == true)
    let twice = error(#"{"objects":[],"memberIPs":{"/g":[],"/g":["10.0.0.1"]}}"#)
    #expect(twice?.path == "/g" && twice?.reason.contains("comes twice") == true)
  }

  @Test func damagedTextNamesWhatStoodBefore() {
    let text =
      #"{"objects":[{"resource_type":"Group","path":"/g","expression":[{"resource_type":"Cond"#
    for end in stride(from: text.utf8.count, to: 50, by: -1) {
      #expect(error(String(decoding: text.utf8.prefix(end), as: UTF8.self))?.path == "/g")
    }
    let deep = #"{"objects":[{"path":"/g","resource_type":"Group","expression":"#
    #expect(error(deep + String(repeating: "[", count: 100_000))?.path == "/g")
    #expect(error(deep + String(repeating: #"{"a":"#, count: 100_000))?.path == "/g")
  }

  @Test func textThatIsNotUTF8IsRefused() {
    var bytes = Array(#"{"objects":[{"resource_type":"Group","path":"/g?"}]}"#.utf8)
    bytes[bytes.firstIndex(of: UInt8(ascii: "?")) ?? 0] = 0xFF
    let error = #expect(throws: SnapshotError.self) { try NSXSnapshot(bytes: bytes) }
    guard case .malformed(_, "path: a string that is not UTF-8", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
