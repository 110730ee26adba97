import AntreaModel
import Documents

/// Leaves out of Kubernetes objects what no inventory asks for, so that a large
/// cluster fits into memory: a real Pod has some 10 kB.
public enum InventoryExtract {
  /// Annotation of a Pod with its ports of Antrea's NodePortLocal.
  static let portsAnnotation = "nodeportlocal.antrea.io"

  private static let annotations = [
    portsAnnotation, "nodeportlocal.antrea.io/enabled", Ownership.pathAnnotation,
  ]
  private static let metadata = ["generation", "labels", "name", "namespace", "uid"]
  private static let nodeStatus = ["addresses", "conditions", "nodeInfo"]
  private static let podSpec = ["hostNetwork", "nodeName"]
  private static let podStatus = [
    "conditions", "message", "phase", "podIP", "podIPs", "reason",
  ]

  /// The object with what an inventory is made from.
  public static func reduced(_ object: KubernetesObject) -> KubernetesObject {
    var document = JSONObject()
    document["apiVersion"] = object.document["apiVersion"]
    document["kind"] = object.document["kind"]
    var metadata = part(of: object.document["metadata"], metadata)
    let kept = part(of: object.document[path: "metadata", "annotations"], annotations)
    if !kept.isEmpty { metadata["annotations"] = .object(kept) }
    document["metadata"] = .object(metadata)
    switch InventoryKind(object.reference) {
    case .pod:
      document["spec"] = .object(podSpecification(object))
      var status = part(of: object.document["status"], podStatus)
      status["conditions"] = failing(status["conditions"])
      for member in ["initContainerStatuses", "containerStatuses"] {
        guard let list = object.document[path: "status", member]?.array else { continue }
        status[member] = .array(list.map { .object(part(of: $0, ["name", "state"])) })
      }
      document["status"] = .object(status)
    case .node:
      document["spec"] = object.document["spec"]
      document["status"] = .object(part(of: object.document["status"], nodeStatus))
    case .endpointSlice:
      document["endpoints"] = .array(
        (object.document["endpoints"]?.array ?? []).map {
          .object(part(of: $0, ["addresses", "conditions", "targetRef"]))
        })
    default:
      for member in object.document.object?.members ?? [] where member.key != "metadata" {
        document[member.key] = member.value
      }
    }
    return KubernetesObject(.object(document)) ?? object
  }

  /// Whether a Pod is an API server of the cluster, whose arguments tell the
  /// cluster's ranges.
  static func isAPIServer(_ pod: KubernetesObject) -> Bool {
    pod.namespace == "kube-system" && pod.labels["component"] == "kube-apiserver"
  }

  private static func podSpecification(_ object: KubernetesObject) -> JSONObject {
    var result = part(of: object.document["spec"], podSpec)
    let isServer = isAPIServer(object)
    guard isServer || object.annotations[portsAnnotation] != nil else { return result }
    result["containers"] = .array(
      (object.document[path: "spec", "containers"]?.array ?? []).map {
        .object(part(of: $0, isServer ? ["args", "command", "ports"] : ["ports"]))
      })
    return result
  }

  /// The conditions of a Pod without what only says that all is well.
  private static func failing(_ conditions: JSONValue?) -> JSONValue? {
    guard let list = conditions?.array else { return conditions }
    return .array(
      list.filter { $0["status"]?.string != "True" || $0["type"]?.string == "Ready" }
        .map { .object(part(of: $0, ["message", "status", "type"])) })
  }

  private static func part(of value: JSONValue?, _ keys: [String]) -> JSONObject {
    var result = JSONObject()
    for key in keys { result[key] = value?[key] }
    return result
  }
}
