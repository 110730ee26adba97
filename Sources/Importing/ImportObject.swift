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
  /// of the original, which cannot be cut where they all fit.
  static func displayName(_ scope: ImportScope, _ source: ImportSource, _ part: String) -> String {
    let stem = "\(scope.cluster)/\(source.namespace)/\(source.name)"
    let rest = part.isEmpty ? "" : " \(part)"
    return String(stem.prefix(255 - rest.count)) + rest
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
}

/// What one policy of the cluster becomes.
public struct ImportedPolicy: Sendable, Hashable {
  /// The original.
  public var source: ImportSource
  /// The groups that its rules and scopes use.
  public var groups: [ImportObject]
  /// What it lets through; `nil` where it lets nothing through.
  public var allow: ImportSection?
  /// What stops the rest: it must come after every `allow` of its namespace,
  /// because NSX takes the first match where Kubernetes takes the union.
  public var drop: ImportSection?

  /// Both sections that there are.
  public var sections: [ImportSection] { [allow, drop].compactMap(\.self) }
}
