import Documents

/// What a sandbox holds at its start: the objects of an NSX Manager and of the
/// clusters behind it.
public struct Estate: Sendable {
  /// A cluster with the objects that stand in its Kubernetes API.
  public typealias Cluster = (name: String, objects: [JSONValue])

  /// Raw Policy API objects, each with `resource_type` and `path`; policies hold
  /// their rules.
  public var nsxObjects: [JSONValue]
  /// Resolved addresses of generic groups by path.
  public var memberIPs: [String: [String]]
  /// The clusters; each has a ClusterControlPlane of its name.
  public var clusters: [Cluster]

  /// Creates an estate.
  public init(
    nsxObjects: [JSONValue], memberIPs: [String: [String]] = [:], clusters: [Cluster] = []
  ) {
    self.nsxObjects = nsxObjects
    self.memberIPs = memberIPs
    self.clusters = clusters
  }

  /// Names of the example's clusters.
  static let exampleClusters = ["shop-prod", "shop-stage"]

  /// A shop with a front end, catalogue, cart, payment, monitoring and DNS in
  /// two clusters, segmented by policies of all four categories in the shapes
  /// that NSX itself supports on Antrea clusters.
  public static let example = Estate(
    nsxObjects: EstateServices.all + exampleClusters.map(EstateBuilder.controlPlane)
      + EstateGroups.all + EstatePolicies.all,
    memberIPs: EstateGroups.memberIPs,
    clusters: exampleClusters.enumerated().map { index, name in
      (name: name, objects: EstateCluster(name: name, number: index + 1).objects)
    })
}
