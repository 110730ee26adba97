import Archive
import AuditLog
import Documents
import Failures
import KubernetesClient
import Reporting

extension Run {
  /// `logs`: what Antrea's controller and agents log, and what the audit logs of
  /// network policies say, with NSX's names for rules.
  ///
  /// The agents write audit lines to files on their nodes and not to their output, so
  /// that these come by way of the kubelets, or from files.
  public func logs(_ question: LogsQuestion) async throws -> ExitStatus {
    let names = try await logRuleNames(question)
    var filter = AuditFilter(
      since: question.since.map { $0 * 1_000_000 },
      until: question.until.map { $0 * 1_000_000 + 999_999 }, actions: question.actions)
    filter.targets = try names.targets(policies: question.policies, rules: question.rules)
    let text = AuditText(names: names)
    let sink = LogSink(
      filter: filter, text: text, isSummary: question.summary,
      form: isJSON ? .json : isNDJSON ? .ndjson : .text, write: context.writeOutput)
    sink.begin()
    let result: ExitStatus
    do {
      result =
        !question.files.isEmpty
        ? try await fileLogs(question, sink)
        : question.isAboutAudit
          ? try await nodeLogs(question, sink) : try await podLogs(question, sink)
    } catch {
      // What was counted until somebody stopped it is worth as much.
      if error is CancellationError { show(question, sink, text) } else { sink.finish() }
      throw error
    }
    show(question, sink, text)
    return result
  }

  private func show(_ question: LogsQuestion, _ sink: LogSink, _ text: AuditText) {
    sink.finish()
    guard question.summary else { return }
    let summary = sink.summary
    var object = text.document(summary, top: question.top)
    object["schemaVersion"] = 1
    print(
      text: text.text(summary, top: question.top, style: TextStyle(color: color)),
      json: .object(object))
  }

  /// What trees and snapshots say about where rules come from.
  private func logRuleNames(_ question: LogsQuestion) async throws -> LogRuleNames {
    var names = LogRuleNames()
    if question.source.snapshot != nil {
      for cluster in try await desired(question.source) { names.add(cluster.provenance) }
      return names
    }
    // Logs are worth reading without a tree, too.
    do {
      for attempt in try treeAttempts(question.source) ?? [] {
        if let tree = attempt.value { names.add(tree.provenance) }
      }
    } catch let failure as Failure where question.source.repository == nil {
      log.info("no tree tells the names of rules: \(failure.cause)")
    }
    return names
  }

  // MARK: Files

  private func fileLogs(_ question: LogsQuestion, _ sink: LogSink) async throws -> ExitStatus {
    var files: [(file: LogFile, unpacker: LogUnpacker)] = []
    var isWhole = true
    for path in question.files {
      let name = path == "-" ? "standard input" : path
      let file = try LogFile(path)
      let unpacker = LogUnpacker(
        name: name,
        damaged: { place, error in
          isWhole = false
          log.warning("\(place) is passed over: \(error.failure.cause)")
        }, take: { place, line in sink.addLine(line, place: place) })
      do {
        try file.read { try unpacker.add($0) }
        if !question.follow { try unpacker.end() }
      } catch let error as ArchiveError where question.files.count > 1 {
        // What the others hold is worth as much.
        isWhole = false
        log.warning("\(name) is passed over from there on: \(error.failure.cause)")
      }
      files.append((file, unpacker))
      sink.flush()
    }
    while question.follow {
      try await context.clock.sleep(.seconds(1))
      for (file, unpacker) in files {
        try file.read { try unpacker.add($0) }
        // What was written between the read and a rotation is read first.
        while try file.followName({ try unpacker.add($0) }) {
          try file.read { try unpacker.add($0) }
        }
      }
      sink.flush()
    }
    let summary = sink.summary
    if summary.auditLines == 0 {
      talk("none of \(summary.lines) lines is an audit line of Antrea's")
    }
    return isWhole ? .success : .partial
  }
}
