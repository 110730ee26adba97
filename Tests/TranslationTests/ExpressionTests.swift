import AntreaModel
import Testing
import Translation

/// How criteria are joined: NSX's expression on the left, members or the finding
/// on the right.
@Suite struct ExpressionTests {
  /// The forms of a group, without the group that only has them as children; or
  /// the finding.
  private func members(_ expression: String, podNetworks: [String]? = nil) throws -> [String] {
    var estate = Estate()
    for (id, inner) in [
      ("web", Shape.pod("app", "web")), ("shop", Shape.namespace("shop")),
      ("either", Shape.any(Shape.pod("app", "web"), Shape.pod("app", "api"))),
      ("lan", Shape.addresses("10.20.0.0/16")),
      ("mixed", Shape.any(Shape.pod("app", "web"), Shape.addresses("10.20.0.0/16"))),
      ("svc", Shape.service("api", in: "shop")),
    ] {
      try estate.group(id, "[\(inner)]")
    }
    try estate.group("vms", "[\(Shape.condition("VirtualMachine", "Name", "x"))]", types: "[]")
    estate.memberIPs[Estate.group("vms")] = ["10.20.3.1"]
    try estate.group("g", "[\(expression)]")
    try estate.policy(
      "p", rules: "[\(rule(1, #""direction":"IN","source_groups":\#(Shape.paths("g"))"#))]")
    let result = try estate.translate(podNetworks: podNetworks?.compactMap { CIDR($0) })
    let errors = result.findings.filter { $0.severity == .error }
    if !errors.isEmpty {
      #expect(result.clusterGroups.isEmpty && !result.isApplicable)
      return errors.map { "\($0.code.rawValue): \($0.message)" }
    }
    if result.clusterGroups.isEmpty { return result.codes }
    return result.clusterGroups.filter { $0.spec["childGroups"] == nil }.map {
      $0.spec.description
    }.sorted()
  }

  private let shopWeb =
    #"{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}},"podSelector":{"matchLabels":{"app":"web"}}}"#
  private let refusal = "group \(Estate.group("g")):"

  @Test func andJoinsEveryKindOfOperand() throws {
    for operands in [
      Shape.all(Shape.groups("web"), Shape.groups("shop")),
      Shape.all(Shape.groups("web"), Shape.namespace("shop")),
      Shape.all(Shape.groups("either"), Shape.namespace("shop"), Shape.pod("app", "web")),
      Shape.all(Shape.nested(Shape.namespace("shop")), Shape.groups("web")),
      Shape.all(Shape.nested(Shape.all(Shape.namespace("shop"), Shape.groups("web")))),
    ] {
      #expect(try members(operands) == [shopWeb], "\(operands)")
    }
    #expect(
      try members(
        Shape.all(Shape.addresses("10.20.0.0/24"), Shape.addresses("10.20.0.9-10.20.9.9")))
        == [
          #"{"ipBlocks":[{"cidr":"10.20.0.9/32"},{"cidr":"10.20.0.10/31"},{"cidr":"10.20.0.12/30"},{"cidr":"10.20.0.16/28"},{"cidr":"10.20.0.32/27"},{"cidr":"10.20.0.64/26"},{"cidr":"10.20.0.128/25"}]}"#
        ])
    #expect(
      try members(Shape.all(Shape.groups("lan"), Shape.addresses("10.20.7.0/24")))
        == [#"{"ipBlocks":[{"cidr":"10.20.7.0/24"}]}"#])
    #expect(
      try members(Shape.all(Shape.groups("svc"), Shape.namespace("shop")))
        == [#"{"serviceReference":{"name":"api","namespace":"shop"}}"#])
    #expect(
      try members(Shape.all(Shape.groups("svc"), Shape.pod("app", "web")))
        == [
          "service-intersection: \(refusal) selector ns[kubernetes.io/metadata.name In shop] pod[app In web] and service shop/api"
        ])
    #expect(
      try members(Shape.all(Shape.groups("web"), Shape.pod("app", "api")))
        == ["empty-group", "empty-rule"])
  }

  @Test func podsAndAddressesAreJoinedWhereThatCanBeTold() throws {
    let both = Shape.all(Shape.groups("web"), Shape.addresses("10.20.0.0/24"))
    #expect(
      try members(both) == [
        "malformed-expression: \(refusal) AND joins pods with addresses: which pods have addresses of 10.20.0.0/24 is not known"
      ])
    #expect(
      try members(both, podNetworks: ["10.0.0.0/8"]) == [
        "malformed-expression: \(refusal) AND joins pods with addresses: which pods have addresses of 10.20.0.0/24, within the pods' networks, labels cannot tell"
      ])
    // No pod has such an address, or every pod has one.
    #expect(try members(both, podNetworks: ["10.244.0.0/16"]) == ["empty-group", "empty-rule"])
    #expect(
      try members(both, podNetworks: ["10.20.0.0/25"])
        == [#"{"podSelector":{"matchLabels":{"app":"web"}}}"#])
    #expect(
      try members(Shape.all(Shape.groups("web"), Shape.addresses("0.0.0.0/0", "::/0")))
        == [#"{"podSelector":{"matchLabels":{"app":"web"}}}"#])
    #expect(
      try members(
        Shape.all(Shape.groups("mixed"), Shape.groups("web")), podNetworks: ["10.244.0.0/16"])
        == [#"{"podSelector":{"matchLabels":{"app":"web"}}}"#])
    // Members of NSX are no pods.
    #expect(
      try members(Shape.all(Shape.groups("vms"), Shape.namespace("shop")))
        == ["empty-group", "empty-rule"])
    #expect(
      try members(Shape.all(Shape.groups("vms"), Shape.addresses("10.20.0.0/16")))
        == [#"{"ipBlocks":[{"cidr":"10.20.3.1/32"}]}"#])
  }

  @Test func orWithinNestedExpressionsIsDistributed() throws {
    #expect(
      try members(
        Shape.all(
          Shape.namespace("shop"),
          Shape.nested(Shape.any(Shape.pod("app", "web"), Shape.pod("tier", "a")))))
        == [
          shopWeb,
          #"{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}},"podSelector":{"matchLabels":{"tier":"a"}}}"#,
        ])
    #expect(
      try members(
        Shape.all(
          Shape.namespace("shop"),
          Shape.nested(
            Shape.any(
              Shape.condition("Service", "Name", "a"), Shape.condition("Service", "Name", "b")))))
        == [
          #"{"serviceReference":{"name":"a","namespace":"shop"}}"#,
          #"{"serviceReference":{"name":"b","namespace":"shop"}}"#,
        ])
  }

  @Test func servicesAndNamespacesMayBeLists() throws {
    #expect(
      try members(
        Shape.nested(
          Shape.all(
            Shape.namespace("bank,shop", "IN"), Shape.condition("Service", "Name", "a,b", "IN"))))
        == ["bank", "bank", "shop", "shop"].enumerated().map {
          #"{"serviceReference":{"name":"\#($0 % 2 == 0 ? "a" : "b")","namespace":"\#($1)"}}"#
        }.sorted())
    for second in [
      Shape.namespace("shop", "NOTEQUALS"), Shape.condition("Namespace", "Tag", "dis:k8s:t|x"),
      Shape.pod("app", "web"),
    ] {
      let found = try members(
        Shape.nested(Shape.all(Shape.condition("Service", "Name", "a"), second)))
      #expect(found.first?.hasPrefix("service-without-namespace") == true, "\(second)")
    }
  }

  @Test func refusalsSayWhy() throws {
    for (condition, reason) in [
      (Shape.condition("Pod", "Name", "x"), "a pod's name is no label"),
      (Shape.pod("app", "x", "CONTAINS"), "a label selector compares whole values"),
      (Shape.pod("app", "x", "MATCHES"), "a label selector compares whole values"),
      (Shape.namespace("x", "STARTSWITH"), "a label selector compares whole values"),
      (Shape.pod("app", "", "NOTEQUALS"), "there is no value to compare"),
      (
        Shape.condition("Pod", "Tag", "dis:k8s:app|x", scope: "NOTEQUALS"),
        "a label selector names the key whose value it compares"
      ),
      (
        Shape.condition("Service", "Name", "x", "NOTEQUALS"),
        "who is behind no such Service is not known"
      ),
      (Shape.condition("Namespace", "OSName", "x"), "no label has it"),
    ] {
      let found = try members(condition)
      #expect(
        found.count == 1 && found[0].hasPrefix("unsupported-condition")
          && found[0].hasSuffix(reason),
        "\(found)")
    }
  }

  @Test func combinationsAreBounded() throws {
    let choices = (0..<11).map { index in
      Shape.nested(Shape.any(Shape.pod("k\(index)", "a"), Shape.pod("k\(index)", "b")))
    }
    let and = #",{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},"#
    #expect(
      try members(choices.joined(separator: and))
        == ["selector-bound: \(refusal) its criteria have too many combinations"])
  }
}
