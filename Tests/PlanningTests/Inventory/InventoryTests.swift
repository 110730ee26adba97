import AntreaModel
import Documents
import Testing

@testable import Inventory

@Suite struct InventoryTests {
  private let cluster = InventoryCluster(name: "shop", version: .init(4, 2))

  private func kube(
    _ kind: String, _ name: String, _ namespace: String? = nil, labels: JSONValue = [:],
    version: String = "v1", _ rest: JSONValue = [:]
  ) throws -> KubernetesObject {
    var document = rest.object ?? JSONObject()
    document["apiVersion"] = .string(version)
    document["kind"] = .string(kind)
    document["metadata"] = [
      "name": .string(name), "uid": .string("uid-\(kind)-\(name)"), "labels": labels,
      "namespace": .string(namespace ?? ""),
    ]
    return try #require(KubernetesObject(.object(document)))
  }

  private func objects() throws -> [KubernetesObject] {
    [
      try kube(
        "Node", "n1", nil,
        [
          "status": [
            "conditions": [["type": "Ready", "status": "True"]],
            "addresses": [["type": "InternalIP", "address": "10.0.0.1"]],
          ]
        ]),
      try kube("Namespace", "shop"),
      try kube(
        "Service", "web", "shop",
        [
          "spec": [
            "selector": ["app": "web"], "clusterIP": "10.9.0.1",
            "ports": [["port": 80, "targetPort": "http"]],
          ]
        ]),
      try kube(
        "Pod", "web-1", "shop", labels: ["app": "web", "b": ""],
        [
          "spec": ["nodeName": "n1"],
          "status": [
            "phase": "Running", "podIPs": [["ip": "10.1.0.1"]],
            "conditions": [["type": "Ready", "status": "True"]],
          ],
        ]),
      try kube("Pod", "job-1", "shop", ["status": ["phase": "Failed", "message": "evicted"]]),
      try kube(
        "ClusterNetworkPolicy", "acnp", version: "crd.antrea.io/v1beta1",
        ["spec": ["priority": 1, "ingress": [["name": "a", "action": "Drop"]]]]),
      try kube(
        "NetworkPolicy", "knp", "shop", version: "networking.k8s.io/v1",
        ["spec": ["podSelector": [:]]]),
      try kube(
        "Ingress", "in", "shop", version: "networking.k8s.io/v1",
        ["spec": ["defaultBackend": ["service": ["name": "web"]]]]),
    ]
  }

  private func find(_ list: [JSONValue], _ id: String) throws -> JSONValue {
    try #require(list.first { $0["external_id"]?.string == id })
  }

  @Test func mapsRelationsAndStates() throws {
    let list = InventoryMapper(cluster: cluster).objects(from: try objects())
    let pod = try find(list, "uid-Pod-web-1")
    #expect(pod["container_application_ids"] == ["uid-Service-web"])
    #expect(pod["cluster_node_id"] == "uid-Node-n1")
    #expect(pod["container_project_id"] == "uid-Namespace-shop")
    #expect(pod["status"] == "UP")
    #expect(
      pod["tags"] == [["scope": "dis:k8s:app", "tag": "web"], ["scope": "dis:k8s:b", "tag": ""]])
    let failed = try find(list, "uid-Pod-job-1")
    #expect(failed["status"] == "DOWN" && failed["network_status"] == "UNHEALTHY")
    #expect(failed["network_errors"] == [["error_message": "evicted"]])
    let service = try find(list, "uid-Service-web")
    #expect(service["status"] == "UP" && service["type"] == "CLUSTER_IP")
    #expect(try find(list, "uid-NetworkPolicy-knp")["policy_type"] == "NETWORK_POLICY")
    let policy = try find(list, "uid-ClusterNetworkPolicy-acnp")
    #expect(policy["policy_type"] == "ACNP" && policy["network_status"] == "UNHEALTHY")
    #expect(policy["container_project_id"] == nil)
    #expect(try find(list, "uid-Ingress-in")["container_application_ids"] == ["uid-Service-web"])
    let old = InventoryMapper(cluster: InventoryCluster(name: "shop", version: .init(3, 2)))
    #expect(try find(old.objects(from: try objects()), "uid-Service-web")["service_ports"] == nil)
  }

  @Test func textsFitNSX() {
    let key = String(repeating: "k", count: 121)
    let scope = InventoryText.scope(of: key)
    #expect(scope.count == 128 && scope.hasPrefix("dis:k8s:kkk"))
    #expect(InventoryText.scope(of: "app") == "dis:k8s:app")
    let huge = JSONValue.array((0..<9000).map { .string("element \($0)") })
    let spec = InventoryText.spec(of: huge)
    #expect(spec.text.utf8.count <= InventoryText.maximumSpecBytes)
    #expect(spec.text.contains("\n# cut: \(spec.rest) more bytes") && spec.rest > 0)
    // uuid5(NAMESPACE_X500, "shop") as Python's uuid module computes it.
    #expect(InventoryCluster.derivedID(of: "shop") == "1196dded-2458-506f-b319-fcf3e53fb004")
  }

  @Test func aSecondDeltaIsEmpty() throws {
    let all = try objects()
    for seed in UInt64(0)..<60 {
      var random = SeededGenerator(seed: seed)
      let mapper = InventoryMapper(cluster: cluster)
      let before = mapper.objects(from: all.filter { _ in Bool.random(using: &random) })
      let after = mapper.objects(from: all.filter { _ in Bool.random(using: &random) })
      var state = Dictionary(
        before.map { ($0["external_id"]?.string ?? "", $0) }, uniquingKeysWith: { a, _ in a })
      let updates = InventoryDelta.compute(
        current: before.shuffled(using: &random), desired: after, takesOver: true
      ).updates
      let deletes = updates.firstIndex { $0.kind == .delete } ?? updates.count
      #expect(updates[deletes...].allSatisfy { $0.kind == .delete }, "seed \(seed)")
      for update in updates {
        switch update.kind {
        case .delete: state[update.externalID] = nil
        case .create: state[update.externalID] = update.object
        case .update:
          #expect((update.object.object?.count ?? 0) > 2, "seed \(seed)")
          var merged = state[update.externalID]?.object ?? JSONObject()
          for member in update.object.object?.members ?? [] { merged[member.key] = member.value }
          state[update.externalID] = .object(merged)
        }
      }
      // NSX adds members of its own and returns lists in its own order.
      let listed = state.values.map { value -> JSONValue in
        guard case .object(var object) = value else { return value }
        object["_last_sync_time"] = 1
        object["tags"] = object["tags"]?.array.map { .array($0.reversed()) }
        return .object(object)
      }
      #expect(
        InventoryDelta.compute(current: listed, desired: after).updates.isEmpty, "seed \(seed)")
    }
  }

  @Test func incompleteReadsDeleteNothing() throws {
    let full = InventoryDelta.compute(
      current: [], desired: InventoryMapper(cluster: cluster).objects(from: try objects())
    ).updates.map(\.object)
    let mapper = InventoryMapper(cluster: cluster, incompleteKinds: [.pod, .service])
    let partial = mapper.objects(
      from: try objects().filter { $0.kind != "Pod" && $0.kind != "Service" })
    let changes = InventoryDelta.compute(
      current: full, desired: partial, mayExist: mapper.mayExist)
    #expect(changes.updates.isEmpty && changes.foreign.isEmpty)
    let deletes = InventoryDelta.compute(current: full, desired: partial).updates
    #expect(deletes.map(\.type) == [.instance, .instance, .application])
  }

  @Test func aPolicyOfAKindThatWasNotReadStays() throws {
    let all = InventoryDelta.compute(
      current: [], desired: InventoryMapper(cluster: cluster).objects(from: try objects())
    ).updates.map(\.object)
    let mapper = InventoryMapper(cluster: cluster, incompleteKinds: [.clusterNetworkPolicy])
    let rest = try objects().filter { !$0.kind.hasSuffix("NetworkPolicy") }
    let changes = InventoryDelta.compute(
      current: all, desired: mapper.objects(from: rest), mayExist: mapper.mayExist)
    #expect(changes.updates.map(\.externalID) == ["uid-NetworkPolicy-knp"])
  }

  @Test func whatOthersCreatedIsLeftAndTold() throws {
    let pod: JSONValue = [
      "resource_type": "ContainerApplicationInstance", "external_id": "old",
      "container_cluster_id": .string(cluster.id),
    ]
    let elsewhere: JSONValue = [
      "resource_type": "ContainerApplicationInstance", "external_id": "else",
      "container_cluster_id": "another",
    ]
    let desired = InventoryMapper(cluster: cluster).objects(from: [])
    let careful = InventoryDelta.compute(current: desired + [pod, elsewhere], desired: desired)
    #expect(careful.updates.isEmpty && careful.foreign == [pod])
    let taken = InventoryDelta.compute(
      current: desired + [pod, elsewhere], desired: desired, takesOver: true)
    #expect(taken.updates.map(\.externalID) == ["old"] && taken.foreign.isEmpty)
    let created = InventoryDelta.compute(current: [], desired: desired).updates.map(\.object)
    let all = InventoryDelta.compute(
      current: [], desired: InventoryMapper(cluster: cluster).objects(from: try objects())
    ).updates.map(\.object)
    #expect(created.count == 1)
    let removal = InventoryDelta.removal(of: all + [pod], in: cluster.id)
    #expect(removal.count == all.count - 1 && removal.last?.type == .node)
    #expect(InventoryDelta.removal(of: all, in: "another").isEmpty)
  }

  @Test func aNestedMemberThatGoesIsAChange() throws {
    let full: JSONValue = [
      "resource_type": "ContainerApplication", "external_id": "s",
      "service_ports": [["port": 80, "protocol": "TCP", "node_port": 30080]],
      "listeners": [["name": "a", "hostname": "x"]],
      "load_balancer_ingress": [["ip": "10.0.0.1", "hostname": "x", "_own": 1]],
      "ip_ranges": [["cidr": "10.0.0.0/24", "vlan": 3]],
    ]
    let less: JSONValue = [
      "resource_type": "ContainerApplication", "external_id": "s",
      "service_ports": [["port": 80, "protocol": "TCP"]], "listeners": [["name": "a"]],
      "load_balancer_ingress": [["ip": "10.0.0.1"]], "ip_ranges": [["cidr": "10.0.0.0/24"]],
    ]
    let changed = try #require(
      InventoryDelta.updates(current: [full], desired: [less]).first?.object.object)
    #expect(
      changed.keys == [
        "external_id", "ip_ranges", "listeners", "load_balancer_ingress", "resource_type",
        "service_ports",
      ])
    #expect(InventoryDelta.updates(current: [less], desired: [less]).isEmpty)
  }

  @Test func withoutItsNamespaceAnObjectWaits() throws {
    let changes = InventoryDelta.compute(
      current: [],
      desired: InventoryMapper(cluster: cluster).objects(
        from: try objects().filter { $0.kind != "Namespace" }))
    #expect(Set(changes.notes.map(\.code)) == [.namespaceUnknown])
    #expect(changes.notes.count == 5)
    #expect(Set(changes.updates.map(\.type)) == [.cluster, .node, .networkPolicy])
  }
}
