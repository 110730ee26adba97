import AntreaModel
import Documents

/// What a cluster says about itself that decides which policies a flow falls
/// under: pods, namespaces, Services and Nodes.
///
/// It reads objects as the API returns them, one by one or in lists. What it
/// cannot read it leaves out and says so in ``problems``: a judgement over a
/// world with gaps must tell of them.
public struct ClusterInventory: Sendable {
  /// Something that was left out or completed.
  public struct Problem: Sendable, Hashable, CustomStringConvertible {
    /// `Kind/name` or `Kind/namespace/name`.
    public var object: String
    /// What about it could not be read.
    public var reason: String

    /// One line.
    public var description: String { "\(object): \(reason)" }
  }

  /// The pods that have an address and have not ended, by namespace and name.
  public internal(set) var workloads: [Workload] = []
  /// The Services, by namespace and name.
  public internal(set) var services: [KubernetesService] = []
  /// The Nodes, by name.
  public internal(set) var nodes: [Node] = []
  /// The labels of the namespaces by name, with
  /// ``Workload/namespaceNameLabel``.
  public internal(set) var namespaces: [String: [String: String]] = [:]
  /// The names by which the cluster's own resolver knows pods: those of headless
  /// Services, and of pods with a subdomain.
  public internal(set) var hostNames: [IPAddress: Set<String>] = [:]
  /// What could not be read, in the order of the documents.
  public internal(set) var problems: [Problem] = []

  /// Reads objects; kinds that have nothing to do with endpoints are left out.
  ///
  /// - Parameters:
  ///   - documents: objects or lists of objects, in any order.
  ///   - clusterDomain: the domain of the cluster's own names.
  public init(_ documents: some Sequence<JSONValue>, clusterDomain: String = "cluster.local") {
    var reader = InventoryReader(clusterDomain: clusterDomain)
    for document in documents { reader.read(document) }
    self = reader.finish()
  }

  /// Reads objects; kinds that have nothing to do with endpoints are left out.
  public init(_ objects: [KubernetesObject], clusterDomain: String = "cluster.local") {
    self.init(objects.lazy.map(\.document), clusterDomain: clusterDomain)
  }

  init() {}

  /// The endpoints of the cluster, with further addresses.
  ///
  /// - Parameter hostNames: names of addresses outside the cluster.
  public func world(
    addresses: [IPAddress] = [], hostNames outside: [IPAddress: Set<String>] = [:]
  ) -> World {
    World(
      workloads: workloads, addresses: addresses, nodes: nodes,
      hostNames: hostNames.merging(outside) { $0.union($1) })
  }

  /// A Service by its name.
  public func service(_ name: KubernetesService.Name) -> KubernetesService? {
    services.first { $0.id == name }
  }
}
