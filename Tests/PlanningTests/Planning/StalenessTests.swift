import AntreaModel
import Documents
import Planning
import Testing

@Suite("An approved plan against a cluster that moved")
struct StalenessTests {
  private let spec: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/8"]]]
  private let other: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/9"]]]

  private func desired() throws -> [KubernetesObject] {
    [
      try object("ClusterGroup", "new", spec: spec),
      try object("ClusterGroup", "changed", spec: spec),
    ]
  }

  private func live(_ change: (String, inout JSONValue) -> Void = { _, _ in }) throws
    -> [KubernetesObject]
  {
    try ["changed", "stale"].compactMap { name in
      var document = try asLive(object("ClusterGroup", name, spec: other)).document
      change(name, &document)
      return KubernetesObject(document)
    }
  }

  private func plan(_ desired: [KubernetesObject], _ live: [KubernetesObject]) -> Plan {
    Planner.plan(desired: desired, live: live, policy: PlanPolicy(owner: owner))
  }

  /// The approved plan, renewed for a cluster that somebody changed.
  private func renew(
    _ change: (String, inout JSONValue) -> Void
  ) throws -> (plan: Plan, stale: [StaleStep]) {
    let approved = plan(try desired(), try live())
    #expect(approved.counts.writes == 3)
    return approved.renewed(from: plan(try desired(), try live(change)))
  }

  @Test("A status, a version and a foreign label do not matter, and the new version is used")
  func unrelated() throws {
    let (renewed, stale) = try renew { _, document in
      document.set(["status", "groupMembersComputed"], "True")
      document.set(["metadata", "resourceVersion"], "77")
      document.set(["metadata", "labels", "team"], "a")
    }
    #expect(stale.isEmpty)
    let versions = renewed.steps.compactMap { $0.live?.resourceVersion }
    #expect(versions == ["77", "77"])
  }

  @Test("A field that moved is named with its values")
  func moved() throws {
    let (_, stale) = try renew { name, document in
      if name == "changed" { document.set(["spec", "ipBlocks"], [["cidr": "10.1.0.0/16"]]) }
      if name == "stale" { document.set(["metadata", "annotations", "nsx-antrea.io/path"], "/x") }
    }
    #expect(stale.map(\.reference.name) == ["changed", "stale"])
    #expect(stale.first?.fields == ["spec.ipBlocks"])
    #expect(stale.last?.message.contains("nsx-antrea.io/path") == true)
  }

  @Test("Gone, made anew, protected, taken over, done, being deleted")
  func causes() throws {
    let (_, recreated) = try renew { _, document in document.set(["metadata", "uid"], "other") }
    #expect(recreated.map(\.cause) == [.recreated, .recreated])
    let (_, protected) = try renew { name, document in
      if name == "stale" {
        document.set(["metadata", "annotations", "nsx-antrea.io/protect"], "true")
      }
    }
    #expect(protected.map(\.cause) == [.blocked(BlockReason(.protected))])
    let (_, foreign) = try renew { name, document in
      if name == "changed" { document.set(["metadata", "labels", "nsx-antrea.io/owner"], "ff") }
    }
    #expect(foreign.first?.cause == .blocked(BlockReason(.otherOwner, ["ff"])))
    let (_, done) = try renew { name, document in
      if name == "changed" { document.set(["spec"], spec) }
    }
    #expect(done.map(\.cause) == [.done])
    let approved = plan(try desired(), try live())
    let (_, gone) = approved.renewed(from: plan(try desired(), []))
    #expect(Set(gone.map(\.cause)) == [.gone])
    let appeared = try live() + [asLive(object("ClusterGroup", "new", spec: other))]
    #expect(approved.renewed(from: plan(try desired(), appeared)).stale.map(\.cause) == [.appeared])
    let unknown = try live() + [asLive(object("ClusterGroup", "unknown", spec: other))]
    #expect(approved.renewed(from: plan(try desired(), unknown)).stale.map(\.cause) == [.unplanned])
  }

  @Test("One step looks at its object again")
  func step() throws {
    let approved = plan(try desired(), try live())
    func step(_ name: String) throws -> PlanStep {
      try #require(approved.steps.first { $0.reference.name == name })
    }
    func now(_ name: String, _ change: (inout JSONValue) -> Void) throws -> KubernetesObject? {
      try live { if $0 == name { change(&$1) } }.first { $0.name == name }
    }
    let update = try step("changed")
    let touched = try now("changed") { $0.set(["metadata", "resourceVersion"], "9") }
    guard case .same(let renewed) = update.renewed(for: touched, in: PlanScope(owner: owner)) else {
      Issue.record("the change is the same")
      return
    }
    #expect(renewed.live?.resourceVersion == "9")
    let edited = try now("changed") { $0.set(["spec", "ipBlocks"], []) }
    guard case .moved(let cause) = update.renewed(for: edited, in: PlanScope(owner: owner)) else {
      Issue.record("the object moved")
      return
    }
    #expect(cause.fields == ["spec.ipBlocks"])
    #expect(
      update.renewed(for: nil, in: PlanScope(owner: owner))
        == .moved(StaleStep(update.reference, .gone)))

    let delete = try step("stale")
    #expect(delete.renewed(for: nil, in: PlanScope(owner: owner)) == .done("it is gone already"))
    let taken = try now("stale") { $0.set(["metadata", "labels"], [:]) }
    #expect(
      delete.renewed(for: taken, in: PlanScope(owner: owner))
        == .moved(StaleStep(delete.reference, .notOurs)))
    let namesake = try now("stale") { $0.set(["metadata", "uid"], "x") }
    #expect(
      delete.renewed(for: namesake, in: PlanScope(owner: owner))
        == .moved(StaleStep(delete.reference, .recreated))
    )
  }
}

extension StalenessTests {
  @Test("A step after another one of the same run is bound to what that one left")
  func rebased() throws {
    let approved = plan(try desired(), try live())
    let update = try #require(approved.steps.first { $0.reference.name == "changed" })
    let wide: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/8"], ["cidr": "10.0.0.0/9"]]]
    let written = try asLive(object("ClusterGroup", "changed", spec: wide), version: 5)
    let second = update.rebased(on: written)
    #expect(second.live?.resourceVersion == "5" && second.differences != update.differences)
    let touched = try asLive(object("ClusterGroup", "changed", spec: wide), version: 6)
    guard case .same(let renewed) = second.renewed(for: touched, in: PlanScope(owner: owner)) else {
      Issue.record("the change is the same")
      return
    }
    #expect(renewed.live?.resourceVersion == "6")
  }
}

extension JSONValue {
  /// Sets a member below objects, which are made where they are missing.
  mutating func set(_ path: [String], _ value: JSONValue) {
    guard let key = path.first else {
      self = value
      return
    }
    var object = self.object ?? JSONObject()
    var inner = object[key] ?? .null
    inner.set(Array(path.dropFirst()), value)
    object[key] = inner
    self = .object(object)
  }
}
