/// A Kubernetes cluster that is registered with NSX.
public struct ClusterControlPlane: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `node_type`, `ANTREA_NODE` for an Antrea cluster.
  public var nodeType: String?
  /// `node_id`, a UUID.
  public var nodeID: String?

  /// Creates a control plane.
  public init(common: CommonFields, nodeType: String? = nil, nodeID: String? = nil) {
    self.common = common
    self.nodeType = nodeType
    self.nodeID = nodeID
  }
}

/// The span of a policy to one cluster (`SecurityPolicyContainerCluster`).
public struct ContainerClusterSpan: Sendable, Hashable {
  /// `parent_path`: the policy.
  public var policyPath: String
  /// `container_cluster_path`: the control plane.
  public var clusterPath: String

  /// Creates a span.
  public init(policyPath: String, clusterPath: String) {
    self.policyPath = policyPath
    self.clusterPath = clusterPath
  }
}
