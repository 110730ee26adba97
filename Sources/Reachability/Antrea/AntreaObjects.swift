import AntreaModel

/// Objects by what they are to the evaluation.
struct AntreaObjects {
  private(set) var tiers: [KubernetesObject] = []
  private(set) var groups: [KubernetesObject] = []
  private(set) var policies: [KubernetesObject] = []
  private(set) var kubernetes: [KubernetesObject] = []
  /// Policies of an API that is not evaluated.
  private(set) var others: [KubernetesObject] = []

  init(_ objects: [KubernetesObject]) {
    for object in objects { add(object) }
    // The order of reading is that of reports.
    policies.sort { "\($0.reference)" < "\($1.reference)" }
    kubernetes.sort { "\($0.reference)" < "\($1.reference)" }
  }

  private mutating func add(_ object: KubernetesObject) {
    switch (object.reference.group, object.kind) {
    case ("crd.antrea.io", "Tier"): tiers.append(object)
    case ("crd.antrea.io", "ClusterGroup"), ("crd.antrea.io", "Group"): groups.append(object)
    case ("crd.antrea.io", "ClusterNetworkPolicy"), ("crd.antrea.io", "NetworkPolicy"):
      policies.append(object)
    case ("networking.k8s.io", "NetworkPolicy"): kubernetes.append(object)
    // The API that Antrea had before 1.0, and other makers of policies.
    case (_, let kind) where kind.hasSuffix("NetworkPolicy"): others.append(object)
    default: break
    }
  }
}
