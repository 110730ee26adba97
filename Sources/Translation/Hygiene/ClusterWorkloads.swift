import AntreaModel
import Documents

/// The pods, namespaces and Services of a cluster, as far as conditions ask
/// for them.
public struct ClusterWorkloads: Sendable {
  /// A pod that labels can select.
  struct Pod: Sendable {
    var name: String
    var namespace: String
    var labels: [String: String]
  }

  /// Pods on a network of their own that have not ended, by namespace and
  /// name: Antrea selects no other.
  let pods: [Pod]
  /// The labels of namespaces by name, with the one that tells the name.
  let namespaces: [String: [String: String]]
  /// `namespace/name` of the Services.
  let services: Set<String>

  /// Takes what conditions ask for out of a cluster's objects; others may be
  /// among them. A kind of which there is none counts as not given.
  public init(_ objects: [KubernetesObject]) {
    var pods: [Pod] = []
    var namespaces: [String: [String: String]] = [:]
    var services: Set<String> = []
    for object in objects where object.apiVersion == "v1" {
      switch object.kind {
      case "Pod" where Self.isSelectable(object.document):
        pods.append(
          Pod(
            name: object.name, namespace: object.namespace ?? "default", labels: object.labels))
      case "Namespace":
        namespaces[object.name] = object.labels
        namespaces[object.name]?[ConditionReader.namespaceNameLabel] = object.name
      case "Service": services.insert("\(object.namespace ?? "default")/\(object.name)")
      default: continue
      }
    }
    self.pods = pods.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    self.namespaces = namespaces
    self.services = services
  }

  /// Whether there is anything to compare conditions with.
  public var isEmpty: Bool { pods.isEmpty && namespaces.isEmpty && services.isEmpty }

  /// The labels of a namespace; of one that was not given, its name.
  func labels(ofNamespace name: String) -> [String: String] {
    namespaces[name] ?? [ConditionReader.namespaceNameLabel: name]
  }

  private static func isSelectable(_ pod: JSONValue) -> Bool {
    pod[path: "spec", "hostNetwork"]?.bool != true
      && !["Succeeded", "Failed"].contains(pod[path: "status", "phase"]?.string)
  }
}
