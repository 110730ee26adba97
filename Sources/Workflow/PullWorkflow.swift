import Documents
import Failures
import NSXClient

extension Run {
  /// `pull`: reads NSX and writes a snapshot file.
  ///
  /// - Returns: `partial` for a snapshot that is not complete: it can be looked
  ///   at, and nothing is ever deleted because of it.
  public func pull(to file: String) async throws -> ExitStatus {
    let (document, pull) = try await withNSX { try await pullSnapshot($0) }
    try Files.write(JSONWriter.pretty(document), to: file)
    var counts: [String: Int] = [:]
    for object in pull.objects { counts[object["resource_type"]?.string ?? "?", default: 0] += 1 }
    let summary = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
    talk(
      "pulled \(summary) from NSX \(pull.version) into \(file == "-" ? "standard output" : file)")
    tellIncomplete(pull)
    return pull.isComplete ? .success : .partial
  }

  /// Reads what the configured clusters need; without clusters, every spanned
  /// policy.
  func pullSnapshot(_ connection: NSXConnection) async throws -> (JSONValue, NSXPull) {
    var selection = NSXSelection()
    if !settings.clusters.isEmpty {
      let planes = settings.clusters.filter { $0.select == nil }.map { $0.controlPlane ?? $0.name }
      selection.spans = planes.isEmpty ? .none : .controlPlanes(Set(planes))
      selection.filters = settings.clusters.compactMap(\.select).flatMap(\.filters)
    }
    let pull = try await connection.pull(selection)
    return (pull.snapshotDocument(manager: connection.endpoints[0].baseURL), pull)
  }
}

extension ClusterSettings.Selection {
  /// What NSX is asked for: one filter for each tag, because any of them
  /// suffices. A path with `*` cannot be asked for, so everything is read that
  /// the other parts allow; the translation selects exactly.
  var filters: [NSXSelection.Filter] {
    let wild = paths.contains { $0.hasSuffix("*") }
    let exact = wild ? [] : Set(paths)
    guard !tags.isEmpty else {
      let all = categories.isEmpty && wild
      return [
        NSXSelection.Filter(categories: Set(all ? Self.allCategories : categories), paths: exact)
      ]
    }
    return tags.map { tag in
      let parts = tag.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
      let scope = parts.count == 2 ? String(parts[0]) : ""
      let value = String(parts[parts.count - 1])
      return NSXSelection.Filter(
        categories: Set(categories),
        tags: [.init(scope: scope.isEmpty ? nil : scope, tag: value.isEmpty ? nil : value)],
        paths: exact)
    }
  }

  private static let allCategories = ["Emergency", "Infrastructure", "Environment", "Application"]
}
