/// A commit message: one readable line, counts and machine-readable trailers.
public struct CommitMessage: Sendable, Hashable {
  /// The first line; cut to 72 characters.
  public var summary: String
  /// Lines of the body, for example `3 policies added`.
  public var body: [String]
  /// `Key: value` lines that `git interpret-trailers` reads, in this order.
  public var trailers: [(key: String, value: String)]

  /// Creates a message.
  public init(
    summary: String, body: [String] = [], trailers: [(key: String, value: String)] = []
  ) {
    self.summary = summary
    self.body = body
    self.trailers = trailers
  }

  /// The message of a rendering: counts of files from `result`'s paths, and
  /// where the objects come from.
  public static func rendering(
    clusters: [String], added: Int, modified: Int, deleted: Int, manager: String, digest: String,
    objects: Int
  ) -> CommitMessage {
    let names = clusters.count > 3 ? "\(clusters.count) clusters" : clusters.joined(separator: ", ")
    return CommitMessage(
      summary: "Render \(names): +\(added) ~\(modified) -\(deleted)",
      body: ["\(added) added, \(modified) modified, \(deleted) deleted."],
      trailers: [
        ("NSX-Manager", manager), ("Snapshot-Digest", digest), ("Objects", "\(objects)"),
      ])
  }

  /// The whole text, with a line end.
  public var text: String {
    var lines = [Self.shortened(Self.oneLine(summary))]
    if !body.isEmpty { lines += [""] + body }
    if !trailers.isEmpty {
      lines.append("")
      lines += trailers.map { "\($0.key): \(Self.oneLine($0.value))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line end in a value would start a forged trailer.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 72 ? text : text.prefix(71) + "…"
  }

  /// Equal texts are equal messages.
  public static func == (left: CommitMessage, right: CommitMessage) -> Bool {
    left.text == right.text
  }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
