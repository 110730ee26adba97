import Documents

/// Any Kubernetes object as a document, with its identity at hand.
public struct KubernetesObject: Sendable, Hashable {
  /// Identity of an object: its API group, kind, namespace and name. The
  /// version is not part of it: `v1alpha1` and `v1beta1` name the same object.
  public struct Reference: Sendable, Hashable, CustomStringConvertible {
    /// API group, empty for the core group.
    public var group: String
    /// Kind, for example `ClusterNetworkPolicy`.
    public var kind: String
    /// Namespace; `nil` for a cluster-scoped object.
    public var namespace: String?
    /// Name.
    public var name: String

    /// Creates a reference.
    public init(group: String, kind: String, namespace: String? = nil, name: String) {
      self.group = group
      self.kind = kind
      self.namespace = namespace
      self.name = name
    }

    /// `Kind/name` or `Kind/namespace/name`.
    public var description: String {
      namespace.map { "\(kind)/\($0)/\(name)" } ?? "\(kind)/\(name)"
    }
  }

  /// The whole document.
  public var document: JSONValue

  /// Wraps a document.
  ///
  /// - Returns: `nil` where `apiVersion`, `kind` or `metadata.name` is missing.
  public init?(_ document: JSONValue) {
    guard document["apiVersion"]?.string?.isEmpty == false,
      document["kind"]?.string?.isEmpty == false,
      document[path: "metadata", "name"]?.string?.isEmpty == false
    else { return nil }
    self.document = document
  }

  /// `group/version`, or the version alone for the core group.
  public var apiVersion: String { document["apiVersion"]?.string ?? "" }
  /// The kind.
  public var kind: String { document["kind"]?.string ?? "" }
  /// The name.
  public var name: String { document[path: "metadata", "name"]?.string ?? "" }
  /// The namespace; `nil` for a cluster-scoped object.
  public var namespace: String? {
    let namespace = document[path: "metadata", "namespace"]?.string
    return namespace?.isEmpty == false ? namespace : nil
  }
  /// `metadata.uid` of a live object.
  public var uid: String? { document[path: "metadata", "uid"]?.string }
  /// `metadata.resourceVersion` of a live object.
  public var resourceVersion: String? { document[path: "metadata", "resourceVersion"]?.string }
  /// `metadata.labels`; values that are not strings are left out.
  public var labels: [String: String] { strings("labels") }
  /// `metadata.annotations`; values that are not strings are left out.
  public var annotations: [String: String] { strings("annotations") }

  /// The identity of the object.
  public var reference: Reference {
    let group = apiVersion.split(separator: "/", maxSplits: 1)
    return Reference(
      group: group.count == 2 ? String(group[0]) : "", kind: kind, namespace: namespace, name: name)
  }

  private func strings(_ key: String) -> [String: String] {
    var result: [String: String] = [:]
    for member in document[path: "metadata", key]?.object?.members ?? [] {
      if let value = member.value.string { result[member.key] = value }
    }
    return result
  }
}
