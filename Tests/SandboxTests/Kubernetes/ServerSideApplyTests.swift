import Documents
import Sandbox
import Testing

@Suite("Server-side apply") struct ServerSideApplyTests {
  let cluster = TestCluster()

  @Test("An apply without change writes nothing") func idempotent() async {
    let policy = TestCluster.policy("p", labels: ["a": "b"], spec: ["tier": .null])
    #expect(await cluster.apply(policy, manager: "one").status == 201)
    await cluster.service.settle()
    let before = await cluster.service.objects("clusternetworkpolicies.crd.antrea.io")
    let again = await cluster.apply(policy, manager: "one")
    #expect(again.status == 200)
    #expect(again.body[path: "spec", "tier"] == "application")
    let after = await cluster.service.objects("clusternetworkpolicies.crd.antrea.io")
    #expect(before == after)
  }

  @Test("A foreign field is a conflict that names its owner, unless forced")
  func conflict() async {
    _ = await cluster.apply(TestCluster.policy("p"), manager: "one")
    let other = TestCluster.policy("p", spec: ["priority": 6])
    let refused = await cluster.apply(other, manager: "two")
    #expect(refused.status == 409)
    #expect(
      refused.body["message"]?.string
        == "Apply failed with 1 conflict: conflict with \"one\" using crd.antrea.io/v1beta1: "
        + ".spec.priority")
    let cause = refused.body[path: "details", "causes"]?.array?.first
    #expect(cause?["reason"] == "FieldManagerConflict")
    #expect(cause?["field"] == ".spec.priority")
    let forced = await cluster.apply(other, manager: "two", "&force=true")
    #expect(forced.body[path: "spec", "priority"] == 6)
    let back = await cluster.apply(TestCluster.policy("p"), manager: "one")
    #expect(back.status == 409)
  }

  @Test("Fields no longer applied go, foreign ones stay") func removal() async {
    let both = TestCluster.policy("p", labels: ["a": "1", "b": "2"])
    _ = await cluster.apply(both, manager: "one")
    let foreign: JSONValue = ["metadata": ["labels": ["c": "3"]]]
    _ = await cluster.send(
      "PATCH", "\(TestCluster.policies)/p?fieldManager=ui", foreign,
      type: "application/merge-patch+json")
    let fewer = TestCluster.policy("p", labels: ["a": "1"])
    let result = await cluster.apply(fewer, manager: "one").body
    #expect(result[path: "metadata", "labels"] == ["a": "1", "c": "3"])
    #expect(result[path: "metadata", "generation"] == 1)
    let managers = result[path: "metadata", "managedFields"]?.array ?? []
    #expect(
      managers.first { $0["manager"] == "ui" }?["fieldsV1"]
        == ["f:metadata": ["f:labels": ["f:c": [:]]]])
  }

  @Test("A group that changes its form loses the old one") func formChange() async {
    func group(_ spec: JSONValue) -> JSONValue {
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterGroup",
        "metadata": ["name": "g"], "spec": spec,
      ]
    }
    let first = group(["podSelector": ["matchLabels": ["app": "web"]]])
    #expect(await cluster.apply(first, manager: "one").status == 201)
    let second = group(["ipBlocks": [["cidr": "10.0.0.0/24"]]])
    let answer = await cluster.apply(second, manager: "one")
    #expect(answer.status == 200)
    #expect(answer.body["spec"] == ["ipBlocks": [["cidr": "10.0.0.0/24"]]])
  }

  @Test("An edit by hand is taken back only by force") func edited() async {
    _ = await cluster.apply(TestCluster.policy("p"), manager: "one")
    await cluster.service.edit("clusternetworkpolicies.crd.antrea.io", name: "p") { object in
      var root = object.object ?? JSONObject()
      root.update("spec") { spec in
        var members = spec.object ?? JSONObject()
        members["priority"] = 99
        spec = .object(members)
      }
      return .object(root)
    }
    let refused = await cluster.apply(TestCluster.policy("p"), manager: "one")
    #expect(refused.status == 409)
    #expect(refused.body["message"]?.string?.contains("conflict with \"kubectl-edit\"") == true)
    let forced = await cluster.apply(TestCluster.policy("p"), manager: "one", "&force=true")
    #expect(forced.body[path: "spec", "priority"] == 5)
  }

  @Test("A dry run changes nothing") func dryRun() async {
    let answer = await cluster.apply(TestCluster.policy("p"), manager: "one", "&dryRun=All")
    #expect(answer.status == 201)
    #expect(await cluster.service.objects("clusternetworkpolicies.crd.antrea.io").isEmpty)
  }
}
