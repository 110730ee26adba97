import AntreaModel
import Documents
import Planning
import Reporting
import Testing

@Suite("Realization as Antrea reports it")
struct ObjectRealizationTests {
  private func policy(
    generation: Int64 = 2, rules: Bool = true, status: JSONValue?
  ) throws -> ObjectRealization {
    var document = JSONObject()
    document["apiVersion"] = "crd.antrea.io/v1beta1"
    document["kind"] = "ClusterNetworkPolicy"
    document["metadata"] = ["name": "shop-1a2b", "generation": .integer(generation)]
    document["spec"] = ["ingress": rules ? [["name": "a", "action": "Drop"]] : []]
    document["status"] = status
    return ObjectRealization(try #require(KubernetesObject(.object(document))))
  }

  private func status(
    _ phase: String, _ current: Int64, _ desired: Int64, generation: Int64 = 2,
    conditions: [JSONValue] = []
  ) -> JSONValue {
    [
      "phase": .string(phase), "observedGeneration": .integer(generation),
      "currentNodesRealized": .integer(current), "desiredNodesRealized": .integer(desired),
      "conditions": .array(conditions),
    ]
  }

  @Test("a policy is realized when its own generation is, on all its nodes")
  func phases() throws {
    #expect(try policy(status: nil).state == .pending)
    #expect(try policy(status: status("Pending", 0, 0)).state == .pending)
    #expect(try policy(status: status("Realizing", 1, 3)).state == .realizing)
    #expect(try policy(status: status("Realized", 3, 3)).state == .realized)
    #expect(try policy(status: status("Failed", 2, 3)).state == .failed)
    // The status of the generation before says nothing about this one.
    #expect(try policy(generation: 3, status: status("Realized", 3, 3)).state == .pending)
    #expect(try policy(generation: 3, status: status("Realizing", 1, 3)).state == .pending)
    // A controller that is ahead of the object has seen a newer one.
    #expect(try policy(generation: 1, status: status("Realized", 3, 3)).state == .pending)
  }

  @Test("one that selects nothing is done, and not said to be enforced")
  func noTargets() throws {
    let found = try policy(status: status("Realized", 0, 0))
    #expect(found.state == .noTargets && found.isDone)
    #expect(RealizationText.state(found) == "no targets")
  }

  @Test("one without rules is never reported, and not waited for")
  func withoutRules() throws {
    for phase in ["Realizing", "Pending"] {
      let found = try policy(rules: false, status: status(phase, 0, 3))
      #expect(found.state == .unreported && found.isDone)
    }
    #expect(try policy(rules: false, status: status("Realized", 0, 0)).state == .noTargets)
    #expect(try policy(rules: false, status: nil).state == .unreported)
  }

  @Test("conditions that tell of something wrong are kept")
  func conditions() throws {
    let found = try policy(
      status: status(
        "Failed", 2, 3,
        conditions: [
          ["type": "Realizable", "status": "True"],
          [
            "type": "RealizationFailure", "status": "True",
            "reason": "NetworkPolicyRealizationFailedOnNode", "message": "node-3: out of meters",
          ],
        ]))
    #expect(
      RealizationText.line(found)
        == "ClusterNetworkPolicy/shop-1a2b: failed, 2 of 3 nodes; RealizationFailure is True "
        + "(NetworkPolicyRealizationFailedOnNode: node-3: out of meters)")
  }

  @Test("a group is done when its members were computed")
  func groups() throws {
    func group(_ status: JSONValue) throws -> ObjectRealization {
      ObjectRealization(
        try #require(
          KubernetesObject([
            "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterGroup",
            "metadata": ["name": "web"], "status": status,
          ])))
    }
    let condition: JSONValue = ["type": "GroupMembersComputed", "status": "True"]
    #expect(try group(["conditions": [condition]]).state == .realized)
    #expect(try group(.null).state == .pending)
    let failed: JSONValue = [
      "type": "GroupMembersComputed", "status": "False", "reason": "ChildGroupsNestingExceeded",
    ]
    let found = try group(["conditions": [failed]])
    #expect(found.state == .pending && found.conditions.count == 1)
  }

  @Test("a report begins with everything missing, and takes what is read")
  func report() throws {
    let wanted = try ["a", "b"].map { name in
      try #require(
        KubernetesObject([
          "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
          "metadata": ["name": .string(name)], "spec": ["ingress": [["name": "x"]]],
        ]))
    }
    let tier = try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier", "metadata": ["name": "t"],
      ]))
    var report = RealizationReport(awaiting: wanted + [tier])
    #expect(report.pending.map(\.state) == [.missing, .missing])
    var live = wanted[0].document.object ?? JSONObject()
    live["metadata"] = ["name": "a", "generation": 1]
    live["status"] = status("Realized", 1, 1, generation: 1)
    report.update(
      Set(wanted.map(\.reference)), with: [try #require(KubernetesObject(.object(live)))])
    #expect(report.pending.map(\.reference.name) == ["b"])
    #expect(RealizationText.progress(report) == "1 of 2 policies realized")
  }
}
