import Documents
import Testing
import Workflow

/// How much a plan asks of an API server.
@Suite("Requests of a plan")
struct PlanRequestsTests {
  /// As many objects as the peers were measured with on a real API server
  /// (docs/benchmarks.md), most of them somebody else's.
  private static let crowded: [JSONValue] =
    TestSite.kubernetes
    + (0..<2_400).map { number in
      TestSite.object(
        "crd.antrea.io/v1beta1", "ClusterGroup", nil, "other-\(number)",
        ["spec": ["podSelector": ["matchLabels": ["app": .string("app-\(number)")]]]])
    }
    + (0..<995).map { number in
      TestSite.object(
        "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, "other-\(number)",
        [
          "spec": [
            "priority": 5, "appliedTo": [["group": .string("other-\(number)")]],
            "ingress": [["action": "Allow", "name": "r"]],
          ]
        ])
    }
    + (0..<1_990).map { TestSite.pod("app-\($0)", "other", "10.3.\($0 / 250).\($0 % 250)") }

  @Test("a plan without a change asks at most 20 times", arguments: ["on", "off"])
  func unchanged(connectivity: String) async throws {
    try await withSite(kubernetes: Self.crowded) { site in
      let first = await site.run(["plan.connectivity": "off"]) {
        try await $0.sync(DesiredSource())
      }
      #expect(first.status == .success, "\(first.talk)")
      site.clusterServer.log.clear()
      let plan = await site.run(["plan.connectivity": connectivity, "plan.pull": "false"]) {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(plan.status == .success, "\(plan.output)\(plan.talk)")
      let asked = site.clusterServer.log.all.map { "\($0.method) \($0.path)" }
      #expect(asked.count <= 20, "\(asked.sorted())")
      #expect(asked.allSatisfy { $0.hasPrefix("GET ") })
    }
  }

  @Test("schemas are read where something is to be written")
  func changed() async throws {
    try await withSite { site in
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      _ = await site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(site.clusterServer.log.all.contains { $0.path.hasPrefix("/openapi") })
    }
  }
}
