import Documents
import Sandbox
import Testing

@Suite("Manager: hierarchical API")
struct HierarchyTests {
  private func tree(_ policies: JSONValue...) -> JSONValue {
    [
      "resource_type": "Infra",
      "children": [
        [
          "resource_type": "ChildResourceReference", "id": "default", "target_type": "Domain",
          "children": .array(
            policies.map { ["resource_type": "ChildSecurityPolicy", "SecurityPolicy": $0] }),
        ]
      ],
    ]
  }

  @Test func readsTheAskedTypes() async {
    let client = ManagerClient()
    #expect(await client.get("/policy/api/v1/infra")["children"] == nil)
    let answer = await client.get(
      "/policy/api/v1/infra?type_filter=SecurityPolicy;Rule&base_path=/infra/domains/default")
    let domain = answer["children"]?.array?.first?["Domain"]
    let policies = domain?["children"]?.array ?? []
    #expect(policies.count == 17)
    let cart = policies.first { $0[path: "SecurityPolicy", "id"] == "shop-cart" }
    #expect(cart?[path: "SecurityPolicy", "children"]?.array?.count == 6)
    let filter = await client.get("/policy/api/v1/infra?filter=Type-Domain%7CGroup")
    #expect(
      filter["children"]?.array?.first?[path: "Domain", "children"]?.array?.count == 46)
  }

  @Test func writesAllOrNothing() async {
    let client = ManagerClient()
    let rule: JSONValue = [
      "resource_type": "ChildRule",
      "Rule": ["resource_type": "Rule", "id": "r", "action": "DROP"],
    ]
    let good: JSONValue = ["id": "one", "category": "Application", "children": [rule]]
    let bad: JSONValue = ["id": "two", "scope": ["/infra/domains/default/groups/none"]]
    #expect(await client.send("PATCH", "/policy/api/v1/infra", tree(good, bad)).status == 400)
    #expect(await client.send("GET", ManagerClient.policies + "/one").status == 404)
    #expect(await client.send("PATCH", "/policy/api/v1/infra", tree(good)).status == 200)
    let policy = await client.get(ManagerClient.policies + "/one")
    #expect(policy["rules"]?.array?.first?["action"] == "DROP")
    let checked = await client.send(
      "PATCH", "/policy/api/v1/infra?enforce_revision_check=true", tree(good))
    #expect(checked.status == 412)
    let marked = tree(["id": "one", "marked_for_delete": true])
    #expect(await client.send("PATCH", "/policy/api/v1/infra", marked).status == 200)
    #expect(await client.send("GET", ManagerClient.policies + "/one").status == 404)
  }
}
