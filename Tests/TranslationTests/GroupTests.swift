import AntreaModel
import Documents
import Testing
import Translation

/// Groups: NSX's expression on the left, ClusterGroups on the right.
@Suite struct GroupTests {
  private func specs(
    _ expression: String, types: String = #"["ANTREA"]"#, members: [String]? = nil,
    more: [(String, String)] = []
  ) throws -> (specs: [String], codes: [String]) {
    var estate = Estate()
    try estate.group("g", expression, types: types)
    for (id, expression) in more { try estate.group(id, expression) }
    estate.memberIPs[Estate.group("g")] = members
    try estate.policy(
      "p", rules: "[\(rule(1, #""direction":"IN","source_groups":["\#(Estate.group("g"))"]"#))]")
    let result = try estate.translate()
    return (result.clusterGroups.map { $0.spec.description }, result.codes)
  }

  private func condition(
    _ type: String, _ key: String, _ value: String, _ comparison: String = "EQUALS",
    scope: String = "EQUALS"
  ) -> String {
    """
    {"resource_type":"Condition","member_type":"\(type)","key":"\(key)",
     "operator":"\(comparison)","scope_operator":"\(scope)","value":"\(value)"}
    """
  }

  private let and = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"}"#
  private let or = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"}"#

  @Test func moreNetworksThanAnObjectTakesAreRefused() throws {
    for (count, length, codes) in [
      (5000, 25, []), (10_001, 25, ["selector-bound"]),
      // As one line, it is short.
      (10_001, 24, []),
    ] as [(Int, Int, [String])] {
      var estate = Estate()
      let list = (0..<count).map { #""10.\#($0 / 256 % 256).\#($0 % 256).0/\#(length)""# }
      try estate.group(
        "lan",
        #"[{"resource_type":"IPAddressExpression","ip_addresses":[\#(list.joined(separator: ","))]}]"#
      )
      try estate.policy(
        "p",
        rules: "[\(rule(1, #""direction":"IN","source_groups":["\#(Estate.group("lan"))"]"#))]")
      #expect(try estate.translate().codes == codes, "\(count)")
    }
  }

  @Test func conditions() throws {
    for (left, right) in [
      (
        condition("Namespace", "Name", "Shop"),
        #"{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}}"#
      ),
      (
        condition("Namespace", "Tag", "dis:k8s:team|a"),
        #"{"namespaceSelector":{"matchLabels":{"team":"a"}}}"#
      ),
      (
        condition("Pod", "Tag", "dis:k8s:app|web", "NOTEQUALS"),
        #"{"podSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}}"#
      ),
      (
        condition("Pod", "Tag", "dis:k8s:app|b,a", "IN"),
        #"{"podSelector":{"matchExpressions":[{"key":"app","operator":"In","values":["a","b"]}]}}"#
      ),
      (
        condition("Pod", "Tag", "dis:k8s:app|"),
        #"{"podSelector":{"matchExpressions":[{"key":"app","operator":"Exists"}]}}"#
      ),
      (
        condition("Pod", "Tag", "dis:k8s:app|", scope: "NOTEQUALS"),
        #"{"podSelector":{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}}"#
      ),
    ] {
      let result = try specs("[\(left)]")
      #expect(result.specs == [right] && result.codes.isEmpty, "\(left)")
    }
  }

  @Test func refusedConditions() throws {
    for (left, code) in [
      (condition("Pod", "Tag", "web"), "tag-without-key"),
      (condition("Pod", "Tag", "|web"), "tag-without-key"),
      (condition("Pod", "Tag", "dis:k8s:app|web app"), "invalid-label"),
      (condition("Pod", "Tag", "dis:k8s:a b|web"), "invalid-label"),
      (condition("Pod", "Tag", "dis:k8s:app|we", "STARTSWITH"), "unsupported-condition"),
      (condition("Pod", "Name", "web"), "unsupported-condition"),
      (condition("Service", "Name", "web"), "service-without-namespace"),
      (condition("VirtualMachine", "Tag", "x|y"), "members-unknown"),
      (#"{"resource_type":"FutureExpression"}"#, "unsupported-expression"),
      (#"{"resource_type":"MACAddressExpression"}"#, "members-unknown"),
      (
        condition("Pod", "Tag", "dis:k8s:app|web").replacing(
          "}", with: #","exclude":{"path_expression":{}}}"#),
        "unsupported-condition"
      ),
      (
        condition("Pod", "Tag", "dis:k8s:a|b") + "," + condition("Pod", "Tag", "dis:k8s:a|b"),
        "malformed-expression"
      ),
      (
        #"{"resource_type":"IPAddressExpression","ip_addresses":["10.0.0.9-10.0.0.1"]}"#,
        "invalid-address"
      ),
    ] {
      let result = try specs("[\(left)]")
      #expect(result.specs.isEmpty && result.codes == [code], "\(left)")
    }
  }

  @Test func kindsThatNSXMayNotResolveAreRefused() throws {
    let future = #"[{"resource_type":"FutureExpression"}]"#
    #expect(try specs(future, members: ["10.0.0.1"]).codes == ["unsupported-expression"])
    let mac = #"[{"resource_type":"MACAddressExpression","mac_addresses":["00:50:56:00:00:01"]}]"#
    #expect(try specs(mac, members: []).codes == ["members-unknown"])
    let result = try specs(mac, members: ["10.0.0.1"])
    #expect(result.specs == [#"{"ipBlocks":[{"cidr":"10.0.0.1/32"}]}"#] && result.codes.isEmpty)
  }

  @Test func bareTagScopeIsALabelKeyWithAWarning() throws {
    let result = try specs("[\(condition("Pod", "Tag", "app|web"))]")
    #expect(result.specs == [#"{"podSelector":{"matchLabels":{"app":"web"}}}"#])
    #expect(result.codes == ["tag-scope-without-prefix"])
  }

  @Test func nestedExpressionIsAnd() throws {
    let inner = [
      condition("Namespace", "Name", "shop"), and, condition("Pod", "Tag", "dis:k8s:tier|db"),
    ]
    .joined(separator: ",")
    let result = try specs(#"[{"resource_type":"NestedExpression","expressions":[\#(inner)]}]"#)
    #expect(
      result.specs == [
        #"{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}},"podSelector":{"matchLabels":{"tier":"db"}}}"#
      ])
  }

  @Test func serviceWithNamespaceIsAServiceReference() throws {
    let inner = [condition("Namespace", "Name", "shop"), and, condition("Service", "Name", "web")]
      .joined(separator: ",")
    let result = try specs(#"[{"resource_type":"NestedExpression","expressions":[\#(inner)]}]"#)
    #expect(result.specs == [#"{"serviceReference":{"name":"web","namespace":"shop"}}"#])
  }

  @Test func orBecomesChildren() throws {
    let addresses =
      #"{"resource_type":"IPAddressExpression","ip_addresses":["10.9.0.7/24","10.9.0.5"]}"#
    let result = try specs(
      "[" + [condition("Pod", "Tag", "dis:k8s:a|1"), or, addresses].joined(separator: ",") + "]")
    #expect(result.specs.count == 3)
    #expect(result.specs.contains(#"{"ipBlocks":[{"cidr":"10.9.0.0/24"}]}"#))
    #expect(result.specs.contains(#"{"podSelector":{"matchLabels":{"a":"1"}}}"#))
    #expect(result.specs.contains { $0.hasPrefix(#"{"childGroups":["g-"#) })
  }

  @Test func nestedGroupsAreFlattenedAndCyclesRefused() throws {
    let inner = #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("h"))"]}]"#
    let flat = try specs(inner, more: [("h", "[\(condition("Pod", "Tag", "dis:k8s:a|1"))]")])
    #expect(flat.specs == [#"{"podSelector":{"matchLabels":{"a":"1"}}}"#])
    let back = #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("g"))"]}]"#
    #expect(try specs(inner, more: [("h", back)]).codes == ["group-cycle"])
    #expect(try specs(inner).codes == ["dangling-group"])
  }

  @Test func genericGroupsBecomeTheirAddresses() throws {
    let vm = "[\(condition("VirtualMachine", "Tag", "x|y"))]"
    let result = try specs(vm, types: "[]", members: ["10.0.0.2", "10.0.0.1", "2001:db8::1"])
    #expect(
      result.specs == [
        #"{"ipBlocks":[{"cidr":"10.0.0.1/32"},{"cidr":"10.0.0.2/32"},{"cidr":"2001:db8::1/128"}]}"#
      ])
    #expect(try specs(vm, types: "[]", members: []).codes == ["empty-group", "empty-rule"])
  }

  @Test func mixedGroupsKeepTheirPodsBesideTheAddresses() throws {
    let pods = #"{"podSelector":{"matchLabels":{"app":"web"}}}"#
    let web = condition("Pod", "Tag", "dis:k8s:app|web")
    let machines = condition("VirtualMachine", "Tag", "x|y")
    let paths = { (list: String...) in
      #"{"resource_type":"PathExpression","paths":\#(list)}"#
    }
    let segment = "/infra/segments/s1"
    for mixed in [
      [web, or, machines], [machines, or, web], [paths(Estate.group("h"), segment)],
      [paths(segment), or, paths(Estate.group("h"))], [machines, or, paths(Estate.group("h"))],
      [Shape.nested(Shape.any(web, machines))],
    ] {
      let expression = "[" + mixed.joined(separator: ",") + "]"
      let more = [("h", "[\(web)]")]
      let result = try specs(expression, types: "[]", members: ["10.1.1.5"], more: more)
      #expect(result.codes.isEmpty && result.specs.count == 3, "\(expression)")
      #expect(result.specs.contains(pods), "\(expression)")
      #expect(result.specs.contains(#"{"ipBlocks":[{"cidr":"10.1.1.5/32"}]}"#), "\(expression)")
      #expect(try specs(expression, more: more).codes == ["members-unknown"], "\(expression)")
    }
    for (joined, code) in [
      ([web, and, machines], "unsupported-condition"),
      ([machines, and, paths(Estate.group("h"))], "malformed-expression"),
    ] {
      let result = try specs(
        "[" + joined.joined(separator: ",") + "]", members: ["10.1.1.5"],
        more: [("h", "[\(web)]")])
      #expect(result.specs.isEmpty && result.codes == [code], "\(joined)")
    }
  }
}
