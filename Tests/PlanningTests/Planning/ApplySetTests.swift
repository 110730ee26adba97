import AntreaModel
import Documents
import Planning
import Testing

@Suite("ApplySets")
struct ApplySetTests {
  private let set = ApplySet(owner: owner, namespace: "kube-system")
  private let spec: JSONValue = ["ipBlocks": [["cidr": "10.0.0.0/8"]]]

  private func plan(
    _ desired: [KubernetesObject], _ live: [KubernetesObject], _ standing: ApplySet.Standing
  ) -> Plan {
    Planner.plan(
      desired: desired, live: live,
      policy: PlanPolicy(owner: owner, applySet: ApplySet.View(set, standing)))
  }

  private func label(_ step: PlanStep?) -> JSONValue? {
    step?.manifest?[path: "metadata", "labels", "applyset.kubernetes.io/part-of"]
  }

  private func member(_ object: KubernetesObject, of id: String) throws -> KubernetesObject {
    var document = object.document
    document.set(["metadata", "labels", "applyset.kubernetes.io/part-of"], .string(id))
    return try #require(KubernetesObject(document))
  }

  /// printf 'nsx-antrea-0a1b2c3d.kube-system.ConfigMap.' | openssl dgst -sha256 -binary |
  /// basenc --base64url
  @Test("The id is the hash of the parent's identity")
  func id() {
    #expect(set.id == "applyset-eZOKf8YOVGPYG7i4Kk55tFRAc_cjukUmJHTdYVtPpVU-v1")
    #expect(set.id.utf8.count <= 63)
  }

  @Test("The parent says what it is, and which kinds it has")
  func parent() throws {
    let parent = try #require(
      KubernetesObject(set.parent(kinds: ["Tier.crd.antrea.io", "A.b"], version: "1.2.3")))
    #expect(parent.labels["applyset.kubernetes.io/id"] == set.id)
    #expect(parent.annotations["applyset.kubernetes.io/tooling"] == "nsx-antrea/v1.2.3")
    #expect(
      parent.annotations["applyset.kubernetes.io/contains-group-kinds"] == "A.b,Tier.crd.antrea.io")
    #expect(set.standing(of: parent) == .present(kinds: ["A.b", "Tier.crd.antrea.io"]))
    #expect(set.standing(of: nil) == .absent)
    var other = parent.document
    other.set(["metadata", "annotations", "applyset.kubernetes.io/tooling"], "kubectl/v1.32.0")
    #expect(set.standing(of: KubernetesObject(other)) == .foreign("it belongs to kubectl/v1.32.0"))
    other.set(["metadata", "annotations"], [:])
    guard case .foreign = set.standing(of: KubernetesObject(other)) else {
      Issue.record("a ConfigMap of somebody is not taken over")
      return
    }
  }

  @Test("A parent of another tool refuses the plan")
  func foreignParent() throws {
    let group = try object("ClusterGroup", "g", spec: spec)
    #expect(plan([group], [], .foreign("x")).refusals.map(\.code) == [.foreignApplySet])
  }

  @Test("Members get the label where the set exists or comes into being")
  func labels() throws {
    let old = try object("ClusterGroup", "old", spec: spec)
    let new = try object("ClusterGroup", "new", spec: spec)
    func step(_ plan: Plan, _ name: String) -> PlanStep? {
      plan.steps.first { $0.reference.name == name }
    }
    // Somebody else applies the tree: nothing to do is nothing to do.
    #expect(!plan([old], [try asLive(old)], .absent).hasWrites)
    // Something is written: the others become members in the same run.
    let first = plan([old, new], [try asLive(old)], .absent)
    #expect(label(step(first, "new")) == .string(set.id))
    #expect(step(first, "old")?.action == .update)
    #expect(
      step(first, "old")?.differences.map(\.path)
        == ["metadata.labels[applyset.kubernetes.io/part-of]"])
    let live = try [old, new].map { try asLive(member($0, of: set.id)) }
    #expect(!plan([old, new], live, .present(kinds: [])).hasWrites)
    #expect(!plan([old, new], live, .absent).hasWrites)
    #expect(!plan([old, new], live, .unreadable).hasWrites)
    #expect(label(step(plan([new], [], .unreadable), "new")) == nil)
    // A change by a run that may not read the parent takes no member out.
    let other = try object("ClusterGroup", "new", spec: ["ipBlocks": [["cidr": "10.0.0.0/9"]]])
    let changed = Planner.plan(desired: [other], live: live, policy: PlanPolicy(owner: owner))
    #expect(label(step(changed, "new")) == .string(set.id))
  }

  @Test("Members of another set and objects with an owner are not touched")
  func foreignMembers() throws {
    let group = try object("ClusterGroup", "g", spec: spec)
    let other = try asLive(member(group, of: "applyset-other-v1"))
    let kept = plan([], [other], .present(kinds: []))
    #expect(!kept.hasWrites && kept.steps.isEmpty)
    let blocked = plan([group], [other], .present(kinds: [])).steps.first
    #expect(blocked?.reason == BlockReason(.otherApplySet, ["applyset-other-v1"]))
    var child = try asLive(group).document
    child.set(["metadata", "ownerReferences"], [["kind": "Widget", "name": "w", "uid": "1"]])
    let copy = try #require(KubernetesObject(child))
    #expect(!plan([], [copy], .present(kinds: [])).hasWrites)
    #expect(
      plan([group], [copy], .present(kinds: [])).steps.first?.reason
        == BlockReason(.managedByOther, ["Widget/w"]))
  }

  @Test("Kinds are named before a run and dropped after it")
  func kinds() throws {
    let tier = try asLive(member(object("Tier", "nsx-old", spec: ["priority": 9]), of: set.id))
    let group = try object("ClusterGroup", "g", spec: spec)
    let plan = plan([group], [tier], .present(kinds: []))
    #expect(
      plan.memberKinds(isOver: false) == ["ClusterGroup.crd.antrea.io", "Tier.crd.antrea.io"])
    #expect(plan.memberKinds(isOver: true) == ["ClusterGroup.crd.antrea.io"])
  }

  @Test("A delete looks at the set again")
  func renewal() throws {
    let stale = try asLive(member(object("ClusterGroup", "stale", spec: spec), of: set.id))
    let plan = plan([try object("ClusterGroup", "g", spec: spec)], [stale], .present(kinds: []))
    let delete = try #require(plan.steps.first { $0.action == .delete })
    guard case .same = delete.renewed(for: stale, in: plan.scope) else {
      Issue.record("it is the same")
      return
    }
    let moved = try asLive(member(stale, of: "applyset-other-v1"))
    #expect(
      delete.renewed(for: moved, in: plan.scope)
        == .moved(
          StaleStep(
            delete.reference, .blocked(BlockReason(.otherApplySet, ["applyset-other-v1"])))))
  }
}
