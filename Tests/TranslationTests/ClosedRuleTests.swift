import AntreaModel
import Testing
import Translation

/// `fail-closed`: the deny that stands where a rule was refused has at least all
/// of the rule's traffic, and as little more as is known.
@Suite struct ClosedRuleTests {
  private func closed(
    _ members: String, families: Set<IPFamily>? = nil, podNetworks: [CIDR]? = nil
  ) throws -> [String] {
    var estate = Estate()
    for (id, expression) in [
      ("web", Shape.pod("app", "web")), ("shop", Shape.namespace("shop")),
      ("svc", Shape.service("api", in: "shop")),
      ("pods-lan", Shape.any(Shape.pod("app", "web"), Shape.addresses("10.244.1.0/24"))),
    ] {
      try estate.group(id, "[\(expression)]")
    }
    try estate.policy("p", rules: "[\(rule(1, members))]")
    #expect(try !estate.translate(families: families, podNetworks: podNetworks).isApplicable)
    let result = try estate.translate(
      TranslationOptions(onUnsupported: .failClosed), families: families, podNetworks: podNetworks)
    #expect(result.isApplicable && result.codes.contains("rule-closed"))
    return result.ruleTexts
  }

  private let gone = #""source_groups":["\#(Estate.group("gone"))"]"#

  @Test func podsStayWhereTheyAreKnown() throws {
    // What is refused is at the other end.
    #expect(
      try closed(
        #""direction":"IN",\#(gone),"destination_groups":\#(Shape.paths("web")),"scope":\#(Shape.paths("shop"))"#
      ) == ["in: r1-1001 Drop at ns{kubernetes.io/metadata.name In shop}+pod{app In web}"])
    // A part of a Service's pods has no form; all of them have one.
    #expect(
      try closed(
        #""direction":"IN","destination_groups":\#(Shape.paths("web")),"scope":\#(Shape.paths("svc"))"#
      ) == ["in: r1-1001 Drop at svc"])
    // Which pods have the addresses is not known, but they are in the scope.
    #expect(
      try closed(
        #""direction":"IN","destination_groups":\#(Shape.paths("pods-lan")),"scope":\#(Shape.paths("shop"))"#
      ) == ["in: r1-1001 Drop at shop"])
    #expect(
      try closed(#""direction":"IN","destination_groups":\#(Shape.paths("gone"))"#)
        == ["in: r1-1001 Drop at pod{}"])
  }

  @Test func peersStayWhereTheyAreKnown() throws {
    // Labels cannot say which family: the deny is for both.
    #expect(
      try closed(#""direction":"IN","ip_protocol":"IPV4","source_groups":\#(Shape.paths("web"))"#)
        == ["in: r1-1001 Drop at pod{} peers web"])
    #expect(
      try closed(#""direction":"IN","ip_protocol":"IPV4",\#(gone)"#)
        == ["in: r1-1001 Drop at pod{} peers 0.0.0.0/0"])
    #expect(
      try closed(
        #""direction":"IN","sources_excluded":true,"source_groups":\#(Shape.paths("web"))"#)
        == ["in: r1-1001 Drop at pod{}"])
  }
}
