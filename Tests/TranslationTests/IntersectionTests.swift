import AntreaModel
import Testing
import Translation

/// Where a rule is enforced: the applied-to and the rule's own side on the left,
/// `appliedTo` on the right.
@Suite struct IntersectionTests {
  private func estate(_ rules: String, extra: String = "") throws -> Estate {
    var estate = Estate()
    for (id, expression) in [
      ("web", Shape.pod("app", "web")), ("db", Shape.pod("app", "db")),
      ("shop", Shape.namespace("shop")), ("bank", Shape.namespace("bank")),
      ("shop-web", Shape.nested(Shape.all(Shape.namespace("shop"), Shape.pod("app", "web")))),
      ("tiers", Shape.pod("app", "web,db", "IN")),
      ("svc", Shape.service("api", in: "shop")), ("svc2", Shape.service("cart", in: "shop")),
      ("mixed", Shape.any(Shape.service("api", in: "shop"), Shape.pod("app", "web"))),
      ("outer", Shape.any(Shape.groups("mixed"), Shape.pod("app", "db"))),
      ("lan", Shape.addresses("10.20.0.0/16")),
      ("web-lan", Shape.any(Shape.pod("app", "web"), Shape.addresses("10.20.0.0/16"))),
      ("either", Shape.any(Shape.pod("tier", "a"), Shape.pod("tier", "b"))),
    ] {
      try estate.group(id, "[\(expression)]")
    }
    // Groups can be named that some rule uses.
    let other = rule(
      2, #""direction":"IN","source_groups":\#(Shape.paths("shop-web", "db")),"scope":["ANY"]"#)
    try estate.policy("p", extra: extra, rules: "[\(rules),\(other)]")
    return estate
  }

  /// `appliedTo` of a rule into `destinations`, or the code of its finding.
  private func targets(
    _ scope: [String], _ destinations: [String], excluded: Bool = false, policy: [String] = [],
    podNetworks: [String]? = nil
  ) throws -> String {
    let paths = { (ids: [String]) in ids.isEmpty ? #"["ANY"]"# : "\(ids.map(Estate.group))" }
    let text = rule(
      1,
      #""direction":"IN","scope":\#(paths(scope)),"destination_groups":\#(paths(destinations)),"destinations_excluded":\#(excluded)"#
    )
    let result = try estate(text, extra: #""scope":\#(paths(policy)),"#).translate(
      podNetworks: podNetworks?.compactMap { CIDR($0) })
    guard let first = result.ruleTexts.first(where: { $0.hasPrefix("in: r1") }) else {
      return result.codes.joined(separator: " ")
    }
    #expect(result.findings.isEmpty && result.isApplicable)
    return String(first.dropFirst("in: r1-1001 Allow at ".count))
  }

  @Test func labelsOfBothSidesAreJoined() throws {
    #expect(
      try targets(["bank"], ["web"]) == "ns{kubernetes.io/metadata.name In bank}+pod{app In web}")
    #expect(try targets(["web"], ["db"]) == "empty-rule")
    #expect(try targets(["tiers"], ["web"]) == "web")
    #expect(try targets(["web"], ["tiers"]) == "web")
  }

  @Test func thePolicysScopeCountsInsteadOfTheRules() throws {
    #expect(try targets(["db"], ["web"], policy: ["shop"]) == "shop-web")
  }

  @Test func aGroupThatIsTheIntersectionIsNamed() throws {
    #expect(try targets(["shop"], ["web"]) == "shop-web")
    #expect(try targets(["shop", "db"], ["web"]) == "shop-web")
    // What is left beside a group stands in the rule.
    #expect(
      try targets(["shop-web", "bank"], ["web"])
        == "shop-web|ns{kubernetes.io/metadata.name In bank}+pod{app In web}")
    #expect(try targets(["web", "db"], ["db", "web", "shop"]) == "db|web")
  }

  @Test func termsAreMerged() throws {
    #expect(
      try targets(["shop"], ["either"])
        == "ns{kubernetes.io/metadata.name In shop}+pod{tier In a,b}")
    #expect(
      try targets(["shop", "bank"], ["either"])
        == "ns{kubernetes.io/metadata.name In bank,shop}+pod{tier In a,b}")
  }

  @Test func servicesAreIntersectedWhereThatCanBeTold() throws {
    #expect(try targets(["shop"], ["svc"]) == "svc")
    #expect(try targets(["bank"], ["svc"]) == "empty-rule")
    #expect(try targets(["mixed"], ["svc"]) == "svc")
    #expect(try targets(["outer"], ["mixed"]) == "mixed")
    // The Service's part of a union is a group of its own.
    #expect(
      try targets(["outer"], ["svc", "db"]) == "db|svc")
    #expect(
      try targets(["mixed", "bank"], ["outer", "svc"])
        == "mixed|ns{kubernetes.io/metadata.name In bank}+pod{app In db}")
    #expect(try targets(["web"], ["svc"]) == "service-intersection")
    #expect(try targets(["svc"], ["svc2"]) == "service-intersection")
    #expect(try targets(["bank"], ["svc"], excluded: true) == "bank")
    #expect(try targets(["shop"], ["svc"], excluded: true) == "service-intersection")
    #expect(try targets(["svc"], ["mixed"], excluded: true) == "empty-rule")
  }

  @Test func aServiceInAUnionIsNamedByItsChild() throws {
    let rules = rule(
      1,
      #""direction":"IN","scope":\#(Shape.paths("mixed")),"destination_groups":\#(Shape.paths("shop"))"#
    )
    let result = try estate(rules).translate()
    #expect(result.findings.isEmpty)
    let child = try #require(result.clusterGroups.first { $0.metadata.name.hasPrefix("mixed-") })
    #expect(child.spec.description == #"{"serviceReference":{"name":"api","namespace":"shop"}}"#)
    #expect(result.ruleTexts[0] == "in: r1-1001 Allow at \(short(child.metadata.name))|shop-web")
    #expect(
      result.clusterGroups.map { short($0.metadata.name) }
        == ["db", short(child.metadata.name), "shop-web"])
    #expect(result.provenance[child.reference]?.path == Estate.group("mixed"))
  }

  @Test func aChildThatIsNamedByItselfIsThereOnce() throws {
    let rules =
      rule(
        1,
        #""direction":"IN","scope":\#(Shape.paths("mixed")),"destination_groups":\#(Shape.paths("shop"))"#
      ) + "," + rule(3, #""direction":"IN","source_groups":\#(Shape.paths("mixed"))"#)
    let result = try estate(rules).translate()
    let names = result.clusterGroups.map(\.metadata.name)
    #expect(result.isApplicable && Set(names).count == names.count)
  }

  @Test func excludedGroupsAreSubtracted() throws {
    #expect(
      try targets(["shop"], ["web"], excluded: true)
        == "ns{kubernetes.io/metadata.name In shop}+pod{app NotIn web}")
    #expect(try targets(["shop-web"], ["db"], excluded: true) == "shop-web")
    #expect(try targets(["shop-web"], ["web"], excluded: true) == "empty-rule")
    #expect(try targets([], ["either"], excluded: true) == "pod{tier NotIn a,b}")
    #expect(
      try targets([], ["shop-web"], excluded: true)
        == "pod{app NotIn web}|ns{kubernetes.io/metadata.name NotIn shop}")
    #expect(try targets(["tiers"], ["web"], excluded: true) == "db")
  }

  @Test func addressesThatAreNoPodsChangeNothing() throws {
    let networks = ["192.168.0.0/16"]
    #expect(try targets(["web-lan"], [], podNetworks: networks) == "web-lan")
    #expect(try targets(["lan"], [], podNetworks: networks) == "empty-rule")
    #expect(try targets(["shop"], ["web-lan"], podNetworks: networks) == "shop-web")
    #expect(try targets(["web-lan"], ["shop"], podNetworks: networks) == "shop-web")
    #expect(
      try targets(["shop"], ["web-lan"], excluded: true, podNetworks: networks)
        == "ns{kubernetes.io/metadata.name In shop}+pod{app NotIn web}")
    let pods = ["10.0.0.0/8"]
    #expect(try targets(["web-lan"], [], podNetworks: pods) == "addresses-in-applied-to")
    #expect(try targets(["shop"], ["web-lan"], podNetworks: pods) == "addresses-at-pod-side")
    #expect(try targets(["shop"], ["web-lan"]) == "addresses-at-pod-side")
  }
}
