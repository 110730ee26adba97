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
  /// The policies that an NSX policy became: rules on IGMP stand in one of their
  /// own, which comes last.
  private var policies: [String: [TranslatedPolicy]] = [:]
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
    // The names of policies that were split begin with those of their first parts.
    for item in translation.policies {
      guard let origin = translation.provenance[item.policy.reference] else { continue }
      policies[origin.path, default: []].append(item)
      for (name, rule) in origin.rules { rules[rule.path, default: []].insert(name) }
    }
  }

  /// Where a policy or a group stands, and where a rule does in its policy. What
  /// is not rendered is told in `findings.json`.
  public mutating func location(path: String, rule: String?) -> Location {
    let items = policies[path] ?? []
    if let rule, let names = rules[rule] {
      for item in items {
        let lines = lines(of: item.policy)
        if let line = names.compactMap({ lines[$0] }).min() {
          return Location(file: "\(folder)/\(Renderer.file(of: item))", line: line)
        }
      }
    }
    let file = items.first.map { Renderer.file(of: $0) } ?? files[path]
    return Location(file: "\(folder)/\(file ?? "findings.json")", line: 1)
  }

  /// The lines of a policy's file that name its rules.
  private mutating func lines(of policy: ClusterNetworkPolicy) -> [String: Int] {
    if let known = lines[policy.metadata.name] { return known }
    var found: [String: Int] = [:]
    let text = String(decoding: YAMLWriter.document(policy.document), as: UTF8.self)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, words[0] == "name:" else { continue }
      let name = words[1].filter { $0 != "\"" }
      found[name] = found[name] ?? index + 1
    }
    lines[policy.metadata.name] = found
    return found
  }
}

extension ClusterGroup {
  fileprivate var childNames: [String] {
    if case .children(let names) = members { names } else { [] }
  }
}
