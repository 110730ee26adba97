import Documents

/// An object of NSX's Policy API as an import wants it.
public struct ImportObject: Sendable, Hashable {
  /// What it is.
  public enum Kind: String, Sendable, Hashable {
    /// A group.
    case group = "Group"
    /// A security policy without its rules.
    case policy = "SecurityPolicy"
    /// A rule.
    case rule = "Rule"
    /// The span of a policy to a cluster.
    case span = "SecurityPolicyContainerCluster"
  }

  /// NSX path.
  public var path: String
  /// What it is.
  public var type: Kind
  /// What is sent: no member that NSX makes.
  public var document: JSONValue

  /// Creates an object.
  public init(path: String, type: Kind, document: JSONValue) {
    self.path = path
    self.type = type
    self.document = document
  }

  /// `id`.
  public var id: String { document["id"]?.string ?? "" }
  /// `display_name`.
  public var displayName: String { document["display_name"]?.string ?? id }

  /// A name for people within NSX's 255 characters: cluster, namespace and name
  /// of the original. Where they do not fit, a hash of all that was cut stands at
  /// the end of what is left, so that no two are alike.
  static func displayName(_ scope: ImportScope, _ source: ImportSource, _ part: String) -> String {
    let stem = [scope.cluster, source.namespace, source.name].filter { !$0.isEmpty }
      .joined(separator: "/")
    let rest = part.isEmpty ? "" : " \(part)"
    if stem.count + rest.count <= 255 { return stem + rest }
    let hash = hexText(SHA256.hash(stem.utf8).prefix(4))
    return "\(stem.prefix(255 - rest.count - hash.utf8.count - 1))-\(hash)\(rest)"
  }
}

/// A security policy with what hangs below it.
public struct ImportSection: Sendable, Hashable {
  /// The policy, without `sequence_number` and `rules`.
  public var policy: ImportObject
  /// Its rules in order.
  public var rules: [ImportObject]
  /// Its span.
  public var span: ImportObject

  /// A policy of the category Application that spans the cluster.
  static func make(
    path: String, part: String, targets: [String], rules: [ImportObject], source: ImportSource,
    scope: ImportScope
  ) -> ImportSection {
    ImportSection(
      policy: ImportObject(
        path: path, type: .policy,
        document: [
          "resource_type": "SecurityPolicy",
          "id": .string(path.split(separator: "/").last.map(String.init) ?? ""),
          "display_name": .string(ImportObject.displayName(scope, source, part)),
          "description": .string("Imported from \(source.reference) of cluster \(scope.cluster)"),
          "category": "Application", "stateful": true,
          "scope": .array(targets.map { .string($0) }),
          "tags": ImportTags.of(source, scope),
        ]), rules: rules,
      span: ImportObject(
        path: "\(path)/container-cluster-span/\(scope.cluster)", type: .span,
        document: [
          "resource_type": "SecurityPolicyContainerCluster", "id": .string(scope.cluster),
          "display_name": .string(scope.cluster), "container_cluster_type": "ANTREA",
          "container_cluster_path": .string(scope.controlPlane),
        ]))
  }
}

/// What one policy of the cluster becomes.
public struct ImportedPolicy: Sendable, Hashable {
  /// What ends the id of the rules of a policy of Antrea.
  static let rulesPart = "rules"
  /// The same in the baseline tier, which comes after all others.
  static let baselinePart = "baseline"

  /// The original.
  public var source: ImportSource
  /// The groups that its rules and scopes use.
  public var groups: [ImportObject]
  /// What it lets through; `nil` where it lets nothing through.
  public var allow: ImportSection?
  /// What stops the rest: it must come after every `allow` of its namespace,
  /// because NSX takes the first match where Kubernetes takes the union.
  public var drop: ImportSection?

  /// The rules of one of Antrea's policies, in their order.
  public var ordered: ImportSection?
  /// Where that one stands among them; `nil` for Kubernetes' own.
  public var place: AntreaTiers.Place?

  /// The sections that there are.
  public var sections: [ImportSection] { [ordered, allow, drop].compactMap(\.self) }
}
