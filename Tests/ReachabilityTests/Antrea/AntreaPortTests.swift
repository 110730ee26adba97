import Reachability
import Testing

/// Ports that containers name, Services and content.
@Suite struct AntreaPortTests {
  private func ingress(_ ports: String, from: String = "") throws -> AntreaEvaluator {
    try SmallCluster.live(
      clusterPolicy(
        "appliedTo: [{podSelector: {}}], ingress: [{name: r, action: Drop, ports: [\(ports)]\(from)}]"
      ))
  }

  private func egress(_ ports: String, to: String = "") throws -> AntreaEvaluator {
    try SmallCluster.live(
      clusterPolicy(
        "appliedTo: [{podSelector: {}}], egress: [{name: r, action: Drop, ports: [\(ports)]\(to)}]"
      ))
  }

  @Test func namesStandForThePortsOfTheDestination() throws {
    let evaluator = try ingress("{port: http}")
    #expect(evaluator.deviations == [] && evaluator.notEvaluated == [])
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080)) == "- / drop r")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(9090)) == "- / -")
    #expect(try evaluator.verdict("data/db", "shop/cart", tcp(9090)) == "- / drop r")
    #expect(try evaluator.verdict("shop/web", "data/db", tcp(8080)) == "- / -")
    // cache names a port of UDP so.
    let dns = Traffic.transport(.udp, source: 40000, destination: 53)
    #expect(try evaluator.verdict("shop/web", "data/cache", tcp(53)) == "- / -")
    #expect(
      try ingress("{port: http, protocol: UDP}").verdict("shop/web", "data/cache", dns)
        == "- / drop r")
  }

  @Test func namesBesideNumbers() throws {
    let evaluator = try ingress("{port: http}, {port: 443}, {protocol: UDP}")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080)) == "- / drop r")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(443)) == "- / drop r")
    #expect(try evaluator.verdict("shop/web", "data/db", tcp(443)) == "- / drop r")
    #expect(try evaluator.verdict("shop/web", "data/db", tcp(8080)) == "- / -")
  }

  @Test func namesOfPeersForWhatLeaves() throws {
    let evaluator = try egress("{port: http}", to: ", to: [{podSelector: {}}]")
    #expect(try evaluator.destinations(from: "data/db", of: "r", tcp(8080)) == ["shop/web"])
    #expect(try evaluator.destinations(from: "data/db", of: "r", tcp(9090)) == ["shop/cart"])
  }

  @Test func blocksHaveNoNames() throws {
    let evaluator = try egress(
      "{port: http}, {port: 443}", to: ", to: [{ipBlock: {cidr: 0.0.0.0/0}}]")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080)) == "- / -")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(443)) == "drop r / -")
    #expect(try evaluator.verdict("data/db", "192.0.2.1", tcp(443)) == "drop r / -")
  }

  @Test func withoutPeersEveryPodIsAsked() throws {
    let evaluator = try egress("{port: http}")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080)) == "drop r / -")
    #expect(try evaluator.verdict("data/db", "192.0.2.1", tcp(8080)) == "- / -")
  }

  @Test func aSourcePortBesideANameIsIgnored() throws {
    let evaluator = try ingress("{port: http, sourcePort: 1}")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080)) == "- / drop r")
    #expect(evaluator.deviations.map(\.field) == ["sourcePort"])
  }

  private let web = KubernetesService.Name(namespace: "shop", name: "web")

  @Test func toServicesAsksByWhichServiceTheFlowCame() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        """
        appliedTo: [{podSelector: {}}], egress: [
          {name: r, action: Drop, toServices: [{name: web, namespace: shop}]}]
        """))
    #expect(evaluator.notEvaluated == [])
    #expect(try evaluator.verdict("data/db", "shop/web", through: web) == "drop r / -")
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
    let other = KubernetesService.Name(namespace: "data", name: "web")
    #expect(try evaluator.verdict("data/db", "shop/web", through: other) == "- / -")
  }

  @Test func anEmptyListOfServicesIsNotAnAbsentOne() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        "appliedTo: [{podSelector: {}}], egress: [{name: r, action: Drop, toServices: []}]"))
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / -")
    #expect(try evaluator.verdict("data/db", "shop/web", through: web) == "- / -")
  }

  @Test func aNamespacedPolicyMeansItsOwnServices() throws {
    let evaluator = try SmallCluster.live(
      namespacedPolicy(
        """
        appliedTo: [{podSelector: {}}], egress: [
          {name: r, action: Drop, toServices: [{name: web}]}]
        """))
    #expect(try evaluator.verdict("shop/cart", "shop/web", through: web) == "drop r / -")
  }

  @Test func aFlowToAServiceIsAFlowToItsPods() throws {
    let evaluator = try ingress("{port: 8080}")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(8080), through: web) == "- / drop r")
  }

  @Test func contentIsInspectedAndNothingElseAsked() throws {
    let evaluator = try SmallCluster.live(
      clusterPolicy(
        """
        appliedTo: [{podSelector: {}}], ingress: [
          {name: r, action: Allow, ports: [{port: 80}], l7Protocols: [{http: {path: /a}}]},
          {name: s, action: Allow}]
        """))
    #expect(evaluator.notEvaluated == [])
    #expect(try evaluator.verdict("data/db", "shop/web") == "- / inspect r")
    #expect(try evaluator.verdict("data/db", "shop/web", tcp(81)) == "- / allow s")
  }

  @Test func theOutcomeOfBothEnds() {
    let all: [Outcome] = [.allow, .drop, .reject, .inspect, .undetermined]
    func outcomes(after first: Outcome) -> [Outcome] {
      all.map { Decision(egress: SideDecision(first), ingress: SideDecision($0)).outcome }
    }
    #expect(outcomes(after: .allow) == all)
    #expect(outcomes(after: .drop) == Array(repeating: .drop, count: 5))
    #expect(outcomes(after: .reject) == Array(repeating: .reject, count: 5))
    #expect(outcomes(after: .inspect) == [.inspect, .drop, .reject, .inspect, .undetermined])
    #expect(
      outcomes(after: .undetermined)
        == [.undetermined, .drop, .undetermined, .undetermined, .undetermined])
  }
}
