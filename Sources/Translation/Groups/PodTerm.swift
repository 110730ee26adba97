import AntreaModel
import Documents

/// One way to be a pod of a group.
enum PodTerm: Hashable {
  /// By labels.
  case selector(SelectorTerm)
  /// By standing behind a Kubernetes Service.
  case service(name: String, namespace: String)

  /// A text that is the same for the same term, for order and hashes.
  var key: String {
    switch self {
    case .selector(let term): "selector \(term.key)"
    case .service(let name, let namespace): "service \(namespace)/\(name)"
    }
  }

  /// The term as a ClusterGroup.
  var members: ClusterGroup.Members {
    switch self {
    case .selector(let term): .workloads(term.selector)
    case .service(let name, let namespace): .service(name: name, namespace: namespace)
    }
  }

  /// Terms without repetition, in order of their keys.
  static func sorted(_ terms: [PodTerm]) -> [PodTerm] {
    if terms.count < 2 { return terms }
    return Set(terms).map { ($0.key, $0) }.sorted { utf8Order($0.0, $1.0) < 0 }.map(\.1)
  }
}
