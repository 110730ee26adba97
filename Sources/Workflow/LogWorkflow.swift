import Documents
import Failures
import GitRepository
import Reporting

/// What `log` is asked for.
public struct LogQuestion: Sendable, Hashable {
  /// `--repo`: the repository; `nil` for the configured one.
  public var repository: String?
  /// `--ref`: where the history is read from; `nil` for the branch's tip.
  public var ref: String?
  /// `--cluster`: only these; empty for all.
  public var clusters: [String]
  /// `--policy`: path, name or id of an NSX object or rule, or an Antrea name.
  public var subject: String?
  /// `--since`: a time, or how long ago.
  public var since: String?
  /// `--limit`: most commits to show.
  public var limit: Int?

  /// Creates a question.
  public init(
    repository: String? = nil, ref: String? = nil, clusters: [String] = [],
    subject: String? = nil, since: String? = nil, limit: Int? = nil
  ) {
    self.repository = repository
    self.ref = ref
    self.clusters = clusters
    self.subject = subject
    self.since = since
    self.limit = limit
  }
}

extension Run {
  /// `log`: who changed what in NSX, from the repository's history.
  public func log(_ question: LogQuestion) async throws -> ExitStatus {
    guard let path = repositoryPath(question.repository) else {
      throw Failure(
        .usage, subject: "repository.path", cause: "is not set", remedy: "give --repo DIR or set it"
      )
    }
    let repository = try GitRepository.open(at: path)
    let since = try question.since.map(sinceTime)
    let revision: GitRevision =
      try question.ref.map { .commit(try repository.resolve($0)) }
      ?? .branch(settings.text("repository.branch"))
    let layout = try layout
    var reader = HistoryReader(repository: repository, layout: layout, log: log)
    var text = ""
    var entries: [JSONValue] = []
    var shown = 0
    let commits = try repository.log(
      revision, touching: layout.clusters, since: since, limit: .max)
    for commit in commits where shown < question.limit ?? .max {
      try Task.checkCancellation()
      if commit.isBorder {
        talk(
          "note: the history before \(commit.id.hex.prefix(10)) is not in this shallow repository")
        continue
      }
      var parts = ""
      for cluster in try reader.clusters(of: commit, only: question.clusters) {
        let changes = try reader.changes(in: commit, cluster: cluster)
          .compactMap { change in question.subject.map { change.about($0) } ?? change }
        guard !changes.isEmpty else { continue }
        parts += " cluster \(cluster)\n"
        for change in changes {
          parts += NSXChangeText.paragraph(change, color: color)
          entries.append(Self.document(commit, cluster, change))
        }
      }
      guard !parts.isEmpty else { continue }
      shown += 1
      text += Self.heading(commit, color: color) + parts
    }
    if isNDJSON {
      for entry in entries {
        var line = entry.object ?? JSONObject()
        line["schemaVersion"] = 1
        line["type"] = "change"
        context.writeOutput("\(JSONValue.object(line))\n")
      }
    } else {
      print(text: text, json: ["schemaVersion": 1, "changes": .array(entries)])
    }
    if entries.isEmpty {
      talk("no change in the history of \(path) is about \(question.subject ?? "these clusters")")
    }
    return .success
  }

  /// A time, or `90m`, `24h`, `7d`, `2w` before now, in seconds since 1970.
  private func sinceTime(_ text: String) throws -> Int64 {
    if let time = UTCTime.seconds(text) { return time }
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    if let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()),
      number >= 0, number < 1 << 32
    {
      return context.now() - number * unit
    }
    throw Failure(
      .usage, subject: "--since \(text)", cause: "is not a time",
      remedy: "for example 2026-01-31, 2026-01-31T12:00Z, 24h, 7d or 2w")
  }

  private static func heading(_ commit: CommitInfo, color: Bool) -> String {
    let style = TextStyle(color: color)
    let author = TextStyle.printable(commit.authorName)
    let subject = TextStyle.printable(commit.subject)
    return style(.heading, "commit \(commit.id.hex.prefix(10))")
      + " \(UTCTime.text(seconds: commit.time)) \(author): \(subject)\n"
  }

  private static func document(
    _ commit: CommitInfo, _ cluster: String, _ change: NSXChange
  ) -> JSONValue {
    var object = change.document.object ?? JSONObject()
    object["cluster"] = .string(cluster)
    object["commit"] = .string(commit.id.hex)
    object["time"] = .string(UTCTime.text(seconds: commit.time))
    object["author"] = .string(commit.authorName)
    object["subject"] = .string(commit.subject)
    return .object(object)
  }
}
