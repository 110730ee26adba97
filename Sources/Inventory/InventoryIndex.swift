import AntreaModel
import Documents

/// The Kubernetes objects of a cluster, by kind and by what refers to what.
struct InventoryIndex {
  private let byKind: [String: [KubernetesObject]]
  private let uids: [String: String]
  /// External ids of Services by namespace and Pod name or label selection.
  private let selecting: [String: [(uid: String, selector: [String: String])]]

  init(_ objects: [KubernetesObject]) {
    byKind = Dictionary(grouping: objects) { Self.kind(of: $0.reference) }
    var uids: [String: String] = [:]
    for object in objects {
      guard let uid = object.uid else { continue }
      uids[Self.key(Self.kind(of: object.reference), object.namespace, object.name)] = uid
    }
    self.uids = uids
    var selecting: [String: [(uid: String, selector: [String: String])]] = [:]
    for service in byKind["Service"] ?? [] {
      let members = service.document[path: "spec", "selector"]?.object?.members ?? []
      guard let uid = service.uid, !members.isEmpty else { continue }
      let selector = Dictionary(
        members.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { a, _ in a })
      selecting[service.namespace ?? "", default: []].append((uid, selector))
    }
    self.selecting = selecting
  }

  /// `group/Kind` for custom resources, the kind alone for Kubernetes' own.
  static func kind(of reference: KubernetesObject.Reference) -> String {
    reference.group.hasSuffix("antrea.io") ? "\(reference.group)/\(reference.kind)" : reference.kind
  }

  func objects(_ kind: String) -> [KubernetesObject] { byKind[kind] ?? [] }

  func uid(_ kind: String, _ namespace: String? = nil, _ name: String) -> String? {
    uids[Self.key(kind, namespace, name)]
  }

  /// Services whose selector a Pod matches, sorted.
  func services(selecting pod: KubernetesObject) -> [String] {
    let labels = pod.labels
    return (selecting[pod.namespace ?? ""] ?? []).filter { _, selector in
      selector.allSatisfy { labels[$0.key] == $0.value }
    }.map(\.uid).sorted { utf8Order($0, $1) < 0 }
  }

  private static func key(_ kind: String, _ namespace: String?, _ name: String) -> String {
    "\(kind)\u{0}\(namespace ?? "")\u{0}\(name)"
  }
}
