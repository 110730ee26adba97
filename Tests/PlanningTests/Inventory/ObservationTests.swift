import AntreaModel
import Documents
import Testing

@testable import Inventory

/// What several reports write into the same objects.
@Suite struct ObservationTests {
  private let policy: JSONValue = [
    "resource_type": "ContainerNetworkPolicy", "external_id": "p1", "network_status": "UNHEALTHY",
    "network_errors": [["error_code": "ACNP_PENDING", "error_message": "Realizing: 1 of 3 Nodes"]],
    "origin_properties": [
      ["key": "nsx.policy.path", "value": "/infra/x"],
      ["key": "reported_by", "value": "nsx-antrea"],
      ["key": "stats.bytes", "value": "7"],
    ],
  ]

  private func object(generation: Int64 = 2) throws -> KubernetesObject {
    try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": [
          "name": "p", "uid": "p1", "generation": 2,
          "annotations": ["nsx-antrea.io/path": "/infra/x"],
        ],
        "spec": ["ingress": [["name": "r"]]],
        "status": [
          "phase": "Realized", "observedGeneration": .integer(generation),
          "currentNodesRealized": 3, "desiredNodesRealized": 3,
        ],
      ]))
  }

  @Test func aRealizedPolicyIsHealthyAtItsGenerationOnly() throws {
    let healthy = InventoryObservation(policy: try object())
    #expect(healthy.isHealthy == true && healthy.problems.isEmpty)
    #expect(healthy.properties["realized.nodes"] == "3")
    #expect(healthy.properties["nsx.policy.path"] == "/infra/x")
    let stale = InventoryObservation(policy: try object(generation: 1))
    #expect(stale.isHealthy == false && stale.problems.map(\.code) == ["ACNP_PENDING"])
  }

  @Test func anObservationReplacesWhatItNamesAndNothingElse() throws {
    let observations = InventoryObservations(policies: [
      "p1": InventoryObservation(isHealthy: true, properties: ["realized.nodes": "3"]),
      "unknown": InventoryObservation(isHealthy: true),
    ])
    let updates = InventoryDelta.observed(current: [policy], observations: observations)
    let object = try #require(updates.first?.object)
    #expect(updates.count == 1 && updates.first?.kind == .update)
    #expect(object["network_status"] == "HEALTHY" && object["network_errors"] == [])
    let keys = Set((object["origin_properties"]?.array ?? []).compactMap { $0["key"]?.string })
    #expect(keys == ["nsx.policy.path", "reported_by", "stats.bytes", "realized.nodes"])
  }

  @Test func theInventoryKeepsStatisticsAndTheMark() throws {
    let mapper = InventoryMapper(cluster: InventoryCluster(name: "shop", version: .init(4, 2)))
    let desired = mapper.objects(from: [try object()])
    let updates = InventoryDelta.compute(current: [policy], desired: desired).updates
    let object = try #require(updates.first { $0.kind == .update }?.object)
    let keys = (object["origin_properties"]?.array ?? []).compactMap { $0["key"]?.string }
    #expect(
      keys == [
        "desired.nodes", "nsx.policy.path", "observed.generation", "realized.nodes", "reported_by",
        "stats.bytes",
      ])
    // The cluster's health is not said where nobody knows it.
    let cluster = try #require(updates.first { $0.type == .cluster }?.object)
    #expect(cluster["network_status"] == nil && InventoryOrigin.isOurs(cluster))
  }

  @Test func whatAnotherPrincipalCreatedStaysItsOwn() throws {
    var foreign = try #require(policy.object)
    foreign["origin_properties"] = [["key": "a", "value": "b"]]
    let mapper = InventoryMapper(cluster: InventoryCluster(name: "shop", version: .init(4, 2)))
    let updates = InventoryDelta.compute(
      current: [.object(foreign)], desired: mapper.objects(from: [try object()])
    ).updates
    let object = try #require(updates.first { $0.kind == .update }?.object)
    #expect(!InventoryOrigin.isOurs(object))
    #expect(object["origin_properties"]?.array?.contains(["key": "a", "value": "b"]) == true)
  }
}
