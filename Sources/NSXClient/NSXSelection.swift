import Documents

/// Which security policies a pull reads.
public struct NSXSelection: Sendable, Hashable {
  /// Which policies are read because of their container-cluster-span.
  public enum Spans: Sendable, Hashable {
    /// Every policy with at least one span.
    case any
    /// Those spanned to these control planes, by path, id or display name.
    case controlPlanes(Set<String>)
    /// None; only the filters choose.
    case none
  }

  /// Chooses policies without regard to their spans. The parts that are given
  /// must all match. A default section is chosen by its path alone.
  public struct Filter: Sendable, Hashable {
    /// Categories, or empty for any.
    public var categories: Set<String>
    /// Tags of which the policy must have all; without `tag`, any value.
    public var tags: [Tag]
    /// Policy paths, or empty for any.
    public var paths: Set<String>

    /// Creates a filter; one without any part chooses nothing.
    public init(categories: Set<String> = [], tags: [Tag] = [], paths: Set<String> = []) {
      self.categories = categories
      self.tags = tags
      self.paths = paths
    }
  }

  /// A tag to look for.
  public struct Tag: Sendable, Hashable {
    /// The scope, or `nil` for any.
    public var scope: String?
    /// The value, or `nil` for any.
    public var tag: String?

    /// Creates a tag to look for.
    public init(scope: String? = nil, tag: String? = nil) {
      self.scope = scope
      self.tag = tag
    }
  }

  /// The spans that choose a policy.
  public var spans: Spans
  /// The filters; a policy that one of them chooses is read.
  public var filters: [Filter]

  /// Creates a selection.
  public init(spans: Spans = .any, filters: [Filter] = []) {
    self.spans = spans
    self.filters = filters
  }
}

extension NSXSelection.Filter {
  func chooses(_ policy: JSONValue) -> Bool {
    if categories.isEmpty && tags.isEmpty && paths.isEmpty { return false }
    let path = policy["path"]?.string ?? ""
    if !paths.isEmpty && !paths.contains(path) { return false }
    if paths.isEmpty && policy["is_default"]?.bool == true { return false }
    // A policy without a category is one of Application.
    let category = policy["category"]?.string ?? "Application"
    if !categories.isEmpty && !categories.contains(category) { return false }
    let owned = policy["tags"]?.array ?? []
    return tags.allSatisfy { wanted in
      owned.contains { tag in
        (wanted.scope == nil || wanted.scope == tag["scope"]?.string ?? "")
          && (wanted.tag == nil || wanted.tag == tag["tag"]?.string ?? "")
      }
    }
  }
}

extension NSXSelection {
  /// Whether a listed policy is read, given its spans.
  ///
  /// - Parameter controlPlanes: the ClusterControlPlane objects, which give
  ///   display names.
  func chooses(_ policy: JSONValue, spans owned: [JSONValue], controlPlanes: [JSONValue]) -> Bool {
    if filters.contains(where: { $0.chooses(policy) }) { return true }
    switch spans {
    case .none: return false
    case .any: return !owned.isEmpty
    case .controlPlanes(let wanted):
      return owned.contains { span in
        guard let path = span["container_cluster_path"]?.string else { return false }
        if wanted.contains(path) { return true }
        if let id = path.split(separator: "/").last, wanted.contains(String(id)) { return true }
        let plane = controlPlanes.first { $0["path"]?.string == path }
        return [plane?["id"]?.string, plane?["display_name"]?.string].contains { name in
          name.map(wanted.contains) ?? false
        }
      }
    }
  }
}
