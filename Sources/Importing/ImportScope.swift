/// Where in NSX the imported policies of a cluster go.
public struct ImportScope: Sendable, Hashable {
  /// The cluster's name, which stands in names and tags.
  public var cluster: String
  /// The path of its control plane, which the policies span.
  public var controlPlane: String
  /// The path of the domain.
  public var domain: String
  /// The uid of the cluster's namespace kube-system, which tells it from another of
  /// its name; `nil` where it is not known.
  public var clusterUID: String?

  /// Creates a scope.
  public init(
    cluster: String, controlPlane: String, domain: String = "/infra/domains/default",
    clusterUID: String? = nil
  ) {
    self.cluster = cluster
    self.controlPlane = controlPlane
    self.domain = domain
    self.clusterUID = clusterUID
  }

  /// The path of a group.
  func group(_ id: String) -> String { "\(domain)/groups/\(id)" }

  /// The path of a policy.
  func policy(_ id: String) -> String { "\(domain)/security-policies/\(id)" }

  /// The first bytes of a name, as many as NSX's own import keeps of each part.
  ///
  /// Names of Kubernetes are ASCII, so that no character is cut in two.
  static func cut(_ name: String) -> String {
    String(decoding: name.utf8.prefix(12), as: UTF8.self)
  }

  /// What the ids of a policy's groups begin with: NSX's own scheme.
  func stem(namespace: String, uid: String) -> String {
    Self.joined([Self.cut(cluster), Self.cut(namespace), uid])
  }

  /// What the ids of a policy's two security policies begin with.
  func policyStem(namespace: String, name: String, uid: String) -> String {
    Self.joined([Self.cut(cluster), Self.cut(namespace), Self.cut(name), uid])
  }

  /// A policy of the whole cluster has no namespace.
  private static func joined(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "-")
  }

  /// The same of an original.
  func stem(of source: ImportSource) -> String {
    stem(namespace: source.namespace, uid: source.uid)
  }

  /// The same of an original.
  func policyStem(of source: ImportSource) -> String {
    policyStem(namespace: source.namespace, name: source.name, uid: source.uid)
  }
}
