import AntreaModel
import Documents

/// Groups pods by what runs them: `namespace/workload`, as people speak of them.
public enum WorkloadLabels {
  /// The workload of a Pod: its controller, else what its labels call it, else
  /// the pod itself.
  ///
  /// A ReplicaSet's name is its Deployment's with the hash of the template, which
  /// is left out.
  public static func label(of pod: KubernetesObject) -> String {
    "\(pod.namespace ?? "default")/\(name(of: pod))"
  }

  private static func name(of pod: KubernetesObject) -> String {
    let owners = pod.document[path: "metadata", "ownerReferences"]?.array ?? []
    let controller = owners.first { $0["controller"]?.bool == true } ?? owners.first
    if let controller, let name = controller["name"]?.string {
      // A static pod is owned by its Node.
      if controller["kind"]?.string == "Node" { return pod.name }
      guard controller["kind"]?.string == "ReplicaSet",
        let hash = pod.labels["pod-template-hash"], name.hasSuffix("-\(hash)")
      else { return name }
      return String(name.dropLast(hash.count + 1))
    }
    let labels = pod.labels
    for key in ["app.kubernetes.io/name", "app", "k8s-app"] {
      if let name = labels[key], !name.isEmpty { return name }
    }
    return pod.name
  }
}
