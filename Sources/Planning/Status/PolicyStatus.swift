import AntreaModel
import Documents

/// Where one NSX policy has got to, on its way from NSX to the nodes.
public struct PolicyStatus: Sendable, Hashable {
  /// What the rendered tree has of it.
  public enum GitState: String, Sendable, Hashable, CaseIterable {
    /// What NSX says; where NSX was not asked, what was rendered.
    case current
    /// Something else than NSX says now.
    case outdated
    /// Nothing.
    case missing
    /// What NSX has no more.
    case stale
    /// Nothing, because it cannot be translated.
    case refused
  }

  /// What the cluster has of it.
  public enum ClusterState: String, Sendable, Hashable, CaseIterable {
    /// What the tree says, groups included.
    case current
    /// Something else.
    case different
    /// Nothing.
    case missing
    /// What is in the tree no more.
    case stale
    /// Something else, which may not be changed.
    case blocked
    /// It is not wanted there.
    case absent
  }

  /// NSX path; the name of the object where it bears none.
  public var path: String
  /// Name in NSX.
  public var displayName: String
  /// Name of its tier; empty where it is not known.
  public var tier: String
  /// Whether NSX has it for this cluster; `nil` where NSX was not asked.
  public var isInNSX: Bool?
  /// What the tree has.
  public var git: GitState
  /// What the cluster has.
  public var cluster: ClusterState
  /// How far its objects in the cluster are realized; a policy may need several.
  public var objects: [ObjectRealization]
  /// Groups that it uses and whose members are not computed.
  public var pendingGroups: [KubernetesObject.Reference]

  /// Creates a status.
  public init(
    path: String, displayName: String, tier: String, isInNSX: Bool? = nil, git: GitState,
    cluster: ClusterState,
    objects: [ObjectRealization] = [], pendingGroups: [KubernetesObject.Reference] = []
  ) {
    self.path = path
    self.displayName = displayName
    self.tier = tier
    self.isInNSX = isInNSX
    self.git = git
    self.cluster = cluster
    self.objects = objects
    self.pendingGroups = pendingGroups
  }

  /// Whether the nodes do what NSX says, as far as it is known.
  public var isGood: Bool {
    git == .current && cluster == .current && pendingGroups.isEmpty
      && objects.allSatisfy(\.isDone)
  }

  /// The object that is the least realized.
  public var slowest: ObjectRealization? {
    let order: [ObjectRealization.State] = [
      .missing, .failed, .pending, .realizing, .realized, .unreported, .noTargets,
    ]
    return objects.min { left, right in
      let (a, b) = (order.firstIndex(of: left.state) ?? 0, order.firstIndex(of: right.state) ?? 0)
      if a != b { return a < b }
      let missing = (
        left.desiredNodes - left.currentNodes, right.desiredNodes - right.currentNodes
      )
      return missing.0 > missing.1
    }
  }

  /// The status in JSON.
  public var document: JSONValue {
    [
      "path": .string(path), "displayName": .string(displayName), "tier": .string(tier),
      "nsx": isInNSX.map { .bool($0) } ?? .null, "git": .string(git.rawValue),
      "cluster": .string(cluster.rawValue),
      "isGood": .bool(isGood), "objects": .array(objects.map(\.document)),
      "pendingGroups": .array(pendingGroups.map { .string($0.name) }),
    ]
  }
}
