import AntreaModel
import Documents

/// Leaves out of pods and nodes what no policy asks for: a real pod has some
/// 10 kB, most of it containers, volumes and conditions.
enum InventoryReduction {
  /// The object with what matters to policies; other kinds are as they are.
  static func reduced(_ object: KubernetesObject) -> KubernetesObject {
    guard object.reference.group.isEmpty else { return object }
    let spec: [String]
    let status: [String]
    switch object.kind {
    case "Pod":
      (spec, status) = (
        [
          "hostNetwork", "hostname", "nodeName", "serviceAccount", "serviceAccountName",
          "subdomain",
        ], ["hostIP", "phase", "podIP", "podIPs"]
      )
    case "Node": (spec, status) = (["podCIDR", "podCIDRs"], ["addresses"])
    case "Namespace": (spec, status) = ([], ["phase"])
    default: return object
    }
    var document = JSONObject()
    document["apiVersion"] = object.document["apiVersion"]
    document["kind"] = object.document["kind"]
    let metadata = [
      "annotations", "deletionTimestamp", "labels", "name", "namespace", "ownerReferences", "uid",
    ].filter { $0 != "annotations" || object.kind == "Node" }
    document["metadata"] = part(of: object.document["metadata"], metadata)
    var inner = part(of: object.document["spec"], spec).object ?? JSONObject()
    if let containers = object.document[path: "spec", "containers"]?.array {
      inner["containers"] = .array(containers.map { part(of: $0, ["name", "ports"]) })
    }
    document["spec"] = .object(inner)
    document["status"] = part(of: object.document["status"], status)
    return KubernetesObject(.object(document)) ?? object
  }

  private static func part(of value: JSONValue?, _ keys: [String]) -> JSONValue {
    var result = JSONObject()
    for key in keys { result[key] = value?[key] }
    return .object(result)
  }
}
