import AntreaModel

/// What NSX calls the objects and rules of a cluster.
public struct PlanNames: Sendable {
  /// What NSX calls one object.
  public struct Entry: Sendable, Hashable {
    /// Display name.
    public var displayName: String
    /// NSX path.
    public var path: String
    /// Display names of rules by rule name.
    public var rules: [String: String]

    /// Creates an entry.
    public init(displayName: String, path: String, rules: [String: String] = [:]) {
      self.displayName = displayName
      self.path = path
      self.rules = rules
    }
  }

  private let lookup: @Sendable (KubernetesObject.Reference) -> Entry?

  /// Names from a lookup, for example in `provenance.json`.
  public init(_ lookup: @escaping @Sendable (KubernetesObject.Reference) -> Entry?) {
    self.lookup = lookup
  }

  /// No names but those in the annotations of the objects.
  public static let none = PlanNames { _ in nil }

  /// The entry of an object.
  public func entry(of reference: KubernetesObject.Reference) -> Entry? { lookup(reference) }

  /// The display name of a group in quotes, or its object name.
  func group(_ name: String) -> String {
    let reference = KubernetesObject.Reference(
      group: "crd.antrea.io", kind: "ClusterGroup", name: name)
    return lookup(reference).map { "\"\($0.displayName)\"" } ?? name
  }
}
