import AntreaModel

/// The cluster that a snapshot is translated for.
public struct ClusterTarget: Sendable, Hashable {
  /// Which policies belong to the cluster.
  public enum Selection: Sendable, Hashable {
    /// Those that span this control plane, given by id or path.
    case controlPlane(String)
    /// Those of one of these categories, with one of these tags and at one of
    /// these paths; an empty list does not restrict. A tag is `scope|tag`,
    /// where an empty side stands for any, or a tag alone; a path that ends
    /// with `*` stands for all that begin so. For a cluster that NSX does not
    /// know.
    case filter(categories: [String], tags: [String], paths: [String])
  }

  /// The cluster's name in the repository and in reports.
  public var name: String
  /// Which policies belong to it.
  public var selection: Selection
  /// The networks of its pods, where they are known: addresses outside are
  /// known to be no pod's, and those inside to be pods' or Nodes'.
  public var podNetworks: [CIDR]?
  /// The networks of its Nodes outside ``podNetworks``, where they are known.
  public var nodeNetworks: [CIDR]?
  /// The families its pods have addresses of; `nil` where that is unknown.
  public var families: Set<IPFamily>?

  /// Creates a target.
  public init(
    name: String, selection: Selection, podNetworks: [CIDR]? = nil,
    nodeNetworks: [CIDR]? = nil, families: Set<IPFamily>? = nil
  ) {
    self.name = name
    self.selection = selection
    self.podNetworks = podNetworks
    self.nodeNetworks = nodeNetworks
    self.families = families
  }
}
