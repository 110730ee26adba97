import AntreaModel
import Documents

/// The Kubernetes objects of a cluster, by kind and by what refers to what.
struct InventoryIndex {
  private let byKind: [InventoryKind: [KubernetesObject]]
  private let uids: [String: String]

  init(_ objects: [KubernetesObject]) {
    var byKind: [InventoryKind: [KubernetesObject]] = [:]
    var uids: [String: String] = [:]
    for object in objects {
      guard let kind = InventoryKind(object.reference) else { continue }
      byKind[kind, default: []].append(object)
      guard [.node, .namespace, .service].contains(kind), let uid = object.uid else { continue }
      uids[Self.key(kind, object.namespace, object.name)] = uid
    }
    self.byKind = byKind
    self.uids = uids
  }

  /// The objects of a kind.
  func objects(_ kind: InventoryKind) -> [KubernetesObject] { byKind[kind] ?? [] }

  /// The uid of a Node, Namespace or Service.
  func uid(_ kind: InventoryKind, _ namespace: String? = nil, _ name: String) -> String? {
    uids[Self.key(kind, namespace, name)]
  }

  private static func key(_ kind: InventoryKind, _ namespace: String?, _ name: String) -> String {
    "\(kind.rawValue)\u{0}\(namespace ?? "")\u{0}\(name)"
  }
}
