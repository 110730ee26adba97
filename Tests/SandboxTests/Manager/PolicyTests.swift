import Documents
import Sandbox
import Testing

@Suite("Manager: policies")
struct PolicyTests {
  private let shop = ManagerClient.policies + "/shop-cart"

  @Test func pagesWithACursorAndOneCount() async {
    let client = ManagerClient()
    let first = await client.get(ManagerClient.policies + "?page_size=4")
    #expect(first["results"]?.array?.count == 4)
    #expect(first["result_count"] == 17)
    let cursor = first["cursor"]?.string ?? ""
    let second = await client.get(ManagerClient.policies + "?page_size=4&cursor=\(cursor)")
    #expect(second["result_count"] == nil)
    let all = await client.list(ManagerClient.policies, "page_size=4")
    #expect(Set(all.compactMap { $0["path"]?.string }).count == 17)
    #expect(await client.send("GET", ManagerClient.policies + "?page_size=1001").status == 400)
    #expect(await client.send("GET", ManagerClient.policies + "?cursor=zz").status == 400)
  }

  @Test func givesShortPages() async {
    let client = ManagerClient { $0.maximumPageSize = 3 }
    let page = await client.get(ManagerClient.policies + "?page_size=1000")
    #expect(page["results"]?.array?.count == 3)
    #expect(page["cursor"] != nil)
  }

  @Test func listsWithoutRulesAndGetsWithRules() async {
    let client = ManagerClient()
    let listed = await client.list(ManagerClient.policies, "include_rule_count=true")
    #expect(listed.allSatisfy { $0["rules"] == nil && $0["rule_count"] != nil })
    let plain = await client.list(ManagerClient.policies)
    #expect(plain.allSatisfy { $0["rule_count"] == nil })
    let policy = await client.get(shop)
    #expect(policy["rules"]?.array?.count == 6)
    #expect(await client.list(shop + "/rules", "page_size=2") == policy["rules"]?.array)
    #expect(await client.list(shop + "/container-cluster-span").count == 2)
  }

  @Test func checksRevisionsOfPut() async {
    let client = ManagerClient()
    let policy = await client.get(shop)
    let changed = policy.with("description", "new")
    let missing = await client.send("PUT", shop, changed.with("_revision", nil))
    #expect(missing.status == 400)
    #expect(missing.body["error_code"] == 500127)
    #expect(missing.body["httpStatus"] == "BAD_REQUEST")
    let stale = await client.send("PUT", shop, changed.with("_revision", 7))
    #expect(stale.status == 412)
    let bareRules = (policy["rules"]?.array ?? []).map { $0.with("_revision", nil) }
    let nested = await client.send("PUT", shop, changed.with("rules", .array(bareRules)))
    #expect(nested.status == 400)
    let good = await client.send("PUT", shop, changed)
    #expect(good.status == 200)
    #expect(good.body["_revision"] == 1)
    #expect(await client.send("PUT", shop, changed).status == 412)
  }

  @Test func putReplacesRulesAndPatchMergesThem() async {
    let client = ManagerClient()
    let policy = await client.get(shop)
    let one: JSONValue = ["id": "extra", "action": "DROP", "direction": "IN"]
    let patched = await client.send("PATCH", shop, ["id": "shop-cart", "rules": [one]])
    #expect(patched.status == 200)
    #expect(patched.body == .null)
    let merged = await client.get(shop)
    #expect(merged["rules"]?.array?.count == 7)
    let fresh = merged["rules"]?.array?.first { $0["id"] == "extra" }
    let known = policy["rules"]?.array?.compactMap { $0["rule_id"]?.integer } ?? []
    #expect((fresh?["rule_id"]?.integer ?? 0) > (known.max() ?? 0))
    let kept = merged["rules"]?.array?.first ?? .null
    let put = await client.send("PUT", shop, merged.with("rules", [kept]))
    #expect(put.status == 200)
    #expect(put.body["rules"]?.array?.map { $0["id"] } == [kept["id"]])
    #expect(put.body["rules"]?.array?.first?["rule_id"] == kept["rule_id"])
  }

  @Test func patchKeepsThePlaceOfAPolicy() async {
    let client = ManagerClient()
    let dns = ManagerClient.policies + "/dns"
    _ = await client.send("PATCH", dns, ["description": "new", "_create_time": 5, "rule_count": 9])
    let policy = await client.get(dns)
    #expect(policy["category"] == "Infrastructure")
    #expect(policy["description"] == "new")
    #expect(policy["_create_time"]?.integer ?? 0 > 5)
  }

  @Test func aRuleMakesANewRevisionOfItsPolicy() async {
    let client = ManagerClient()
    #expect(await client.send("DELETE", shop + "/rules/v2-pays").status == 200)
    #expect(
      await client.send("PATCH", shop + "/rules/new", ["action": "REJECT"]).status == 200)
    let policy = await client.get(shop)
    #expect((policy["_revision"]?.integer ?? 0) > 0)
    #expect(policy["rules"]?.array?.count == 6)
  }

  @Test func deletesInTwoPhases() async {
    let client = ManagerClient()
    #expect(await client.send("DELETE", shop).status == 200)
    #expect(await client.send("GET", shop).status == 404)
    #expect(await client.send("GET", shop + "/rules").status == 404)
    let again = await client.send("PUT", shop, ["display_name": "again"])
    #expect(again.status == 400)
    #expect(again.body["error_code"] == 500045)
    let marked = await client.list(
      ManagerClient.policies, "include_mark_for_delete_objects=true"
    ).filter { $0["marked_for_delete"] == true }
    #expect(marked.map { $0["id"] } == ["shop-cart"])
    let search = "/policy/api/v1/search/query"
    let query = "query=resource_type:SecurityPolicy%20AND%20id:shop*"
    #expect(await client.list(search, query).count == 4)
    #expect(await client.list(search, query + "%20AND%20marked_for_delete:false").count == 3)
    await client.service.realizeDeletions()
    #expect(await client.send("PUT", shop, ["display_name": "again"]).status == 200)
  }

  @Test func protectsWhatIsReferencedOrDefault() async {
    let client = ManagerClient()
    let group = await client.send("DELETE", ManagerClient.groups + "/app-redis")
    #expect(group.status == 400)
    #expect(group.body["error_code"] == 500030)
    let standard = ManagerClient.policies + "/default-layer3-section"
    #expect(await client.send("DELETE", standard).status == 400)
    let service = "/policy/api/v1/infra/services/HTTP"
    #expect(await client.send("PATCH", service, ["service_entries": []]).status == 400)
  }

  @Test func refusesWhatNSXRefuses() async {
    let client = ManagerClient()
    let rules: [JSONValue] = [
      ["id": "a", "action": "PASS"], ["id": "a", "direction": "BOTH"],
      ["id": "a", "source_groups": ["ANY", "10.0.0.1"]],
      ["id": "a", "services": ["/infra/services/none"]],
      ["id": "a", "scope": ["/infra/domains/default/groups/none"]],
    ]
    for rule in rules {
      #expect(await client.send("PATCH", shop + "/rules/a", rule).status == 400, "\(rule)")
    }
    let span = shop + "/container-cluster-span"
    let planes = "/infra/sites/default/enforcement-points/default/cluster-control-planes"
    let twice: JSONValue = ["container_cluster_path": .string(planes + "/shop-prod")]
    #expect(await client.send("PUT", span + "/twice", twice).status == 400)
    let nowhere: JSONValue = ["container_cluster_path": .string(planes + "/none")]
    #expect(await client.send("PUT", span + "/nowhere", nowhere).status == 400)
    let moved: JSONValue = ["container_cluster_path": .string(planes + "/shop-stage")]
    #expect(await client.send("PATCH", span + "/shop-prod", moved).status == 400)
    let policy = ManagerClient.policies + "/no/rules/such"
    #expect(await client.send("PATCH", policy, ["action": "DROP"]).status == 404)
  }
}
