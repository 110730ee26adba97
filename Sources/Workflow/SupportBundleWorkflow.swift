import Documents
import Failures
import Reporting

/// What `support-bundle` is asked for.
public struct BundleQuestion: Sendable {
  /// Which trees and clusters.
  public var source: DesiredSource
  /// The archive; `nil` for a name with the time.
  public var out: String?
  /// Only the agents of these nodes; empty for all.
  public var nodes: [String] = []
  /// How old logs may be; `nil` for any age.
  public var since: Duration? = .seconds(86_400)
  /// How long each of Antrea's bundles is waited for.
  public var wait = Duration.seconds(600)
  /// Whether Antrea's own bundles are collected.
  public var withAntrea = true
  /// Whether the audit lines of nodes are read, for which more rights are needed than
  /// for the rest.
  public var withAudit = true

  /// Creates a question.
  public init(_ source: DesiredSource) { self.source = source }
}

extension Run {
  /// `support-bundle`: one archive with all that somebody needs who looks for a fault
  /// from afar, without secrets, with a manifest that says what is missing and why.
  ///
  /// - Returns: Partial where something is missing.
  public func supportBundle(_ question: BundleQuestion) async throws -> ExitStatus {
    let clusters =
      try settings.clusters.isEmpty && question.source.clusters.isEmpty
      ? [] : clusterSettings(question.source.clusters, in: nil)
    let time = context.now()
    let stamp = UTCTime.text(seconds: time).filter { $0 != "-" && $0 != ":" }
    let path = question.out ?? "nsx-antrea-bundle-\(stamp).tar.gz"
    // A server that is set wrong is told before anything is done.
    let server = try BundleFileServer(self)
    let archive = try BundleArchive(
      path, redactor: SecretRedactor(await knownSecrets()), time: time)
    do {
      try await toolParts(archive, question)
      let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
        try await run.clusterParts(archive, cluster, question, server)
      }
      try Task.checkCancellation()
      for attempt in attempts {
        guard let failure = attempt.failure else { continue }
        await archive.miss(
          BundleGap(
            cluster: attempt.name, what: "all that comes from the cluster",
            reason: "\(failure.subject): \(failure.cause)", hint: failure.remedy))
      }
      try await archive.finish()
    } catch {
      await archive.discard()
      throw error
    }
    await show(archive, path)
    return await archive.gaps.isEmpty ? .success : .partial
  }

  private func show(_ archive: BundleArchive, _ path: String) async {
    let manifest = await archive.manifest()
    let entries = await archive.entries
    let gaps = await archive.gaps
    let size = entries.reduce(0) { $0 + $1.size }
    var text = "\(path): \(entries.count) files, \(size / 1024) KiB unpacked\n"
    for document in await archive.elsewhere {
      text +=
        "  elsewhere: \(document["what"]?.string ?? "") at \(document["place"]?.string ?? "")\n"
    }
    for gap in gaps {
      let place = gap.cluster.map { "cluster \($0): " } ?? ""
      text += TextStyle.printable("  missing: \(place)\(gap.what): \(gap.reason)") + "\n"
      if let hint = gap.hint { text += TextStyle.printable("    hint: \(hint)") + "\n" }
    }
    var object = manifest.object ?? JSONObject()
    object["archive"] = .string(path)
    print(text: text, json: .object(object))
  }

  // MARK: The tool's own part

  private func toolParts(_ archive: BundleArchive, _ question: BundleQuestion) async throws {
    let version: JSONValue = [
      "schemaVersion": 1, "version": .string(Run.version), "holder": .string(context.holder),
    ]
    try await archive.add(
      "tool/version.json", text: JSONWriter.pretty(version), what: "the tool's version")
    try await part(archive, "tool/configuration.json", "settings with their origins", nil) {
      try $0.showConfiguration(origins: true)
    }
    let names = question.source.clusters
    try await part(archive, "tool/doctor.json", "what doctor finds", nil) {
      try await $0.doctor(clusters: names)
    }
  }

  /// The clusters that a printed document says it has nothing of, and why.
  private static func shortfalls(
    in bytes: [UInt8]
  ) -> [(cluster: String?, reason: String, hint: String?)] {
    let clusters = (try? JSONValue(json: bytes))?["clusters"]?.array ?? []
    return clusters.compactMap { entry in
      guard let failure = entry["failure"], !failure.isNull else { return nil }
      let cause = failure["cause"]?.string ?? failure.string ?? failure.description
      return (
        entry["name"]?.string ?? entry["cluster"]?.string, cause,
        failure["hint"]?.string ?? failure["remedy"]?.string
      )
    }
  }

  /// Adds what a command prints as JSON. One that fails and prints nothing is
  /// missing, with what it said.
  func part(
    _ archive: BundleArchive, _ path: String, _ what: String, _ cluster: String?,
    _ command: @escaping @Sendable (Run) async throws -> ExitStatus
  ) async throws {
    let spool = try archive.spool()
    var context = context
    context.writeOutput = { text in try? spool.add(Array(text.utf8)) }
    context.writeTalk = { _ in }
    context.writeProgress = { _ in }
    context.confirm = { _ in false }
    let run = Run(
      context: context, settings: try settings.overriding(["output": "json", "color": "never"]),
      nsxGate: nsxGate)
    var failure: Failure?
    do { _ = try await command(run) } catch is CancellationError {
      throw CancellationError()
    } catch {
      failure = Self.failure(error, cluster: cluster ?? "")
    }
    try Task.checkCancellation()
    if spool.size > 0 {
      var bytes: [UInt8] = []
      try spool.read { bytes += $0 }
      try await archive.add(path, text: bytes, what: what)
      for (name, reason, hint) in Self.shortfalls(in: bytes) {
        await archive.miss(
          BundleGap(cluster: name ?? cluster, what: what, reason: reason, hint: hint))
      }
    }
    if let failure {
      await archive.miss(
        BundleGap(
          cluster: cluster, what: what, reason: "\(failure.subject): \(failure.cause)",
          hint: failure.remedy))
    } else if spool.size == 0 {
      await archive.miss(BundleGap(cluster: cluster, what: what, reason: "it printed nothing"))
    }
  }
}
