import AntreaModel
import NSXModel

extension Vocabulary {
  /// What the policies of a snapshot mention, with all groups that they use.
  public init(_ snapshot: NSXSnapshot, policies: [SecurityPolicy]) {
    self.init()
    var reader = NSXVocabularyReader(snapshot: snapshot)
    for policy in policies {
      reader.read(policy.scope)
      for rule in policy.rules {
        reader.read(rule.scope)
        reader.read(rule.sources)
        reader.read(rule.destinations)
        reader.read(profiles: rule.profiles)
      }
    }
    self = reader.vocabulary
  }
}

/// Collects what groups mention; it knows which parts of a condition are
/// compared, and nothing of how.
private struct NSXVocabularyReader {
  let snapshot: NSXSnapshot
  var vocabulary = Vocabulary()
  private var visited: Set<String> = []

  init(snapshot: NSXSnapshot) { self.snapshot = snapshot }

  mutating func read(_ list: [String]) {
    addresses(list.filter { !$0.hasPrefix("/") })
    for path in list where path.hasPrefix("/") { read(path) }
  }

  /// Domain names; a `^` stands for any text too, without dots.
  mutating func read(profiles: [String]) {
    for path in profiles {
      for attribute in snapshot.contextProfiles[path]?.attributes ?? []
      where attribute.key == "DOMAIN_NAME" {
        for name in attribute.values {
          vocabulary.hostNames.insert(name.lowercased().replacing("^", with: "*"))
        }
      }
    }
  }

  private mutating func read(_ path: String) {
    guard visited.insert(path).inserted else { return }
    addresses(snapshot.memberIPs[path] ?? [])
    for expression in snapshot.groups[path]?.expression ?? [] { read(expression) }
  }

  private mutating func read(_ expression: Expression) {
    switch expression {
    case .condition(let condition): read(condition)
    case .nested(let inner): for expression in inner { read(expression) }
    case .paths(let paths): for path in paths { read(path) }
    case .addresses(let texts): addresses(texts)
    case .conjunction, .unknown: break
    }
  }

  private mutating func addresses(_ texts: [String]) {
    vocabulary.mention(AddressSet(texts.compactMap { AddressRange($0) }))
  }

  private mutating func read(_ condition: Condition) {
    switch (condition.memberType, condition.key) {
    case ("Namespace", "Name"):
      Self.mention(condition, condition.value, &vocabulary.namespaceNames)
    case ("Pod", "Name"): Self.mention(condition, condition.value, &vocabulary.podNames)
    case ("Service", "Name"): Self.mention(condition, condition.value, &vocabulary.services)
    case ("Namespace", "Tag"):
      Self.tag(condition, &vocabulary.namespaceLabels, &vocabulary.namespaceValues)
    case ("Pod", "Tag"): Self.tag(condition, &vocabulary.podLabels, &vocabulary.podValues)
    default: break
    }
  }

  private static func mention(
    _ condition: Condition, _ value: String, _ texts: inout MentionedTexts
  ) {
    switch condition.comparison {
    case "CONTAINS": texts.mention(.contains(value))
    case "STARTSWITH": texts.mention(.prefix(value))
    case "ENDSWITH": texts.mention(.suffix(value))
    default:
      texts.mention(value)
      for part in value.split(separator: ",", omittingEmptySubsequences: false) {
        texts.mention(String(part))
      }
    }
  }

  private static func tag(
    _ condition: Condition, _ labels: inout [String: MentionedTexts],
    _ values: inout MentionedTexts
  ) {
    let halves = condition.value.split(
      separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let tag = String(halves[halves.count - 1])
    guard halves.count == 2, !halves[0].isEmpty else {
      mention(condition, tag, &values)
      return
    }
    // With the prefix that NSX gives to labels, and as a label of its own.
    let scope = halves[0].lowercased()
    let prefix = "dis:k8s:"
    var keys = [scope]
    if scope.hasPrefix(prefix) { keys.append(String(scope.dropFirst(prefix.count))) }
    for key in keys {
      if tag.isEmpty {
        // Only whether the label is there.
        labels[key, default: MentionedTexts()].mention("")
      } else {
        mention(condition, tag, &labels[key, default: MentionedTexts()])
      }
    }
  }
}
