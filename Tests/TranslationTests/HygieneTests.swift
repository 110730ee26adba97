import Documents
import NSXModel
import Testing

@testable import Translation

extension Estate {
  /// `code path-of-the-object: message` for each finding of the hygiene, with
  /// ids instead of paths.
  func hygiene(_ workloads: ClusterWorkloads? = nil) throws -> [String] {
    try hygieneFindings(workloads).map { finding in
      let subject = finding.rule ?? finding.path
      return "\(finding.code.rawValue) \(subject): \(finding.message)"
        .replacing("/infra/domains/default/security-policies/", with: "")
        .replacing("/infra/domains/default/groups/", with: "")
        .replacing("/rules/", with: "/")
    }
  }

  func hygieneFindings(_ workloads: ClusterWorkloads? = nil) throws -> [Finding] {
    try Hygiene.findings(
      try snapshot(),
      cluster: ClusterTarget(name: Self.cluster, selection: .controlPlane(Self.cluster)),
      translation: try translate(), workloads: workloads)
  }

  /// Adds a group of pods by `app`, and `web`, `db`, … by the same name.
  mutating func pods(_ id: String, _ label: String? = nil, and more: String = "") throws {
    try group(id, "[\(Self.tag(label ?? "app|\(id)"))\(more)]")
  }

  static let and = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"}"#
  static let or = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"}"#

  static func tag(_ label: String, _ comparison: String = "EQUALS", on type: String = "Pod")
    -> String
  {
    #"{"resource_type":"Condition","member_type":"\#(type)","key":"Tag","operator":"\#(comparison)","value":"dis:k8s:\#(label)"}"#
  }

  static func name(_ type: String, _ value: String) -> String {
    #"{"resource_type":"Condition","member_type":"\#(type)","key":"Name","operator":"EQUALS","value":"\#(value)"}"#
  }
}

/// `"direction":"IN"` from a group at another, on TCP ports.
private func inward(_ source: String, _ scope: String, ports: String? = nil) -> String {
  func side(_ id: String) -> String { id == "ANY" ? "ANY" : Estate.group(id) }
  var text =
    #""direction":"IN","source_groups":["\#(side(source))"],"scope":["\#(side(scope))"]"#
  if let ports {
    text +=
      #","service_entries":[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":[\#(ports)]}]"#
  }
  return text
}

@Suite struct HygieneTests {
  private func estate(_ rules: String..., groups: [String] = ["web", "db"]) throws -> Estate {
    var estate = Estate()
    for group in groups { try estate.pods(group) }
    try estate.policy("p", rules: "[\(rules.joined(separator: ","))]")
    return estate
  }

  @Test func aRuleBehindAWiderOneIsShadowed() throws {
    let estate = try estate(
      rule(1, inward("web", "db")),
      rule(2, action: "DROP", inward("web", "db", ports: #""5432""#)))
    #expect(
      try estate.hygiene() == [
        "shadowed-rule p/r2: never decides: what it would Drop is decided before by p/r1"
      ])
  }

  @Test func aRuleOfTheSameActionIsRedundant() throws {
    let estate = try estate(
      rule(1, inward("ANY", "db", ports: #""5000-6000""#)),
      rule(2, inward("web", "db", ports: #""5432","5500-5600""#)))
    #expect(
      try estate.hygiene() == [
        "redundant-rule p/r2: never decides: what it would Allow is decided before by p/r1"
      ])
  }

  @Test func portsOfSeveralRulesCoverARangeTogether() throws {
    let estate = try estate(
      rule(1, inward("ANY", "db", ports: #""5000-5499""#)),
      rule(2, action: "DROP", inward("web", "db", ports: #""5490-5700""#)),
      rule(3, inward("web", "db", ports: #""5100-5600""#)))
    #expect(
      try estate.hygiene() == [
        "shadowed-rule p/r3: never decides: what it would Allow is decided before by p/r1, p/r2"
      ])
  }

  @Test func groupsCoverByTheirPieces() throws {
    var estate = Estate()
    let inShop = "," + Estate.and + "," + Estate.name("Namespace", "shop")
    try estate.pods("web")
    try estate.pods("db")
    try estate.pods("shopWeb", "app|web", and: inShop)
    try estate.group("both", "[\(Estate.tag("app|web")),\(Estate.or),\(Estate.tag("app|db"))]")
    try estate.group(
      "nets",
      #"[{"resource_type":"IPAddressExpression","ip_addresses":["10.0.0.0/25","10.0.0.128/25"]}]"#)
    try estate.group(
      "net", #"[{"resource_type":"IPAddressExpression","ip_addresses":["10.0.0.7-10.0.0.200"]}]"#)
    try estate.policy(
      "p",
      rules: "["
        + [
          rule(1, inward("web", "both")), rule(2, inward("shopWeb", "db")),
          rule(3, inward("both", "web")), rule(4, inward("nets", "db")),
          rule(5, inward("net", "db")),
        ].joined(separator: ",") + "]")
    #expect(
      try estate.hygiene() == [
        "redundant-rule p/r2: never decides: what it would Allow is decided before by p/r1",
        "redundant-rule p/r5: never decides: what it would Allow is decided before by p/r4",
      ])
  }

  @Test func earlierTiersDecideFirstAndBothDirectionsCount() throws {
    var estate = Estate()
    try estate.pods("db")
    try estate.policy(
      "first", category: "Emergency",
      rules: "[\(rule(1, action: "DROP", inward("ANY", "db")))]")
    // Out of the pods the second rule still decides.
    try estate.policy(
      "second", rules: "[\(rule(2, action: "REJECT", #""scope":["\#(Estate.group("db"))"]"#))]")
    try estate.policy("third", number: 60_000_009, rules: "[\(rule(3, inward("db", "db")))]")
    #expect(
      try estate.hygiene() == [
        "shadowed-rule third/r3: never decides: what it would Allow is decided before by first/r1"
      ])
  }

  @Test func refusedRulesNeitherShadowNorAreShadowed() throws {
    var estate = try estate(
      rule(1, inward("web", "db") + #","profiles":["/infra/context-profiles/x"]"#),
      rule(2, action: "DROP", inward("web", "db", ports: #""1""#)),
      rule(3, inward("web", "db")),
      rule(4, inward("web", "db") + #","profiles":["/infra/context-profiles/y"]"#))
    #expect(try estate.hygiene() == [])
    estate.isComplete = true
    let closed = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
    let findings = try Hygiene.findings(
      try estate.snapshot(),
      cluster: ClusterTarget(name: Estate.cluster, selection: .controlPlane(Estate.cluster)),
      translation: closed)
    #expect(findings == [])
  }

  @Test func duplicatesAreNamedOnce() throws {
    let estate = try estate(
      rule(1, inward("web", "db")), rule(2, action: "DROP", inward("ANY", "web")),
      rule(3, inward("web", "db")))
    #expect(try estate.hygiene() == ["duplicate-rule p/r3: same match and action as p/r1"])
  }

  @Test func anyToAnyIsNoticed() throws {
    let estate = try estate(
      rule(1, inward("ANY", "db")), rule(2, action: "DROP", inward("ANY", "web")),
      rule(3, inward("db", "web", ports: #""1""#)),
      rule(4, inward("web", "web")), rule(5, action: "DROP", inward("ANY", "ANY")))
    #expect(
      try estate.hygiene().filter { !$0.hasPrefix("shadowed") } == [
        "any-allow p/r1: allows everything into db",
        "early-drop p/r2: denies everything into web before 2 rules of the policy, first p/r3",
      ])
  }

  @Test func disabledRulesAreCounted() throws {
    let estate = try estate(
      rule(1, inward("web", "db")), rule(2, inward("db", "web") + #","disabled":true"#))
    #expect(try estate.hygiene() == ["disabled-rules p: 1 of 2 rules disabled"])
  }

  @Test func groupsThatNobodyUsesAndTwinsAreNoticed() throws {
    var estate = try estate(
      rule(1, inward("web", "db")), rule(2, inward("outer", "db")),
      groups: ["web", "db", "inner", "lonely"])
    try estate.group(
      "outer", #"[{"resource_type":"PathExpression","paths":["\#(Estate.group("inner"))"]}]"#)
    try estate.pods("twin", "app|web")
    // Its users may be firewalls that are not read.
    try estate.group("segments", "[]", types: "[]")
    #expect(
      try estate.hygiene() == [
        "unused-group lonely: no policy of the snapshot uses it",
        "unused-group twin: no policy of the snapshot uses it",
      ])
    try estate.policy("q", number: 60_000_002, rules: "[\(rule(3, inward("db", "twin")))]")
    #expect(
      try estate.hygiene().filter { $0.hasPrefix("duplicate") } == [
        "duplicate-group web: same members as twin"
      ])
  }

  @Test func aSearchThatIsCutOffSaysSo() throws {
    let estate = try estate(
      rule(1, inward("web", "db")), rule(2, inward("web", "db", ports: #""1""#)))
    let translation = try estate.translate()
    var search = ShadowSearch(translation, budget: 1000)
    #expect(search.find().count == 1)
    #expect(!search.isIncomplete)
    search = ShadowSearch(translation, budget: 1)
    #expect(search.find().isEmpty)
    #expect(search.isIncomplete)
  }

  @Test func everyCodeHasItsTexts() {
    for code in FindingCode.allCases {
      #expect(!code.meaning.isEmpty && !code.hint.isEmpty, "\(code)")
    }
  }
}
