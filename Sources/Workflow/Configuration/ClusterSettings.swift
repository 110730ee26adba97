import AntreaModel
import Documents
import Failures

/// One cluster of the configuration file.
public struct ClusterSettings: Sendable, Hashable {
  /// Name: the folder `clusters/<name>` of the repository.
  public var name: String
  /// Id or path of the NSX control plane whose spanned policies are taken;
  /// default: the name.
  public var controlPlane: String?
  /// Policies for a cluster that NSX does not know.
  public var select: Selection?
  /// Kubeconfig file, as written; default: `KUBECONFIG`, then `~/.kube/config`.
  public var kubeconfig: String?
  /// Context of the kubeconfig; default: its current one.
  public var context: String?
  /// Whether to use the service account of the pod that runs the tool.
  public var inCluster: Bool
  /// `external_id` of the cluster's inventory in NSX; default: that of an
  /// existing one with this name, else a UUID made from the name.
  public var inventoryID: String?
  /// `cluster_type` in NSX's inventory, for example `TKGm`; default: what the
  /// Nodes tell.
  public var clusterType: String?
  /// `infra_type` in NSX's inventory, for example `vSphere`; default: what the
  /// Nodes' provider ids tell.
  public var infrastructure: String?

  /// Networks of the cluster's pods (CIDRs), so that addresses outside are
  /// known to be no pod's, and those inside to be pods' or Nodes'; empty where
  /// that is not known.
  public var podNetworks: [String]
  /// Networks of its Nodes outside those of the pods (CIDRs), so that excluded
  /// addresses are known to be no Node's; empty where that is not known.
  public var nodeNetworks: [String]
  /// `IPv4`, `IPv6`: the families that its pods have addresses of; empty where
  /// that is not known.
  public var families: [String]

  /// Which policies a cluster without control plane gets. Every criterion that
  /// is given must hold; within one, any value suffices.
  public struct Selection: Sendable, Hashable {
    /// Categories, for example `Application`.
    public var categories: [String]
    /// Tags as `scope|tag`; `|tag` for any scope.
    public var tags: [String]
    /// Paths of policies; a `*` at the end matches every path that begins so.
    public var paths: [String]
  }

  /// Creates settings for a cluster that only has a name.
  public init(name: String, controlPlane: String? = nil, select: Selection? = nil) {
    self.name = name
    self.controlPlane = controlPlane
    self.select = select
    self.inCluster = false
    podNetworks = []
    nodeNetworks = []
    families = []
  }

  /// Reads one element of `clusters`.
  init(_ value: JSONValue, at place: String) throws {
    guard let object = value.object else {
      throw Failure(.usage, subject: place, cause: "is not a mapping", remedy: Settings.hint)
    }
    let known = [
      "name", "controlPlane", "select", "kubeconfig", "context", "inCluster", "inventoryID",
      "clusterType", "infrastructure", "podNetworks", "nodeNetworks", "families",
    ]
    for key in object.keys where !known.contains(key) {
      throw Failure(
        .usage, subject: "\(place).\(key)", cause: "is not a setting of a cluster",
        remedy: "known are \(known.joined(separator: ", "))")
    }
    func text(_ key: String) throws -> String? {
      guard let value = object[key], !value.isNull else { return nil }
      guard let text = value.string, !text.isEmpty else {
        throw Failure(.usage, subject: "\(place).\(key)", cause: "is not a text")
      }
      return text
    }
    guard let name = try text("name") else {
      throw Failure(.usage, subject: "\(place).name", cause: "is missing", remedy: Settings.hint)
    }
    guard Self.isFolderName(name) else {
      throw Failure(
        .usage, subject: "\(place).name", cause: "`\(name)` cannot be the name of a folder",
        remedy: "use letters, digits, `-`, `_` and `.`")
    }
    self.name = name
    controlPlane = try text("controlPlane")
    kubeconfig = try text("kubeconfig")
    context = try text("context")
    inventoryID = try text("inventoryID")
    clusterType = try Self.word(
      try text("clusterType"), of: Self.clusterTypes, at: "\(place).clusterType")
    infrastructure = try Self.word(
      try text("infrastructure"), of: Self.infrastructures, at: "\(place).infrastructure")
    podNetworks = try Self.texts(object["podNetworks"], at: "\(place).podNetworks")
    nodeNetworks = try Self.texts(object["nodeNetworks"], at: "\(place).nodeNetworks")
    families = try Self.texts(object["families"], at: "\(place).families")
    for (key, networks) in [("podNetworks", podNetworks), ("nodeNetworks", nodeNetworks)] {
      for network in networks where CIDR(network) == nil {
        throw Failure(
          .usage, subject: "\(place).\(key)", cause: "`\(network)` is not a CIDR",
          remedy: "for example 10.10.0.0/16")
      }
    }
    for family in families where !["IPv4", "IPv6"].contains(family) {
      throw Failure(.usage, subject: "\(place).families", cause: "`\(family)` is not IPv4 or IPv6")
    }
    inCluster = false
    if let value = object["inCluster"], !value.isNull {
      guard let flag = value.bool else {
        throw Failure(.usage, subject: "\(place).inCluster", cause: "is not true or false")
      }
      inCluster = flag
    }
    select = try object["select"].map { try Selection($0, at: "\(place).select") }
    if select != nil, controlPlane != nil {
      throw Failure(
        .usage, subject: place, cause: "has both `controlPlane` and `select`",
        remedy: "a cluster takes the policies spanned to its control plane, or selected ones")
    }
  }

  /// NSX's cluster types, as it spells them.
  private static let clusterTypes = [
    "AKS", "EKS", "GKE", "Gardener", "Kubernetes", "Openshift", "Other", "PAS", "PKS", "Rancher",
    "SupervisorCluster", "TAS", "TKGi", "TKGm", "WCP", "WCP_Guest", "WorkloadCluster",
  ]
  /// NSX's infrastructure types.
  private static let infrastructures = [
    "AWS", "Azure", "Baremetal", "Google", "KVM", "VMC", "vSphere",
  ]

  private static func word(_ text: String?, of words: [String], at place: String) throws -> String?
  {
    guard let text, !words.contains(text) else { return text }
    throw Failure(
      .usage, subject: place, cause: "`\(text)` is no value that NSX knows",
      remedy: "one of \(words.joined(separator: ", "))")
  }

  static func texts(_ value: JSONValue?, at place: String) throws -> [String] {
    guard let value, !value.isNull else { return [] }
    guard let list = value.array?.compactMap(\.string), list.count == value.array?.count else {
      throw Failure(.usage, subject: place, cause: "is not a list of texts")
    }
    return list
  }

  /// Whether a name is one safe component of a path.
  public static func isFolderName(_ name: String) -> Bool {
    !name.isEmpty && name != "." && name != ".." && name.utf8.count <= 100
      && name.first != "-" && name.first != "."
      && name.utf8.allSatisfy { byte in
        (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57) || byte == 45
          || byte == 46 || byte == 95
      }
  }
}

extension ClusterSettings.Selection {
  init(_ value: JSONValue, at place: String) throws {
    guard let object = value.object else {
      throw Failure(.usage, subject: place, cause: "is not a mapping")
    }
    func list(_ key: String) throws -> [String] {
      try ClusterSettings.texts(object[key], at: "\(place).\(key)")
    }
    for key in object.keys where !["categories", "tags", "paths"].contains(key) {
      throw Failure(
        .usage, subject: "\(place).\(key)", cause: "is not a criterion",
        remedy: "known are categories, tags and paths")
    }
    categories = try list("categories")
    tags = try list("tags")
    paths = try list("paths")
    if categories.isEmpty, tags.isEmpty, paths.isEmpty {
      throw Failure(
        .usage, subject: place, cause: "selects nothing",
        remedy: "give categories, tags or paths")
    }
  }
}
