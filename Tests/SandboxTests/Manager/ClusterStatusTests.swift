import Documents
import Sandbox
import Testing

@Suite("Manager: status of container clusters")
struct ClusterStatusTests {
  private static let report = "/api/v1/systemhealth/container-cluster/ncp/status"
  private static let policy = "/policy/api/v1/infra/sites/default/enforcement-points/default"

  @Test("is taken for clusters of the inventory, and read by both APIs")
  func status() async {
    let client = ManagerClient()
    let body: JSONValue = ["cluster_id": "c1", "status": "DOWN", "detail": "why"]
    #expect(await client.send("POST", Self.report, body).status == 404)
    _ = await client.send(
      "POST", "/api/v1/fabric/container-clusters",
      [
        "resource_type": "ContainerCluster", "external_id": "c1", "display_name": "shop",
        "cluster_type": "Kubernetes", "cni_type": "Antrea",
        "infrastructure": ["infra_type": "vSphere"],
      ])
    let taken = await client.send("POST", Self.report, body)
    #expect(taken.status == 201 && taken.body["interval"] == 180)
    let twin = await client.send(
      "POST", "\(Self.policy)/container-cluster-ncpstatus", body)
    #expect(twin.status == 200)
    let single = await client.get("/api/v1/systemhealth/container-cluster/c1/ncp/status")
    #expect(single["cluster_name"] == "shop" && single["detail"] == "why")
    #expect(await client.list(Self.report, "status=DOWN").count == 1)
    #expect(await client.list(Self.report, "status=HEALTHY").isEmpty)
    let filtered = await client.send("POST", Self.report + "/advanced", ["statuses": ["DOWN"]])
    #expect(filtered.body["results"]?.array?.count == 1)
    let one = "\(Self.policy)/container-cluster/c1/ncpstatus"
    #expect(await client.send("DELETE", one).status == 200)
    #expect(await client.send("GET", one).status == 404)
  }

  @Test(
    "what NSX does not know is refused",
    arguments: [
      ["cluster_id": "c1", "status": "FAILED"], ["status": "HEALTHY"],
      ["cluster_id": "c1", "status": "HEALTHY", "reason": "x"],
    ] as [JSONValue])
  func refused(body: JSONValue) async {
    #expect(await ManagerClient().send("POST", Self.report, body).status == 400)
  }
}
