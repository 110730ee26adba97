/// What an API server serves.
public struct ServerDiscovery: Sendable, Hashable {
  /// One group with its versions in the server's order of preference.
  public struct Group: Sendable, Hashable {
    /// Name, empty for the core group.
    public var name: String
    /// The versions, the preferred one first.
    public var versions: [String]
  }

  /// The groups.
  public var groups: [Group]
  /// Every resource in every version; subresources are left out.
  public var resources: [APIResource]
  /// `group/version`s whose resources the server could not tell, for example
  /// because an aggregated API is down. A kind missing from ``resources`` may
  /// exist in one of these.
  public var incomplete: Set<String>

  /// Creates a result.
  public init(groups: [Group], resources: [APIResource], incomplete: Set<String> = []) {
    self.groups = groups
    self.resources = resources
    self.incomplete = incomplete
  }

  /// The versions of a group that serve a kind, the preferred one first.
  public func servedVersions(group: String, kind: String) -> [String] {
    let serving = Set(resources.filter { $0.group == group && $0.kind == kind }.map(\.version))
    return servedVersions(group: group).filter(serving.contains)
  }

  /// The versions of a group, the preferred one first; empty for an unknown group.
  public func servedVersions(group: String) -> [String] {
    groups.first { $0.name == group }?.versions ?? []
  }

  /// The resource of a kind.
  ///
  /// - Parameter version: `nil` for the preferred one that serves the kind.
  public func resource(group: String, kind: String, version: String? = nil) -> APIResource? {
    guard let version = version ?? servedVersions(group: group, kind: kind).first else {
      return nil
    }
    return resources.first { $0.group == group && $0.kind == kind && $0.version == version }
  }

  /// Whether a group's resources are known without a gap.
  public func isComplete(group: String) -> Bool {
    !incomplete.contains { group.isEmpty ? !$0.contains("/") : $0.hasPrefix("\(group)/") }
  }
}
