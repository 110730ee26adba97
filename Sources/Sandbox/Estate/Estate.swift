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

  /// An estate of a snapshot document (`nsx-snapshot/1`), whose control planes are
  /// clusters that all hold the same objects.
  ///
  /// - Parameters:
  ///   - snapshot: what `nsx-antrea pull` writes.
  ///   - objects: a List as `kubectl get -o json` prints it; `nil` for none.
  /// - Throws: the error of text that is not JSON.
  public init(snapshot: [UInt8], clusterObjects objects: [UInt8]?) throws {
    let document = try JSONValue(json: snapshot)
    let list = try objects.map { try JSONValue(json: $0)["items"]?.array ?? [] } ?? []
    let nsxObjects = document["objects"]?.array ?? []
    self.init(
      nsxObjects: nsxObjects,
      memberIPs: Dictionary(
        (document["memberIPs"]?.object?.members ?? []).map { member in
          (member.key, (member.value.array ?? []).compactMap(\.string))
        }, uniquingKeysWith: { _, last in last }),
      clusters: nsxObjects.filter { $0["resource_type"]?.string == "ClusterControlPlane" }
        .compactMap { $0["id"]?.string }.sorted().map { (name: $0, objects: list) })
  }

  /// Names of the example's clusters.
  static let exampleClusters = ["shop-prod", "shop-stage"]

  /// A shop with a front end, catalogue, cart, payment, monitoring and DNS in
  /// two clusters, segmented by policies of all four categories in the shapes
  /// that NSX itself supports on Antrea clusters.
  public static let example = Estate(
    nsxObjects: EstateServices.all + exampleClusters.map(EstateBuilder.controlPlane)
      + EstateGroups.all + EstatePolicies.all + EstateRequests.all,
    memberIPs: EstateGroups.memberIPs,
    clusters: exampleClusters.enumerated().map { index, name in
      (name: name, objects: EstateCluster(name: name, number: index + 1).objects)
    })
}
