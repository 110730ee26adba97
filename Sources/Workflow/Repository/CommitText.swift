import Documents
import Failures
import GitRepository
import Reporting
import Translation

/// The message of a commit, from a template.
struct CommitText: Sendable {
  /// The placeholders of `repository.message`.
  static let placeholders = [
    "clusters", "clusterCount", "policies", "groups", "tiers", "objects", "findings", "added",
    "modified", "deleted", "digest", "manager", "counts", "changes",
  ]

  /// The message where nobody gives one.
  static let standard = "Render {clusters} from NSX\n\n{counts}\n\n{changes}"

  /// Most lines of `{changes}`; the history has all of them.
  private static let maximumChanges = 50

  private let template: TextTemplate
  private let translations: [Translation]

  /// Reads the template.
  ///
  /// - Throws: ``Failure`` of kind usage for an unknown placeholder.
  init(template: String?, _ translations: [Translation]) throws {
    self.template = try TextTemplate(
      template ?? Self.standard, setting: "repository.message", known: Self.placeholders)
    self.translations = translations
  }

  /// Whether the message tells what changed in NSX.
  var tellsChanges: Bool { template.uses("changes") }

  /// The whole message: the template's first line is the summary, its last
  /// paragraph goes on with our trailers where it consists of trailers.
  func message(_ draft: CommitDraft, changes: [NSXChange]) -> String {
    let text = template.filled(values(draft, changes))
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
    let summary = lines.isEmpty ? "Render \(clusters) from NSX" : lines.removeFirst()
    var body: [String] = []
    // An empty placeholder leaves no gap.
    for line in lines where !(line.isEmpty && body.last?.isEmpty != false) { body.append(line) }
    while body.last?.isEmpty == true { body.removeLast() }
    let own = Self.trailers(atEndOf: &body)
    return CommitMessage(summary: summary, body: body, trailers: own + trailers).text
  }

  private var clusters: String {
    let names = translations.map(\.cluster)
    return names.count > 3 ? "\(names.count) clusters" : names.joined(separator: ", ")
  }

  private var manager: String { translations.first?.manager ?? "" }

  private func count(_ part: (Translation) -> Int) -> Int {
    translations.reduce(0) { $0 + part($1) }
  }

  private var objects: Int {
    count { $0.tiers.count + $0.clusterGroups.count + $0.policies.count }
  }

  private var trailers: [(key: String, value: String)] {
    [("NSX-Manager", manager)]
      + translations.map { ("Snapshot-Digest", "\($0.cluster) \($0.digest)") }
      + [("Objects", "\(objects)")]
  }

  private func values(_ draft: CommitDraft, _ changes: [NSXChange]) -> [String: String] {
    let counts = translations.map { translation in
      "\(translation.cluster): \(translation.policies.count) policies, "
        + "\(translation.clusterGroups.count) groups, \(translation.tiers.count) tiers, "
        + "\(translation.findings.count) findings"
    }
    var lines = changes.prefix(Self.maximumChanges).map(NSXChangeText.line)
    if changes.count > lines.count { lines.append("… and \(changes.count - lines.count) more") }
    return [
      "clusters": clusters, "clusterCount": "\(translations.count)",
      "policies": "\(count(\.policies.count))", "groups": "\(count(\.clusterGroups.count))",
      "tiers": "\(count(\.tiers.count))", "objects": "\(objects)",
      "findings": "\(count(\.findings.count))", "added": "\(draft.added.count)",
      "modified": "\(draft.modified.count)", "deleted": "\(draft.deleted.count)",
      "digest": translations.map(\.digest).joined(separator: " "), "manager": manager,
      "counts": counts.joined(separator: "\n"), "changes": lines.joined(separator: "\n"),
    ]
  }

  /// Takes a last paragraph that consists of `Key: value` lines away.
  private static func trailers(atEndOf body: inout [String]) -> [(key: String, value: String)] {
    let start = body.lastIndex(of: "").map { $0 + 1 } ?? body.startIndex
    var found: [(key: String, value: String)] = []
    for line in body[start...] {
      guard let colon = line.firstIndex(of: ":"), line[colon...].hasPrefix(": "),
        line[..<colon].utf8.allSatisfy({ byte in
          (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57) || byte == 45
        }), colon > line.startIndex
      else { return [] }
      found.append((String(line[..<colon]), String(line[line.index(colon, offsetBy: 2)...])))
    }
    body.removeSubrange(start...)
    while body.last?.isEmpty == true { body.removeLast() }
    return found
  }
}
