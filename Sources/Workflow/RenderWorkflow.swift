import Documents
import Failures
import GitRepository
import Rendering
import Translation

extension Run {
  /// `render`: translates and writes the trees of the clusters.
  ///
  /// With a commit nothing is written when a rule was refused under
  /// `onUnsupported: fail` or when NSX was not read whole. Without one the
  /// tree is written for looking at, except that an incomplete read never
  /// replaces a tree that is there.
  public func render(
    _ source: DesiredSource, commit: Bool, initialize: Bool, push: Bool
  ) async throws -> ExitStatus {
    guard let directory = repositoryPath(source.repository) else {
      throw Failure(
        .usage, subject: "--repo", cause: "no repository is given",
        remedy: "give --repo DIR or set repository.path")
    }
    // Fail before NSX is asked when there is nowhere to write.
    let isNew = try push && remote(.pull) != nil && isVacant(directory)
    let repository = commit ? try openRepository(directory, initialize: initialize || isNew) : nil
    let translated = try await translations(source).map(\.1)
    tellFindings(translated)
    let refused = translated.filter { !$0.isApplicable }
    let incomplete = translated.filter { !$0.isComplete }
    if let repository {
      if let first = incomplete.first { throw incompleteFailure(first.cluster) }
      if let first = refused.first { throw refusedFailure(first) }
      if push {
        let layout = try layout
        try await followRemote(
          repository, folders: translated.map { layout.cluster($0.cluster) })
      }
      let outcome = try await commitTrees(translated, to: repository, push: push)
      printRender(translated, outcome: outcome, directory: directory)
      return .success
    }
    let layout = try layout
    for translation in incomplete
    where Files.exists("\(directory)/\(layout.cluster(translation.cluster))") {
      throw incompleteFailure(translation.cluster)
    }
    var folders: [GitFolder] = []
    for translation in translated { folders.append(await translation.folder(in: layout)) }
    let result = try FolderWriter.write(into: directory, folders)
    printRender(
      translated,
      outcome: RenderOutcome(
        changed: result.changed, added: result.written.count, modified: 0,
        deleted: result.removed.count, commit: nil, pushed: nil),
      directory: directory)
    if let first = refused.first { throw refusedFailure(first) }
    return .success
  }

  func incompleteFailure(_ cluster: String) -> Failure {
    Failure(
      .invalidInput, subject: "cluster \(cluster)",
      cause:
        "NSX was not read whole, so what is missing in the tree cannot be told from what is gone",
      remedy: "pull again; to look at it, render with --no-commit into an empty folder")
  }

  func refusedFailure(_ translation: Translation) -> Failure {
    let count = translation.findings.filter { $0.severity == .error }.count
    return Failure(
      .invalidInput, subject: "cluster \(translation.cluster)",
      cause:
        "\(count) construct\(count == 1 ? "" : "s") cannot be translated exactly, and onUnsupported is fail",
      remedy:
        "see the findings above; change the rules in NSX, or choose --on-unsupported skip-policy or fail-closed"
    )
  }

  /// Tells what was refused and what is worth knowing on standard error.
  func tellFindings(_ translations: [Translation]) {
    var told: Set<String> = []
    for translation in translations {
      for finding in translation.findings where finding.severity != .info {
        let place = finding.rule.map { "\(finding.path) rule \($0)" } ?? finding.path
        let line =
          "\(finding.severity.rawValue): \(finding.code.rawValue): \(place): \(finding.message)"
        if told.insert(line).inserted { talk(line + "\n  hint: \(finding.hint)") }
      }
    }
  }

  private func printRender(_ translated: [Translation], outcome: RenderOutcome, directory: String) {
    let lines = translated.map { translation in
      "\(translation.cluster): \(translation.policies.count) policies, "
        + "\(translation.clusterGroups.count) groups, \(translation.tiers.count) tiers"
    }
    let change =
      outcome.changed
      ? "\(directory): \(outcome.added) files added, \(outcome.modified) changed, \(outcome.deleted) removed"
      : "\(directory): nothing changed"
    let commit =
      outcome.commit.map { outcome.changed ? ", commit \($0.prefix(10))" : ", at \($0.prefix(10))" }
      ?? ""
    let proposed =
      outcome.base.map { ", on branch \(outcome.branch ?? "") for \($0)" } ?? ""
    let pushed = outcome.pushed.map { ", \($0)" } ?? ""
    print(
      text: (lines + [change + commit + proposed + pushed]).joined(separator: "\n") + "\n",
      json: [
        "schemaVersion": 1, "changed": .bool(outcome.changed),
        "commit": outcome.commit.map { .string($0) } ?? .null,
        "branch": outcome.branch.map { .string($0) } ?? .null,
        "base": outcome.base.map { .string($0) } ?? .null,
        "pushed": .bool(outcome.pushed?.hasPrefix("pushed") == true),
        "clusters": .array(
          translated.map { translation in
            [
              "name": .string(translation.cluster), "digest": .string(translation.digest),
              "policies": .integer(Int64(translation.policies.count)),
              "groups": .integer(Int64(translation.clusterGroups.count)),
              "tiers": .integer(Int64(translation.tiers.count)),
              "findings": .integer(Int64(translation.findings.count)),
            ]
          }),
      ])
  }
}

/// What a render changed.
struct RenderOutcome: Sendable {
  var changed: Bool
  var added: Int
  var modified: Int
  var deleted: Int
  var commit: String?
  var pushed: String?
  /// The branch that has the content.
  var branch: String?
  /// The branch that it is proposed for; `nil` for a direct commit, and where
  /// that has the content already.
  var base: String?
}
