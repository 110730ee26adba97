import KubernetesClient

/// A kind that is read to judge connectivity.
struct ClusterKind: Sendable {
  /// What a reader does where the kind cannot be listed.
  enum Need: Sendable {
    /// The run fails.
    case required
    /// It goes on and says that it knows less. Where the kind does not exist,
    /// there are no objects of it.
    case wanted
    /// Where the kind cannot be listed, it hardly exists, and nothing is said.
    case rare
  }

  /// The resource.
  let resource: APIResource
  /// The kind in words, in the plural.
  let plural: String
  /// How much depends on it.
  let need: Need

  static let pods = ClusterKind(core("Pod", "pods"), "Pods", .wanted)

  /// What a plan is made from. Namespaced policies may use our tiers and groups.
  static let policies =
    zip(Run.antreaResources, ["Tiers", "ClusterGroups", "ClusterNetworkPolicies"]).map {
      ClusterKind($0, $1, .required)
    } + [ClusterKind(Run.namespacedPolicies, "Antrea NetworkPolicies", .wanted)]

  /// What else decides who reaches whom.
  static let connectivity = [
    pods,
    ClusterKind(core("Namespace", "namespaces", namespaced: false), "Namespaces", .wanted),
    ClusterKind(core("Service", "services"), "Services", .wanted),
    ClusterKind(core("Node", "nodes", namespaced: false), "Nodes", .wanted),
    ClusterKind(
      APIResource(
        group: "crd.antrea.io", version: "v1beta1", kind: "Group", plural: "groups",
        isNamespaced: true), "Antrea Groups", .wanted),
    ClusterKind(
      APIResource(
        group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy",
        plural: "networkpolicies", isNamespaced: true), "Kubernetes NetworkPolicies", .wanted),
    admin("AdminNetworkPolicy", "adminnetworkpolicies", "v1alpha1", "AdminNetworkPolicies"),
    admin(
      "BaselineAdminNetworkPolicy", "baselineadminnetworkpolicies", "v1alpha1",
      "BaselineAdminNetworkPolicies"),
    admin(
      "ClusterNetworkPolicy", "clusternetworkpolicies", "v1alpha2",
      "ClusterNetworkPolicies of policy.networking.k8s.io"),
  ]

  private init(_ resource: APIResource, _ plural: String, _ need: Need) {
    self.resource = resource
    self.plural = plural
    self.need = need
  }

  private static func core(_ kind: String, _ plural: String, namespaced: Bool = true) -> APIResource
  {
    APIResource(group: "", version: "v1", kind: kind, plural: plural, isNamespaced: namespaced)
  }

  /// Kubernetes' own policies for administrators: Antrea puts them at tiers of
  /// its own (220, 251, 254), so that one that exists changes the answer.
  private static func admin(
    _ kind: String, _ resource: String, _ version: String, _ plural: String
  ) -> ClusterKind {
    ClusterKind(
      APIResource(
        group: "policy.networking.k8s.io", version: version, kind: kind, plural: resource,
        isNamespaced: false), plural, .rare)
  }
}
