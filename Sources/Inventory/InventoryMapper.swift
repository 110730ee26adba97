import AntreaModel
import Documents

/// Maps the objects of a Kubernetes cluster to NSX's container inventory
/// (docs/translation.md).
///
/// `external_id` is the uid of the Kubernetes object, and every reference is an
/// external id. Objects without a uid are left out.
public struct InventoryMapper: Sendable {
  /// The cluster as NSX knows it.
  public let cluster: InventoryCluster
  /// Kubernetes kinds that were not read to the end. Members that are derived
  /// from them are left out, so that NSX keeps what it has.
  public let incompleteKinds: Set<String>
  /// What other reports know.
  public let observations: InventoryObservations

  /// Creates a mapper.
  public init(
    cluster: InventoryCluster, incompleteKinds: Set<String> = [],
    observations: InventoryObservations = InventoryObservations()
  ) {
    self.cluster = cluster
    self.incompleteKinds = incompleteKinds
    self.observations = observations
  }

  /// The inventory objects in the order of their creation, sorted by external
  /// id within a type.
  public func objects(from objects: [KubernetesObject]) -> [JSONValue] {
    let index = InventoryIndex(objects)
    let endpoints = InventoryEndpoints(index)
    var result: [JSONValue] = [clusterObject()]
    result += sorted(index.objects("Node"), node)
    result += sorted(index.objects("Namespace"), project)
    result += sorted(index.objects("Service")) { application($0, index, endpoints) }
    result += sorted(index.objects("Pod")) { instance($0, index) }
    var policies: [(object: KubernetesObject, type: String)] = []
    for (kind, type) in Self.policyKinds {
      policies += index.objects(kind).map { ($0, type) }
    }
    policies.sort { utf8Order($0.object.uid ?? "", $1.object.uid ?? "") < 0 }
    result += policies.compactMap { networkPolicy($0.object, type: $0.type, index) }
    result += sorted(index.objects("Ingress")) { ingress($0, index) }
    return result
  }

  /// Inventory types whose objects must not be deleted, because the Kubernetes
  /// kinds behind them were not read to the end.
  public var incompleteTypes: Set<InventoryType> {
    var result: Set<InventoryType> = []
    for kind in incompleteKinds {
      switch kind {
      case "Node": result.insert(.node)
      case "Namespace": result.insert(.project)
      case "Service": result.insert(.application)
      case "Pod": result.insert(.instance)
      case "Ingress": result.insert(.ingressPolicy)
      case "NetworkPolicy", "ClusterNetworkPolicy": result.insert(.networkPolicy)
      case let other where Self.policyKinds.contains { $0.kind == other }:
        result.insert(.networkPolicy)
      default: break
      }
    }
    return result
  }

  static let policyKinds: [(kind: String, type: String)] = [
    ("NetworkPolicy", "NETWORK_POLICY"), ("crd.antrea.io/ClusterNetworkPolicy", "ACNP"),
    ("crd.antrea.io/NetworkPolicy", "ANP"),
  ]

  private func sorted(
    _ objects: [KubernetesObject], _ map: (KubernetesObject) -> JSONValue?
  ) -> [JSONValue] {
    objects.sorted { utf8Order($0.uid ?? "", $1.uid ?? "") < 0 }.compactMap(map)
  }

  /// The members that all objects have.
  func base(_ type: InventoryType, _ object: KubernetesObject) -> JSONObject? {
    guard let uid = object.uid, !uid.isEmpty else { return nil }
    var result = JSONObject()
    result["resource_type"] = .string(type.rawValue)
    result["external_id"] = .string(uid)
    result["display_name"] = .string(InventoryText.prefix(object.name, 255))
    result["container_cluster_id"] = .string(cluster.id)
    result["tags"] = InventoryText.tags(of: object.labels)
    result.setHealth(errors: [])
    return result
  }

  /// The external id of an object's Namespace, where it was read.
  func addProject(to result: inout JSONObject, _ object: KubernetesObject, _ index: InventoryIndex)
  {
    guard let namespace = object.namespace else { return }
    result["container_project_id"] = index.uid("Namespace", nil, namespace).map { .string($0) }
  }

  /// Sets what an observation says.
  static func observe(_ observation: InventoryObservation, in result: inout JSONObject) {
    if let isHealthy = observation.isHealthy {
      result["network_status"] = isHealthy ? "HEALTHY" : "UNHEALTHY"
      result["network_errors"] =
        isHealthy ? [] : InventoryText.errors(observation.problems)
    }
    guard !observation.properties.isEmpty else { return }
    result["origin_properties"] = InventoryText.properties(
      observation.properties.mapValues { $0 })
  }

  private func clusterObject() -> JSONValue {
    var result = JSONObject()
    result["resource_type"] = .string(InventoryType.cluster.rawValue)
    result["external_id"] = .string(cluster.id)
    result["display_name"] = .string(InventoryText.prefix(cluster.name, 255))
    result["cluster_type"] = .string(cluster.type)
    result["cni_type"] = "Antrea"
    result["infrastructure"] = ["infra_type": .string(cluster.infrastructure)]
    result["scope"] = [["scope_id": .string(cluster.id), "scope_type": "CONTAINER_CLUSTER"]]
    if let observation = observations.cluster { Self.observe(observation, in: &result) }
    return .object(result)
  }
}

extension JSONObject {
  /// Sets `network_status` and `network_errors`; an empty list clears what NSX
  /// had.
  mutating func setHealth(errors: [String], isHealthy: Bool? = nil) {
    let list = InventoryText.errors(errors.map { InventoryObservation.Problem(message: $0) })
    let healthy = isHealthy ?? errors.isEmpty
    self["network_status"] = healthy ? "HEALTHY" : "UNHEALTHY"
    self["network_errors"] = healthy ? [] : list
  }
}

/// The messages of conditions that a test picks.
func messages(_ conditions: JSONValue?, where test: (JSONValue) -> Bool) -> [String] {
  (conditions?.array ?? []).filter(test).compactMap { $0["message"]?.string }
}
