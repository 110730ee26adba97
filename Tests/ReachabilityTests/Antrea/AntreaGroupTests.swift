import Reachability
import Testing

/// Whom groups mean, cluster-wide and in a namespace.
@Suite struct AntreaGroupTests {
  private func sources(_ name: String, _ groups: String) throws -> [String] {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        "appliedTo: [{podSelector: {}}], ingress: [{name: r, action: Drop, from: [{group: \(name)}]}]"
      ) + groups)
    return try evaluator.sources(into: "test/web", of: "r")
  }

  private let children =
    group("web", "serviceReference: {name: web, namespace: shop}")
    + group("dbs", "podSelector: {matchLabels: {app: db}}")
    + group("lan", "ipBlocks: [{cidr: 192.0.2.0/24}, {cidr: 10.0.0.2/32}]")
    + group("nodes", "nodeSelector: {matchLabels: {role: control}}")

  @Test func everyForm() throws {
    #expect(try sources("web", children) == ["shop/web"])
    #expect(try sources("dbs", children) == ["data/db"])
    #expect(try sources("lan", children) == ["shop/cart", "192.0.2.1"])
    #expect(try sources("nodes", children) == ["10.5.0.2"])
    #expect(try sources("none", group("none", "")) == [])
  }

  @Test func childrenAreAUnion() throws {
    let parent = group("all", "childGroups: [web, dbs, lan, nodes, gone]")
    #expect(
      try sources("all", children + parent) == [
        "shop/web", "shop/cart", "data/db", "192.0.2.1", "10.5.0.2",
      ])
  }

  @Test func aGroupWhoseChildHasChildrenHasNoMembersAtAll() throws {
    let nested =
      group("inner", "childGroups: [dbs]") + group("outer", "childGroups: [inner, web]")
    #expect(try sources("inner", children + nested) == ["data/db"])
    #expect(try sources("outer", children + nested) == [])
    #expect(try sources("self", group("self", "childGroups: [self]")) == [])
  }

  @Test func theOldestVersionHasOneBlock() throws {
    let old = group("old", "ipBlock: {cidr: 192.0.2.1/32}")
      .replacing("v1beta1", with: "v1alpha2")
    #expect(try sources("old", old) == ["192.0.2.1"])
  }

  private func targets(_ name: String, _ groups: String, peer: String = "") throws -> [String] {
    let evaluator = try SmallCluster.live(
      clusterPolicy("appliedTo: [{group: \(name)}], ingress: [{name: r, action: Drop}]") + groups)
    return try ["shop/web", "shop/cart", "data/db"].filter {
      try evaluator.verdict("test/web", $0) == "- / drop r"
    }
  }

  @Test func policiesAreAppliedToPodsAndNotToAddresses() throws {
    #expect(try targets("lan", children) == [])
    #expect(
      try targets("mixed", children + group("mixed", "childGroups: [lan, dbs, web]"))
        == ["shop/web", "data/db"])
    #expect(try targets("gone", children) == [])
  }

  @Test func whatIsMissingIsTold() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy("appliedTo: [{group: gone}], ingress: [{name: r, action: Drop}]"))
    #expect(evaluator.deviations.map(\.object.name) == ["p"])
  }
}
