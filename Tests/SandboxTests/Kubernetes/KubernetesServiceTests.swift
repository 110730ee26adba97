import Documents
import Sandbox
import Testing

@Suite("Kubernetes API") struct KubernetesServiceTests {
  let cluster = TestCluster()

  @Test("A written policy is realizing, then realized on the nodes of its pods")
  func realization() async {
    let made = await cluster.send("POST", TestCluster.policies, TestCluster.policy("p"))
    #expect(made.status == 201)
    let first = await cluster.send("GET", "\(TestCluster.policies)/p").body
    #expect(first[path: "status", "phase"] == "Realizing")
    let second = await cluster.send("GET", "\(TestCluster.policies)/p").body
    #expect(second[path: "status", "phase"] == "Realized")
    #expect(second[path: "status", "desiredNodesRealized"] == 3)
    #expect(second[path: "status", "observedGeneration"] == 1)
  }

  @Test("A namespace always bears its name as a label")
  func namespaceLabel() async {
    let key = "kubernetes.io/metadata.name"
    func label(_ name: String) async -> JSONValue? {
      await cluster.send("GET", "/api/v1/namespaces/\(name)").body[path: "metadata", "labels", key]
    }
    #expect(await label("shop") == "shop")
    let made: JSONValue = [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": "new", "labels": ["kubernetes.io/metadata.name": "other"]],
    ]
    #expect(await cluster.send("POST", "/api/v1/namespaces", made).status == 201)
    #expect(await label("new") == "new")
    let removal: JSONValue = ["metadata": ["labels": .null]]
    _ = await cluster.send(
      "PATCH", "/api/v1/namespaces/new", removal, type: "application/merge-patch+json")
    #expect(await label("new") == "new")
  }

  @Test("Pages come from one snapshot and expire") func paging() async throws {
    let base = "\(TestCluster.antrea)/tiers?limit=4"
    let first = await cluster.send("GET", base).body
    #expect(first["items"]?.array?.count == 4)
    #expect(first[path: "metadata", "remainingItemCount"] == 2)
    let token = try #require(first[path: "metadata", "continue"]?.string)
    #expect(await cluster.service.edit("tiers.crd.antrea.io", name: "securityops") { _ in nil })
    let second = await cluster.send("GET", "\(base)&continue=\(token)").body
    #expect(second["items"]?.array?.count == 2)
    await cluster.service.compact()
    let third = await cluster.send("GET", "\(base)&continue=\(token)")
    #expect(third.status == 410)
    #expect(third.body["reason"] == "Expired")
    let fresh = try #require(third.body[path: "metadata", "continue"]?.string)
    #expect(await cluster.send("GET", "\(base)&continue=\(fresh)").body["items"]?.array?.count == 1)
  }

  @Test(
    "Label selectors follow the grammar",
    arguments: [
      ("app=web", 3), ("app==web,index=1", 1), ("app!=web", 3), ("index%20in%20(1,2)", 4),
      ("index%20notin%20(1)", 4), ("index", 6), ("!index", 0), ("!none,app%20in%20(payment)", 3),
    ])
  func labels(_ selector: String, _ count: Int) async {
    let list = await cluster.send("GET", "/api/v1/pods?labelSelector=\(selector)")
    #expect(list.body["items"]?.array?.count == count)
  }

  @Test("A broken selector is a bad request", arguments: ["a%20in%20b", "=x", "a=b=c", "a,,b"])
  func brokenLabels(_ selector: String) async {
    #expect(await cluster.send("GET", "/api/v1/pods?labelSelector=\(selector)").status == 400)
  }

  @Test("Field selectors choose by name and node") func fields() async {
    let path = "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1"
    #expect(await cluster.send("GET", path).body["items"]?.array?.count == 2)
  }

  @Test("An outdated replacement and failed preconditions are conflicts")
  func conflicts() async {
    let made = await cluster.send("POST", TestCluster.policies, TestCluster.policy("p")).body
    let path = "\(TestCluster.policies)/p"
    #expect(await cluster.send("PUT", path, made).status == 409)
    let options: JSONValue = ["preconditions": ["uid": "other"]]
    let refused = await cluster.send("DELETE", path, options)
    #expect(refused.status == 409)
    #expect(refused.body["reason"] == "Conflict")
    let right: JSONValue = [
      "preconditions": ["uid": made[path: "metadata", "uid"] ?? .null]
    ]
    let gone = await cluster.send("DELETE", path, right)
    #expect(gone.status == 200)
    #expect(gone.body["status"] == "Success")
    #expect(await cluster.send("GET", path).status == 404)
  }

  @Test("Unknown fields: refused, warned of or dropped") func unknownFields() async {
    let policy = TestCluster.policy("p", spec: ["foo": 1])
    let strict = await cluster.send(
      "POST", "\(TestCluster.policies)?fieldValidation=Strict", policy)
    #expect(strict.status == 400)
    #expect(
      strict.body["message"]?.string?.hasSuffix("strict decoding error: unknown field \"spec.foo\"")
        == true)
    let warned = await cluster.send("POST", "\(TestCluster.policies)?dryRun=All", policy)
    #expect(warned.warnings == ["299 - \"unknown field \\\"spec.foo\\\"\""])
    #expect(warned.body[path: "spec", "foo"] == nil)
    let ignored = await cluster.send(
      "POST", "\(TestCluster.policies)?fieldValidation=Ignore", policy)
    #expect(ignored.warnings.isEmpty)
  }

  @Test("Schema errors carry every cause") func invalid() async {
    let policy = TestCluster.policy("p", action: "Deny", spec: ["priority": 0])
    let answer = await cluster.send("POST", TestCluster.policies, policy)
    #expect(answer.status == 422)
    let fields = answer.body[path: "details", "causes"]?.array?.compactMap { $0["field"]?.string }
    #expect(fields == ["spec.ingress[0].action", "spec.priority"])
  }

  @Test("Tokens let in, everybody else is unauthorized") func authentication() async {
    var options = KubernetesOptions()
    options.tokens = ["secret": "robot"]
    options.denials = [.init(verb: "delete", group: "crd.antrea.io")]
    let cluster = TestCluster(options: options)
    #expect(await cluster.send("GET", "/version").status == 401)
    #expect(await cluster.send("GET", "/version", token: "secret").status == 200)
    let denied = await cluster.send("DELETE", "\(TestCluster.policies)/p", token: "secret")
    #expect(denied.status == 403)
    #expect(denied.body["reason"] == "Forbidden")
    let review = await cluster.send(
      "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      [
        "spec": [
          "resourceAttributes": ["verb": "delete", "group": "crd.antrea.io", "resource": "tiers"]
        ]
      ], token: "secret")
    #expect(review.body[path: "status", "allowed"] == false)
  }

  @Test("A custom resource takes merge and JSON patches, no strategic ones")
  func patches() async {
    _ = await cluster.send("POST", TestCluster.policies, TestCluster.policy("p"))
    let path = "\(TestCluster.policies)/p"
    let merged = await cluster.send(
      "PATCH", path, ["spec": ["priority": 7]], type: "application/merge-patch+json")
    #expect(merged.body[path: "metadata", "generation"] == 2)
    let operation: JSONValue = ["op": "replace", "path": "/spec/priority", "value": 8]
    let patched = await cluster.send(
      "PATCH", path, [operation], type: "application/json-patch+json")
    #expect(patched.body[path: "spec", "priority"] == 8)
    let strategic = await cluster.send(
      "PATCH", path, [:], type: "application/strategic-merge-patch+json")
    #expect(strategic.status == 415)
    let status = await cluster.send(
      "PATCH", "\(path)/status", ["status": ["phase": "Failed"], "spec": ["priority": 9]],
      type: "application/merge-patch+json")
    #expect(status.body[path: "spec", "priority"] == 8)
    #expect(status.body[path: "status", "phase"] == "Failed")
    #expect(status.body[path: "metadata", "generation"] == 3)
  }

  @Test("Requests are counted by verb and resource") func counting() async {
    _ = await cluster.send("GET", "/api/v1/pods")
    _ = await cluster.send("GET", "\(TestCluster.antrea)/tiers/platform")
    #expect(await cluster.service.requests == ["list pods": 1, "get tiers.crd.antrea.io": 1])
  }
}

extension KubernetesServiceTests {
  @Test("A pod on another node moves the counts of a realized policy") func churn() async {
    _ = await cluster.send("POST", TestCluster.policies, TestCluster.policy("p"))
    await cluster.service.settle()
    _ = await cluster.send("DELETE", "/api/v1/namespaces/shop/pods/web-3")
    let policy = await cluster.send("GET", "\(TestCluster.policies)/p").body
    #expect(policy[path: "status", "desiredNodesRealized"] == 2)
    #expect(policy[path: "status", "currentNodesRealized"] == 2)
    #expect(policy[path: "metadata", "generation"] == 1)
  }

  @Test("A policy without rules stays realizing") func withoutRules() async {
    let policy = TestCluster.policy("p", spec: ["ingress": []])
    _ = await cluster.send("POST", TestCluster.policies, policy)
    await cluster.service.settle()
    let live = await cluster.send("GET", "\(TestCluster.policies)/p").body
    #expect(live[path: "status", "phase"] == "Realizing")
    #expect(live[path: "status", "currentNodesRealized"] == 0)
  }
}
