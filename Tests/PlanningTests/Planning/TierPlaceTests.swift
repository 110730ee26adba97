import AntreaModel
import Documents
import Planning
import Testing

@Suite("New tiers that Antrea's webhook would refuse")
struct TierPlaceTests {
  private func plan(
    _ desired: [KubernetesObject], live: [KubernetesObject]
  ) -> [String: PlanStep] {
    let plan = Planner.plan(desired: desired, live: live, policy: PlanPolicy(owner: owner))
    return Dictionary(
      plan.steps.map { ($0.reference.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private func tier(_ name: String, _ priority: Int64) throws -> KubernetesObject {
    try object("Tier", name, spec: ["priority": .integer(priority)])
  }

  private func foreign(_ name: String, _ priority: Int64) throws -> KubernetesObject {
    try object("Tier", name, spec: ["priority": .integer(priority)], labels: [:])
  }

  @Test("A foreign tier of the same priority blocks, and is named with the setting")
  func taken() throws {
    let desired = [
      try tier("nsx-application", 14),
      try object("ClusterNetworkPolicy", "p", spec: ["tier": "nsx-application", "priority": 1]),
    ]
    let stale = try asLive(object("ClusterGroup", "stale", spec: ["ipBlocks": []]))
    let steps = plan(desired, live: [try foreign("team-a", 14), stale])
    let reason = try #require(steps["nsx-application"]?.reason)
    #expect(reason.code == .tierPriorityTaken)
    #expect(reason.message.contains("14") && reason.message.contains("Tier/team-a"))
    #expect(reason.remedy?.contains("translation.tierPriorities.application") == true)
    #expect(steps["p"]?.reason?.code == .dependsOnBlocked)
    #expect(steps["stale"]?.reason?.code == .pruningHeldBack)
    #expect(plan(desired, live: [try foreign("team-a", 15)])["nsx-application"]?.action == .create)
  }

  @Test("A tier that is there keeps its place")
  func existing() throws {
    let tier = try tier("nsx-application", 14)
    #expect(plan([tier], live: [try asLive(tier)])["nsx-application"]?.action == .unchanged)
    let adopted = try foreign("nsx-application", 14)
    #expect(plan([tier], live: [adopted])["nsx-application"]?.action == .adopt)
  }

  @Test("A stale tier of ours goes after new ones are made, and so stands in the way")
  func stale() throws {
    let steps = plan([try tier("nsx-application", 14)], live: [try asLive(tier("nsx-old", 14))])
    #expect(steps["nsx-application"]?.reason?.subjects.contains("Tier/nsx-old") == true)
  }

  @Test("Two new tiers of one priority", arguments: [false, true])
  func twins(reversed: Bool) throws {
    let desired = [try tier("nsx-a", 14), try tier("nsx-b", 14)]
    let steps = plan(reversed ? desired.reversed() : desired, live: [])
    #expect(steps["nsx-a"]?.action == .create)
    #expect(steps["nsx-b"]?.reason?.code == .tierPriorityTaken)
  }

  @Test("Antrea's own priorities", arguments: [220, 251, 252, 254, 255] as [Int64])
  func reserved(priority: Int64) throws {
    let reason = plan([try tier("nsx-application", priority)], live: [])["nsx-application"]?.reason
    #expect(reason?.code == .tierPriorityReserved)
  }

  @Test("Twenty priorities are the most; system tiers count also where they are not listed")
  func tooMany() throws {
    let names = ["emergency", "securityops", "networkops", "platform", "application", "baseline"]
    let system = try zip(names, [50, 100, 150, 200, 250, 253] as [Int64]).map(foreign)
    let others = try (0..<13).map { try foreign("t\($0)", 60 + Int64($0)) }
    let desired = [try tier("nsx-environment", 13), try tier("nsx-application", 14)]
    for live in [system + others, others] {
      let steps = plan(desired, live: live)
      #expect(steps["nsx-environment"]?.action == .create)
      #expect(steps["nsx-application"]?.reason?.code == .tooManyTiers)
      #expect(steps["nsx-application"]?.reason?.subjects == ["20"])
    }
  }
}
