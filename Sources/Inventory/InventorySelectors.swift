import AntreaModel
import Documents

/// Which Services' selectors a Pod matches, without asking each of them.
struct InventorySelectors {
  private struct Entry {
    let service: String
    let rest: [(key: String, value: String)]
  }

  /// By namespace and the first requirement of the selector.
  private var entries: [String: [Entry]] = [:]

  /// - Parameter services: Those to know; Services without selector or uid
  ///   select nothing.
  init(_ services: [KubernetesObject]) {
    for service in services {
      let members = service.document[path: "spec", "selector"]?.object?.members ?? []
      guard let uid = service.uid, let first = members.first,
        service.document[path: "spec", "type"]?.string != "ExternalName"
      else { continue }
      let rest = members.dropFirst().map { (key: $0.key, value: $0.value.string ?? "") }
      let key = Self.key(service.namespace, first.key, first.value.string ?? "")
      entries[key, default: []].append(Entry(service: uid, rest: rest))
    }
  }

  /// The uids of the Services that select a Pod.
  func services(selecting pod: KubernetesObject) -> [String] {
    guard !entries.isEmpty else { return [] }
    let labels = pod.labels
    return labels.flatMap { label in
      (entries[Self.key(pod.namespace, label.key, label.value)] ?? []).filter { entry in
        entry.rest.allSatisfy { labels[$0.key] == $0.value }
      }.map(\.service)
    }
  }

  private static func key(_ namespace: String?, _ key: String, _ value: String) -> String {
    "\(namespace ?? "")\u{0}\(key)\u{0}\(value)"
  }
}
