import AntreaModel
import Documents

/// What an inventory is made of, and what does not fit into it.
public struct InventoryMapping: Sendable, Hashable {
  /// The objects in the order of their creation, sorted by external id within
  /// a type.
  public var objects: [JSONValue] = []
  /// What was cut or left out, in the order of the objects.
  public var notes: [InventoryNote] = []
}

/// Maps the objects of a Kubernetes cluster to NSX's container inventory
/// (docs/inventory.md).
///
/// `external_id` is the uid of the Kubernetes object, and every reference is an
/// external id. Objects without a uid are left out.
public struct InventoryMapper: Sendable {
  /// The cluster as NSX knows it.
  public let cluster: InventoryCluster
  /// Kubernetes kinds that were not read to the end. Members that are derived
  /// from them are left out, so that NSX keeps what it has.
  public let incompleteKinds: Set<InventoryKind>
  /// What other reports know.
  public let observations: InventoryObservations

  /// Creates a mapper.
  public init(
    cluster: InventoryCluster, incompleteKinds: Set<InventoryKind> = [],
    observations: InventoryObservations = InventoryObservations()
  ) {
    self.cluster = cluster
    self.incompleteKinds = incompleteKinds
    self.observations = observations
  }

  /// The inventory of Kubernetes objects.
  public func map(_ objects: [KubernetesObject]) -> InventoryMapping {
    let index = InventoryIndex(objects)
    let endpoints = InventoryEndpoints(index)
    var result = InventoryMapping()
    func add(_ drafts: [InventoryDraft]) {
      for draft in drafts.sorted(by: { utf8Order($0.id, $1.id) < 0 }) {
        result.objects.append(draft.value)
        result.notes += draft.notes
      }
    }
    func drafts(
      _ kind: InventoryKind, _ type: InventoryType,
      _ fill: (inout InventoryDraft, KubernetesObject) -> Void
    ) -> [InventoryDraft] {
      index.objects(kind).compactMap { object in
        guard var draft = InventoryDraft(type, object, cluster: cluster) else { return nil }
        fill(&draft, object)
        return draft
      }
    }
    add([clusterDraft(index)])
    add(drafts(.node, .node, fillNode))
    add(drafts(.namespace, .project, fillProject))
    if cluster.sendsNewMembers {
      add(drafts(.ipPool, .ipPool, fillPool) + drafts(.externalIPPool, .ipPool, fillPool))
      add(drafts(.egress, .egress, fillEgress))
    }
    add(drafts(.service, .application) { fillApplication(&$0, $1, index, endpoints) })
    if cluster.sendsNewMembers {
      add(drafts(.gateway, .gateway) { fillGateway(&$0, $1, index) })
    }
    add(drafts(.pod, .instance) { fillInstance(&$0, $1, index, endpoints) })
    add(
      InventoryKind.allCases.filter { $0.policyType != nil }.flatMap { kind in
        drafts(kind, .networkPolicy) { fillPolicy(&$0, $1, kind, index) }
      })
    add(drafts(.ingress, .ingressPolicy) { fillIngress(&$0, $1, index) })
    return result
  }

  /// The objects of ``map(_:)`` alone.
  public func objects(from objects: [KubernetesObject]) -> [JSONValue] { map(objects).objects }

  /// Whether an object that NSX lists may exist in the cluster although it was
  /// not read: its kind was not read to the end. Nor is anything deleted that
  /// none of our kinds makes.
  public func mayExist(_ object: JSONValue) -> Bool {
    guard let type = object["resource_type"]?.string.flatMap(InventoryType.init) else {
      return true
    }
    let sources = InventoryKind.sources(of: object, type)
    return sources.isEmpty || !sources.isDisjoint(with: incompleteKinds)
  }

  /// Sets the external id of an object's Namespace, where it was read.
  func addProject(
    to draft: inout InventoryDraft, _ object: KubernetesObject, _ index: InventoryIndex
  ) {
    guard let namespace = object.namespace else { return }
    draft["container_project_id"] = index.uid(.namespace, nil, namespace).map { .string($0) }
  }
}

/// The messages of conditions that a test picks.
func messages(_ conditions: JSONValue?, where test: (JSONValue) -> Bool) -> [String] {
  (conditions?.array ?? []).filter(test).compactMap { $0["message"]?.string }
}
