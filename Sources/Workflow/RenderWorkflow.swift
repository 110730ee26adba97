import Documents
import Failures
import GitRepository
import Rendering
import Translation

extension Run {
  /// `render`: translates and writes the trees of the clusters.
  ///
  /// With a commit nothing is written for a cluster when a rule was refused under
  /// `onUnsupported: fail` or when NSX was not read whole. Without one the
  /// tree is written for looking at, except that an incomplete read never
  /// replaces a tree that is there. A cluster that fails does not keep the others.
  public func render(
    _ source: DesiredSource, commit: Bool, initialize: Bool, push: Bool
  ) async throws -> ExitStatus {
    guard let directory = repositoryPath(source.repository) else {
      throw Failure(
        .usage, subject: "--repo", cause: "no repository is given",
        remedy: "give --repo DIR or set repository.path")
    }
    if isIdle(source.clusters) { return .success }
    // Fail before NSX is asked when there is nowhere to write.
    let isNew = try push && remote(.pull) != nil && isVacant(directory)
    let repository = commit ? try openRepository(directory, initialize: initialize || isNew) : nil
    // Two that write at once would mix their files.
    let held = commit ? nil : try? GitRepository.open(at: directory)
    try held?.lockForWriting(holder: context.holder)
    defer { withExtendedLifetime(held) {} }
    let layout = try layout
    var attempts: [ClusterAttempt<Translation>] = []
    for attempt in try await translationAttempts(
      of: commit ? try await wholeSnapshot(source) : try await snapshot(source),
      clusters: source.clusters)
    {
      attempts.append(ClusterAttempt(name: attempt.name, result: attempt.result.map(\.1)))
    }
    tellFindings(attempts.compactMap(\.value))
    let outcome: RenderOutcome
    if let repository {
      attempts = attempts.map { attempt in attempt.refused { unfitness($0) } }
      let complete = attempts.compactMap(\.value)
      if push, !complete.isEmpty {
        try await followRemote(repository, folders: complete.map { layout.cluster($0.cluster) })
      }
      attempts = try attempts.map { attempt in
        try attempt.refused { try emptied($0, in: repository) }
      }
      let fit = attempts.compactMap(\.value)
      outcome =
        fit.isEmpty
        ? RenderOutcome(changed: false, added: 0, modified: 0, deleted: 0)
        : try await commitTrees(fit, to: repository, push: push)
    } else {
      attempts = attempts.map { attempt in
        attempt.refused { translation in
          let place = "\(directory)/\(layout.cluster(translation.cluster))"
          return !translation.isComplete && Files.exists(place)
            ? incompleteFailure(translation.cluster) : nil
        }
      }
      var folders: [GitFolder] = []
      for translation in attempts.compactMap(\.value) {
        folders.append(await translation.folder(in: layout))
      }
      let result = try FolderWriter.write(into: directory, folders)
      outcome = RenderOutcome(
        changed: result.changed, added: result.written.count, modified: 0,
        deleted: result.removed.count)
    }
    let failures = attempts.map { attempt in
      // Without a commit a refused one is written as well, for looking at.
      attempt.failure ?? attempt.value.flatMap { $0.isApplicable ? nil : refusedFailure($0) }
    }
    printRender(
      attempts, failures, outcome: outcome, directory: directory)
    for case (let name, let failure?) in zip(attempts.map(\.name), failures) {
      tell(failure, cluster: name)
    }
    return Self.status(of: failures, changed: false)
  }

  /// Why a tree is not committed; `nil` where it may be.
  func unfitness(_ translation: Translation) -> Failure? {
    if !translation.isComplete { return incompleteFailure(translation.cluster) }
    return translation.isApplicable ? nil : refusedFailure(translation)
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
    let mode = settings.text("translation.onUnsupported") ?? "fail"
    return Failure(
      .invalidInput, subject: "cluster \(translation.cluster)",
      cause:
        "\(count) construct\(count == 1 ? "" : "s") cannot be translated exactly, \(mode == "fail" ? "and onUnsupported is fail" : "and no deny can stand in the place of one that concerns a whole policy")",
      remedy: mode == "fail"
        ? "see the findings above; change the rules in NSX, or choose --on-unsupported skip-policy or fail-closed"
        : "see the findings without a rule above; change the policies in NSX, or choose --on-unsupported skip-policy"
    )
  }

  private func printRender(
    _ attempts: [ClusterAttempt<Translation>], _ failures: [Failure?], outcome: RenderOutcome,
    directory: String
  ) {
    let translated = attempts.compactMap(\.value)
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
      text: translated.isEmpty
        ? "" : (lines + [change + commit + proposed + pushed]).joined(separator: "\n") + "\n",
      json: [
        "schemaVersion": 1, "changed": .bool(outcome.changed),
        "commit": outcome.commit.map { .string($0) } ?? .null,
        "branch": outcome.branch.map { .string($0) } ?? .null,
        "base": outcome.base.map { .string($0) } ?? .null,
        "pushed": .bool(outcome.pushed?.hasPrefix("pushed") == true),
        "clusters": .array(
          zip(attempts, failures).map { attempt, failure in
            var object = attempt.value.map(Self.document) ?? JSONObject()
            object["name"] = .string(attempt.name)
            object["failure"] = failure?.document ?? .null
            return .object(object)
          }),
      ])
  }

  private static func document(of translation: Translation) -> JSONObject {
    var object = JSONObject()
    object["digest"] = .string(translation.digest)
    object["policies"] = .integer(Int64(translation.policies.count))
    object["groups"] = .integer(Int64(translation.clusterGroups.count))
    object["tiers"] = .integer(Int64(translation.tiers.count))
    object["findings"] = .integer(Int64(translation.findings.count))
    return object
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
