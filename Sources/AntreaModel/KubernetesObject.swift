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
  public let document: JSONValue
  private let identity: Identity

  /// The identity, found once: planning asks for it all the time. A class, so
  /// that a copy of the object counts one reference and not one for each string.
  private final class Identity: Sendable {
    let reference: Reference

    init(_ reference: Reference) { self.reference = reference }
  }

  /// Wraps a document.
  ///
  /// - Returns: `nil` where `apiVersion`, `kind` or `metadata.name` is missing.
  public init?(_ document: JSONValue) {
    let metadata = document["metadata"]
    guard let version = document["apiVersion"]?.string, !version.isEmpty,
      let kind = document["kind"]?.string, !kind.isEmpty,
      let name = metadata?["name"]?.string, !name.isEmpty
    else { return nil }
    self.document = document
    let group = version.split(separator: "/", maxSplits: 1)
    let namespace = metadata?["namespace"]?.string
    identity = Identity(
      Reference(
        group: group.count == 2 ? String(group[0]) : "", kind: kind,
        namespace: namespace?.isEmpty == false ? namespace : nil, name: name))
  }

  /// `group/version`, or the version alone for the core group.
  public var apiVersion: String { document["apiVersion"]?.string ?? "" }
  /// The kind.
  public var kind: String { identity.reference.kind }
  /// The name.
  public var name: String { identity.reference.name }
  /// The namespace; `nil` for a cluster-scoped object.
  public var namespace: String? { identity.reference.namespace }
  /// `metadata.uid` of a live object.
  public var uid: String? { document[path: "metadata", "uid"]?.string }
  /// `metadata.resourceVersion` of a live object.
  public var resourceVersion: String? { document[path: "metadata", "resourceVersion"]?.string }
  /// `metadata.labels`; values that are not strings are left out.
  public var labels: [String: String] { strings("labels") }
  /// `metadata.annotations`; values that are not strings are left out.
  public var annotations: [String: String] { strings("annotations") }

  /// The identity of the object.
  public var reference: Reference { identity.reference }

  /// One of ``labels``.
  public func label(_ key: String) -> String? { document["metadata"]?["labels"]?[key]?.string }

  /// One of ``annotations``.
  public func annotation(_ key: String) -> String? {
    document["metadata"]?["annotations"]?[key]?.string
  }

  /// Objects with equal documents are equal.
  public static func == (left: Self, right: Self) -> Bool { left.document == right.document }

  /// The identity tells objects apart well enough.
  public func hash(into hasher: inout Hasher) { hasher.combine(identity.reference) }

  private func strings(_ key: String) -> [String: String] {
    var result: [String: String] = [:]
    for member in document[path: "metadata", key]?.object?.members ?? [] {
      if let value = member.value.string { result[member.key] = value }
    }
    return result
  }
}
