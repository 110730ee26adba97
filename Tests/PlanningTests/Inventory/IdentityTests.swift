import AntreaModel
import Documents
import Testing

@testable import Inventory

/// Which cluster an inventory describes, and what refers to what was refused.
@Suite struct IdentityTests {
  private func cluster(_ properties: JSONValue) -> JSONValue {
    [
      "resource_type": "ContainerCluster", "external_id": "c", "origin_properties": properties,
    ]
  }

  private func project(_ name: String, _ id: String) -> JSONValue {
    [
      "resource_type": "ContainerProject", "external_id": .string(id),
      "display_name": .string(name), "container_cluster_id": "c",
    ]
  }

  @Test func whatTheClusterSaysCountsElseItsProject() {
    let projects = [project("kube-system", "u1"), project("shop", "u2")]
    #expect(InventoryIdentity.recorded(in: []).isEmpty)
    #expect(InventoryIdentity.recorded(in: [cluster([])] + projects) == ["u1"])
    let named = cluster([["key": "cluster_uid", "value": "u9"]])
    #expect(InventoryIdentity.recorded(in: projects + [named]) == ["u9"])
  }

  @Test func theIdentityIsWrittenAndStaysWhereItIsNotKnown() throws {
    func changes(from current: [JSONValue], uid: String?, version: String?) throws -> [JSONValue] {
      var described = InventoryCluster(name: "shop", id: "c", version: .init(4, 2))
      described.uid = uid
      let info = try version.map { version in
        try #require(
          KubernetesObject([
            "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaControllerInfo",
            "metadata": ["name": "antrea-controller"], "version": .string(version),
          ]))
      }
      return InventoryDelta.compute(
        current: current,
        desired: InventoryMapper(cluster: described).objects(from: [info].compactMap { $0 })
      ).updates.map(\.object)
    }
    let created = try changes(from: [], uid: "u1", version: "v2.4.1")
    #expect(InventoryIdentity.recorded(in: created) == ["u1"])
    #expect(try changes(from: created, uid: "u1", version: nil).isEmpty)
    #expect(try changes(from: created, uid: nil, version: "v2.4.1").isEmpty)
    #expect(try changes(from: created, uid: nil, version: nil).isEmpty)
    // Told to, another cluster takes the inventory over.
    let taken = try changes(from: created, uid: "u2", version: "v2.4.1")
    #expect(InventoryIdentity.recorded(in: taken) == ["u2"])
    // What a cluster of another tool is, its creator knows.
    let foreign = cluster([["key": "owner", "value": "adapter"]])
    #expect(
      try changes(from: [foreign], uid: "u1", version: nil).allSatisfy {
        $0["origin_properties"] == nil
      })
  }

  @Test func whatRefersToARefusedObjectIsTold() {
    func pod(_ name: String, _ node: String) -> JSONValue {
      [
        "resource_type": "ContainerApplicationInstance", "external_id": .string("uid-\(name)"),
        "display_name": .string(name), "cluster_node_id": .string(node),
        "container_project_id": "p", "container_application_ids": ["s1", "s2"],
      ]
    }
    let refused = ["n1": "ContainerClusterNode node-1 (n1)", "s2": "ContainerApplication web (s2)"]
    let notes = InventoryReferences.notes(
      refused: refused, among: [pod("a", "n1"), pod("b", "n2"), project("shop", "p")])
    #expect(notes.map(\.externalID) == ["uid-a", "uid-a", "uid-b"])
    #expect(
      notes.map(\.member) == [
        "cluster_node_id", "container_application_ids", "container_application_ids",
      ])
    #expect(notes.allSatisfy { $0.code == .referenceRefused })
    // What was refused itself is told as that.
    #expect(
      InventoryReferences.notes(refused: ["uid-a": "x", "n1": "y"], among: [pod("a", "n1")])
        .isEmpty)
    #expect(
      InventoryReferences.text(of: pod("a", "n1"), refused: refused)
        == "it refers to ContainerClusterNode node-1 (n1) and ContainerApplication web (s2)")
    #expect(InventoryReferences.text(of: pod("b", "n2"), refused: [:]) == nil)
  }
}
