/// Everything that `doctor` looks at. The codes are stable: they stand in its JSON
/// and in `docs/doctor.md`, which a test writes from this table.
public enum DoctorCheck: String, Sendable, Hashable, CaseIterable {
  // The place where the tool runs.
  case configuration
  case repository
  case repositoryLock = "repository-lock"
  case repositoryRead = "repository-read"
  case repositoryPush = "repository-push"
  // NSX.
  case nsxReachable = "nsx-reachable"
  case nsxCertificate = "nsx-certificate"
  case nsxClock = "nsx-clock"
  case nsxNodes = "nsx-nodes"
  case nsxVersion = "nsx-version"
  case nsxRights = "nsx-rights"
  case nsxLimits = "nsx-limits"
  // Each cluster.
  case clusterReachable = "cluster-reachable"
  case clusterCertificate = "cluster-certificate"
  case clusterClock = "cluster-clock"
  case clusterVersion = "cluster-version"
  case clusterRights = "cluster-rights"
  case controlPlane = "control-plane"
  case antreaVersion = "antrea-version"
  case antreaController = "antrea-controller"
  case antreaAgents = "antrea-agents"
  case antreaGates = "antrea-gates"
  case antreaKinds = "antrea-kinds"
  case antreaDefinitions = "antrea-definitions"
  case antreaAPIs = "antrea-apis"
  case antreaWebhooks = "antrea-webhooks"
  case tiers
  case vendorAdapter = "vendor-adapter"
  case fieldManagers = "field-managers"
  case lease
  case lastRun = "last-run"
  case leftovers

  /// Where a check looks.
  public enum Area: String, Sendable, Hashable, CaseIterable {
    /// Where the tool runs.
    case site
    /// The NSX Managers.
    case nsx
    /// One cluster.
    case cluster

    /// The heading in the documentation.
    public var title: String {
      switch self {
      case .site: "Where the tool runs"
      case .nsx: "NSX"
      case .cluster: "Each cluster"
      }
    }
  }

  /// Where it looks.
  public var area: Area {
    switch self {
    case .configuration, .repository, .repositoryLock, .repositoryRead, .repositoryPush: .site
    case .nsxReachable, .nsxCertificate, .nsxClock, .nsxNodes, .nsxVersion, .nsxRights, .nsxLimits:
      .nsx
    default: .cluster
    }
  }

  /// What is looked at.
  public var what: String { text.what }
  /// Why it matters.
  public var why: String { text.why }
  /// How to mend it.
  public var mend: String { text.mend }
}
