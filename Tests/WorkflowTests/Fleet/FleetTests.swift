import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Many clusters in one run")
struct FleetTests {
  private let names = ["east", "north", "south"]

  @Test("a sync reads NSX once, makes one commit and serves every cluster")
  func sync() async throws {
    var alone = 0
    try await withFleet(["east"]) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource()) }
      alone = fleet.site.managerServer.log.all.count
    }
    try await withFleet(names) { fleet in
      let result = await fleet.site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .success, "\(result.talk)")
      #expect(fleet.site.managerServer.log.all.count == alone)
      for cluster in fleet.clusters {
        #expect(await cluster.policies().count == 2)
        #expect(result.output.contains("\n\(cluster.name) "), "\(result.output)")
      }
      #expect(result.output.hasSuffix("3 of 3 clusters succeeded.\n"), "\(result.output)")
      let commit = fleet.site.commit
      for cluster in fleet.clusters { cluster.server.log.clear() }
      let second = await fleet.site.run { try await $0.sync(DesiredSource()) }
      #expect(second.status == .success)
      #expect(fleet.site.commit == commit)
      #expect(fleet.clusters.allSatisfy { $0.writes.isEmpty })
    }
  }

  @Test("one that cannot be reached keeps no other from being served")
  func unreachable() async throws {
    try await withFleet(names) { fleet in
      await fleet["north"]?.server.stop()
      let result = await fleet.site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("error: cluster north: "), "\(result.talk)")
      #expect(result.output.contains("2 of 3 clusters succeeded."), "\(result.output)")
      for name in ["east", "south"] { #expect(await fleet[name]?.policies().count == 2) }

      let plan = await fleet.site.run(["output": "json"]) {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(plan.status == .partial, "\(plan.talk)")
      let document = try JSONValue(json: Array(plan.output.utf8))
      let entries = try #require(document["clusters"]?.array)
      #expect(entries.compactMap { $0["name"]?.string } == names)
      #expect(entries.map { $0[path: "failure", "kind"]?.string } == [nil, "unreachable", nil])
      #expect(entries.map { $0["plan"] != nil } == [true, false, true])
    }
  }

  @Test("diff and validate tell of the others as well: 4")
  func comparisons() async throws {
    try await withFleet(names) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource(clusters: ["south"])) }
      await fleet["north"]?.server.stop()
      let diff = await fleet.site.run(["output": "json"]) {
        try await $0.diff(
          DesiredSource(snapshot: nil), againstRepository: false, clusterObjects: nil,
          exitCode: true)
      }
      #expect(diff.status == .partial, "\(diff.talk)")
      #expect(diff.talk.contains("cluster north: "), "\(diff.talk)")
      let document = try JSONValue(json: Array(diff.output.utf8))
      let failures = try #require(document["failures"]?.array)
      #expect(failures.map { $0["name"]?.string } == ["east", "north"], "\(failures)")

      let validation = await fleet.site.run {
        try await $0.validate(DesiredSource(), options: ValidateOptions(isLive: true))
      }
      #expect(validation.status == .partial, "\(validation.talk)")
      #expect(validation.talk.contains("cluster north: "), "\(validation.talk)")
      let alone = await fleet.site.run {
        try await $0.validate(
          DesiredSource(clusters: ["north"]), options: ValidateOptions(isLive: true))
      }
      #expect(alone.status == .unreachable, "\(alone.talk)")
    }
    try await withFleet(names, planes: ["south": "nowhere"]) { fleet in
      let validation = await fleet.site.run { try await $0.validate(DesiredSource()) }
      #expect(validation.status == .partial, "\(validation.talk)")
      let rendered = await fleet.site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      #expect(rendered.status == .partial)
      let diff = await fleet.site.run {
        try await $0.diff(
          DesiredSource(), againstRepository: true, clusterObjects: nil, exitCode: true)
      }
      #expect(diff.status == .partial, "\(diff.talk)")
      #expect(diff.output.isEmpty, "\(diff.output)")
    }
  }

  @Test("where all fail in the same way, that is the status")
  func allUnreachable() async throws {
    try await withFleet(["east", "north"]) { fleet in
      for cluster in fleet.clusters { await cluster.server.stop() }
      let plan = await fleet.site.run {
        try await $0.plan(
          DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
      }
      #expect(plan.status == .unreachable, "\(plan.talk)")
    }
  }

  @Test("what a safety rule refuses for one cluster is committed and applied for the others")
  func refused() async throws {
    func options(_ name: String) -> KubernetesOptions {
      var options = KubernetesOptions()
      if name == "north" {
        options.missingFields = [
          "clusternetworkpolicies.crd.antrea.io": ["spec.ingress[].from[].group"]
        ]
      }
      return options
    }
    try await withFleet(names, options: options) { fleet in
      let result = await fleet.site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .partial, "\(result.talk)")
      #expect(fleet["north"]?.writes == [])
      #expect(await fleet["south"]?.policies().count == 2)
      let north = await fleet.site.run {
        try await $0.sync(DesiredSource(clusters: ["north"]))
      }
      #expect(north.status == .refused, "\(north.talk)")
      let apply = await fleet.site.run {
        try await $0.apply(
          DesiredSource(repository: "\(fleet.site.folder)/policies.git", clusters: ["north"]),
          planFile: nil, approved: true, wait: false)
      }
      #expect(apply.status == .invalidInput, "the tree was not committed: \(apply.talk)")
    }
  }

  @Test("one that NSX does not know is named, and rendered are the others")
  func unknown() async throws {
    try await withFleet(names, planes: ["south": "nowhere"]) { fleet in
      let result = await fleet.site.run(["output": "json"]) {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      #expect(result.status == .partial, "\(result.talk)")
      let document = try JSONValue(json: Array(result.output.utf8))
      let entries = try #require(document["clusters"]?.array)
      #expect(entries.map { $0["failure"]?.isNull } == [true, true, false])
      #expect(fleet.site.commit != nil)
    }
  }

  @Test("ndjson has one event a line, each with its cluster, in the order of configuration")
  func events() async throws {
    try await withFleet(names) { fleet in
      let result = await fleet.site.run(["output": "ndjson"]) {
        try await $0.apply(
          DesiredSource(snapshot: nil), planFile: nil, approved: true, wait: true)
      }
      #expect(result.status == .success, "\(result.talk)")
      let events = try FleetSite.events(result.output)
      let named = events.compactMap { $0["cluster"]?.string }
      #expect(named.count == events.count)
      let results = events.filter { $0["type"]?.string == "result" }
      #expect(results.compactMap { $0["cluster"]?.string } == names)
      let json = await fleet.site.run(["output": "json"]) {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      let document = try JSONValue(json: Array(json.output.utf8))
      #expect(document["clusters"]?.array?.count == 3)
    }
  }

  @Test("shards serve every cluster once, and read nothing where they have none")
  func shards() async throws {
    try await withFleet(names) { fleet in
      var served: [String] = []
      for index in 0..<16 {
        fleet.site.managerServer.log.clear()
        let result = await fleet.site.run(["shard": "\(index)/16"]) {
          try await $0.plan(
            DesiredSource(), clusterObjects: nil, out: nil, exitCode: true, verify: .local)
        }
        let mine = names.filter { Shard(parsing: "\(index)/16")?.contains($0) == true }
        served += mine
        #expect(result.status == (mine.isEmpty ? .success : .differences), "\(result.talk)")
        #expect(fleet.site.managerServer.log.all.isEmpty == mine.isEmpty)
      }
      #expect(served.sorted() == names)
    }
  }
}
