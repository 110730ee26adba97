import AntreaModel
import Documents
import Translation

/// Where NSX objects stand in the rendered tree of a cluster.
public struct TreeLocations: Sendable {
  /// A place in a file.
  public struct Location: Sendable, Hashable {
    /// The path of the file in the repository.
    public var file: String
    /// The line, from 1.
    public var line: Int
  }

  private let folder: String
  private var files: [String: String] = [:]
  private var policies: [String: ClusterNetworkPolicy] = [:]
  /// The Antrea rules of each NSX rule.
  private var rules: [String: Set<String>] = [:]
  private var lines: [String: [String: Int]] = [:]

  /// Finds the files of a translation.
  public init(_ translation: Translation) {
    folder = "clusters/\(translation.cluster)"
    let children = Set(translation.clusterGroups.flatMap { $0.childNames })
    for group in translation.clusterGroups where !children.contains(group.metadata.name) {
      guard let path = translation.provenance[group.reference]?.path else { continue }
      // Of a group of which only parts are rendered, the first.
      files[path] = files[path] ?? Renderer.file(of: group)
    }
    for item in translation.policies {
      guard let origin = translation.provenance[item.policy.reference] else { continue }
      files[origin.path] = Renderer.file(of: item)
      policies[origin.path] = item.policy
      for (name, rule) in origin.rules { rules[rule.path, default: []].insert(name) }
    }
  }

  /// Where a policy or a group stands, and where a rule does in its policy. What
  /// is not rendered is told in `findings.json`.
  public mutating func location(path: String, rule: String?) -> Location {
    guard let file = files[path] else {
      return Location(file: "\(folder)/findings.json", line: 1)
    }
    var line: Int?
    if let rule, let names = rules[rule] {
      line = names.compactMap { self.lines(of: path)[$0] }.min()
    }
    return Location(file: "\(folder)/\(file)", line: line ?? 1)
  }

  /// The lines of a policy's file that name its rules.
  private mutating func lines(of path: String) -> [String: Int] {
    if let known = lines[path] { return known }
    guard let policy = policies[path] else { return [:] }
    var found: [String: Int] = [:]
    let text = String(decoding: YAMLWriter.document(policy.document), as: UTF8.self)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, words[0] == "name:" else { continue }
      let name = words[1].filter { $0 != "\"" }
      found[name] = found[name] ?? index + 1
    }
    lines[path] = found
    return found
  }
}

extension ClusterGroup {
  fileprivate var childNames: [String] {
    if case .children(let names) = members { names } else { [] }
  }
}
