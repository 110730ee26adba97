import AntreaModel
import Rendering
import Testing

@testable import Translation

/// What Antrea would refuse is left out, with all that refers to it.
@Suite struct AdmissionTests {
  private func group(_ name: String, _ members: ClusterGroup.Members) -> ClusterGroup {
    ClusterGroup(metadata: ObjectMetadata(name: name), members: members)
  }

  private func policy(_ name: String, tier: String = "t", _ groups: String...) -> TranslatedPolicy {
    let rule = PolicyRule(name: "r", action: .drop, appliedTo: groups.map { .group($0) })
    return TranslatedPolicy(
      category: .application,
      policy: ClusterNetworkPolicy(
        metadata: ObjectMetadata(name: name), tier: tier, priority: 2, ingress: [rule]))
  }

  @Test func whatRefersToALeftOutGroupIsLeftOut() {
    let pods = ClusterGroup.Members.workloads(.everyPod)
    let tiers = ["t", "u"].map {
      Tier(metadata: ObjectMetadata(name: $0), priority: 11, summary: "")
    }
    var objects = AdmittedObjects(
      tiers: tiers,
      groups: [
        group("union", .children(["bad", "child"])), group("bad", pods), group("child", pods),
        group("good", pods), group("shared", pods),
      ],
      policies: [
        policy("direct", "bad", "good"), policy("nested", tier: "u", "union"),
        policy("kept", "shared"), policy("refused", "good"),
      ])
    let gone = objects.remove(["ClusterGroup/bad", "ClusterNetworkPolicy/refused"])
    #expect(objects.policies.map(\.policy.metadata.name) == ["kept"])
    #expect(objects.groups.map(\.metadata.name) == ["shared"])
    #expect(objects.tiers.map(\.metadata.name) == ["t"])
    let causes = gone.map { "\($0.object) \($0.cause ?? "-")" }
    #expect(
      causes == [
        "ClusterGroup/bad -", "ClusterGroup/union ClusterGroup/bad",
        "ClusterNetworkPolicy/direct ClusterGroup/bad",
        "ClusterNetworkPolicy/nested ClusterGroup/union", "ClusterNetworkPolicy/refused -",
        "ClusterGroup/child -", "ClusterGroup/good -", "Tier/u -",
      ])
  }

  @Test func aRefusedTierTakesItsPoliciesAndGroupsAlong() throws {
    var estate = Estate()
    try estate.group("web", RuleTests.pods("web"))
    try estate.group("db", RuleTests.pods("db"))
    let rules = { rule(1, #""direction":"IN","scope":["\#(Estate.group($0))"]"#) }
    try estate.policy("p", rules: "[\(rules("web"))]")
    try estate.policy("q", category: "Emergency", rules: "[\(rules("db"))]")
    // The translator refuses such a priority; the run by itself does not.
    let snapshot = try estate.snapshot()
    var run = TranslationRun(
      snapshot.policies, snapshot: snapshot,
      options: TranslationOptions(tierPriorities: [.application: 220]),
      target: ClusterTarget(name: Estate.cluster, selection: .controlPlane(Estate.cluster)))
    let result = run.translate()
    #expect(!result.isApplicable)
    #expect(result.codes == ["admission", "admission"])
    #expect(result.policies.map(\.category) == [.emergency])
    #expect(
      Set(result.provenance.keys)
        == Set(
          result.tiers.map(\.reference) + result.clusterGroups.map(\.reference)
            + result.policies.map(\.policy.reference)))
    #expect(result.clusterGroups.map { short($0.metadata.name) } == ["db"])
    let files = Renderer.render(result).files.map(\.path)
    #expect(!files.contains { $0.contains("application") })
  }
}
