import Documents
import Sandbox
import Testing

@Suite("Manager: inventory")
struct InventoryTests {
  private static let clusters = "/api/v1/fabric/container-clusters"
  private let cluster: JSONValue = [
    "resource_type": "ContainerCluster", "external_id": "c1", "display_name": "shop-prod",
    "cluster_type": "Kubernetes", "cni_type": "Antrea",
    "infrastructure": ["infra_type": "vSphere"],
  ]

  private func update(_ type: String, _ object: JSONValue) -> JSONValue {
    ["object_update_type": .string(type), "container_object": object]
  }

  private func post(
    _ client: ManagerClient, _ updates: [JSONValue]
  ) async -> (status: Int, body: JSONValue) {
    await client.send(
      "POST", "/api/v1/inventory/container/c1?action=updates",
      ["container_inventory_objects": .array(updates)])
  }

  private func project(_ id: String) -> JSONValue {
    [
      "resource_type": "ContainerProject", "external_id": .string(id),
      "container_cluster_id": "c1", "display_name": .string(id), "network_errors": [],
    ]
  }

  @Test func keepsWhatIsReported() async {
    let client = ManagerClient()
    #expect(await client.send("GET", Self.clusters + "/c1").status == 404)
    #expect(await post(client, [update("CREATE", project("p1"))]).status == 404)
    #expect(await client.send("POST", Self.clusters, cluster).status == 201)
    #expect(await client.send("POST", Self.clusters, cluster).status == 409)
    let created = await post(
      client, [update("CREATE", project("p1")), update("CREATE", project("p2"))])
    #expect(created.status == 200)
    let changed: JSONValue = [
      "resource_type": "ContainerProject", "external_id": "p1",
      "tags": [["scope": "dis:k8s:team", "tag": "a"]],
    ]
    let gone: JSONValue = ["resource_type": "ContainerProject", "external_id": "p2"]
    #expect(await post(client, [update("UPDATE", changed), update("DELETE", gone)]).status == 200)
    let projects = await client.list(
      "/api/v1/fabric/container-projects", "container_cluster_id=c1")
    #expect(projects.map { $0["display_name"] } == ["p1"])
    #expect(projects.first?["tags"]?.array?.count == 1)
    #expect(
      await client.list("/api/v1/fabric/container-projects", "container_cluster_id=x").isEmpty)
    #expect(await client.send("DELETE", Self.clusters + "/c1").status == 200)
    #expect(await client.list("/api/v1/fabric/container-projects").isEmpty)
  }

  @Test func aBadObjectFailsTheWholeCallByName() async {
    let client = ManagerClient()
    _ = await client.send("POST", Self.clusters, cluster)
    let long = String(repeating: "x", count: 129)
    let tag: JSONValue = ["scope": "a", "tag": "b"]
    let bad: [JSONValue] = [
      update("CREATE", project("bad").with("container_cluster_id", nil)),
      update("CREATE", project("bad").with("tags", .array(Array(repeating: tag, count: 31)))),
      update("CREATE", project("bad").with("tags", [["scope": .string(long), "tag": "b"]])),
      update("CREATE", project("bad").with("network_status", "UP")),
      update("CREATE", project("bad").with("surprise", 1)),
      update(
        "CREATE",
        [
          "resource_type": "ContainerApplication", "external_id": "bad",
          "container_cluster_id": "c1",
        ]),
      update("UPDATE", project("bad")), update("REPLACE", project("bad")),
    ]
    for update in bad {
      let answer = await post(client, [self.update("CREATE", project("good")), update])
      #expect(answer.status == 400, "\(update)")
      #expect(answer.body["error_message"]?.string?.contains("bad") == true)
      #expect(await client.list("/api/v1/fabric/container-projects").isEmpty)
    }
    #expect(await post(client, [update("CREATE", project("good"))]).status == 200)
  }

  @Test func othersDeleteOnlyByOverwriting() async {
    let client = ManagerClient()
    _ = await client.send("POST", Self.clusters, cluster)
    func delete(_ headers: [(name: String, value: String)]) async -> Int {
      await client.service.respond(
        to: SandboxRequest(
          method: "DELETE", target: Self.clusters + "/c1", headers: headers,
          clientCertificateCommonName: "nsx-antrea")
      ).status
    }
    #expect(await delete([]) == 403)
    #expect(await delete([(name: "X-Allow-Overwrite", value: "true")]) == 200)
  }

  @Test func anInventoryBelongsToItsCreator() async {
    let client = ManagerClient()
    await client.service.putInventory([cluster])
    func post(_ headers: [(name: String, value: String)]) async -> Int {
      await client.send(
        "POST", "/api/v1/inventory/container/c1?action=updates",
        ["container_inventory_objects": .array([update("CREATE", project("p1"))])],
        headers: headers
      ).status
    }
    #expect(await post([]) == 403)
    #expect(await post([(name: "X-Allow-Overwrite", value: "true")]) == 200)
  }

  @Test func modelsAreTheirNSXVersions() async {
    let client = ManagerClient { $0.version = "3.2.1.0.1" }
    _ = await client.send("POST", Self.clusters, cluster)
    #expect(await client.send("GET", "/api/v1/fabric/container-egresses").status == 404)
    var node: JSONValue = [
      "resource_type": "ContainerClusterNode", "external_id": "n1", "container_cluster_id": "c1",
    ]
    #expect(await post(client, [update("CREATE", node)]).status == 200)
    node = node.with("pod_cidrs", ["10.0.0.0/24"])
    #expect(await post(client, [update("UPDATE", node)]).status == 400)
  }

  @Test func nestedMembersAreCheckedToo() async {
    let client = ManagerClient()
    _ = await client.send("POST", Self.clusters, cluster)
    let service: JSONValue = [
      "resource_type": "ContainerApplication", "external_id": "bad", "container_cluster_id": "c1",
      "container_project_id": "p1",
    ]
    let egress: JSONValue = [
      "resource_type": "ContainerEgress", "external_id": "bad", "container_cluster_id": "c1",
    ]
    for bad in [
      service.with("service_ports", [["port": 80, "color": "red"]]),
      service.with("service_ports", [["port": 70000]]),
      service.with("cluster_ips", "10.0.0.1"),
      service.with("load_balance_ingress", []),
      egress.with("network_status", "HEALTHY"),
      egress.with("origin_properties", [["key": "a"]]),
    ] {
      #expect(await post(client, [update("CREATE", bad)]).status == 400, "\(bad)")
    }
    #expect(await post(client, [update("CREATE", service)]).status == 200)
    // An id of one type is nobody else's.
    #expect(await post(client, [update("CREATE", egress)]).status == 200)
  }
}
