import AntreaModel
import Documents
import Failures
import Reachability
import Reporting

/// How a file of checks is run.
public struct TraceCheckOptions: Sendable, Hashable {
  /// The most traces at a time.
  public var parallel: Int
  /// `--trace-timeout`, in seconds.
  public var timeout: Int
  /// Whether the policies are only asked, and nothing is traced.
  public var isPrediction: Bool
  /// Objects in place of the cluster's, for predictions.
  public var clusterObjects: String?
  /// Where to write JUnit's XML.
  public var junit: String?

  /// Creates options.
  public init(
    parallel: Int = 4, timeout: Int = TraceflowSpec.defaultTimeout, isPrediction: Bool = false,
    clusterObjects: String? = nil, junit: String? = nil
  ) {
    self.parallel = parallel
    self.timeout = timeout
    self.isPrediction = isPrediction
    self.clusterObjects = clusterObjects
    self.junit = junit
  }

  /// Refuses what cannot be together.
  ///
  /// - Throws: ``Failure`` of kind usage.
  func check() throws {
    guard (1...TraceflowSpec.tags).contains(parallel) else {
      throw TraceQuestion.refusal(
        "--parallel \(parallel)", "is not between 1 and \(TraceflowSpec.tags)",
        "Antrea has \(TraceflowSpec.tags) tags for all Traceflows of a cluster")
    }
    if clusterObjects != nil, !isPrediction {
      throw TraceQuestion.refusal(
        "--cluster-objects", "holds no cluster to trace in", "give --predict too")
    }
  }
}

extension Run {
  /// `traceflow --file`: runs a list of expected verdicts as a test.
  ///
  /// - Returns: `differences` where an expectation is not met; else the status of
  ///   what could not be run; else success.
  public func traceChecks(
    _ file: String, _ options: TraceCheckOptions, source: DesiredSource
  ) async throws -> ExitStatus {
    var checks: [TraceCheck] = []
    do {
      try options.check()
      checks = try TraceCheckFile.read(file)
      // Results of an earlier run must not be taken for those of this one, whatever
      // ends it. What goes into a pipe is written once.
      if options.junit != "-" {
        try writeJUnit(unrun(checks, in: file, "the run did not come to its end"), options)
      }
      return try await run(checks, options, source)
    } catch {
      let cause =
        error is CancellationError
        ? "the run was stopped before anything was traced"
        : (error as? any FailureConvertible).map { "\($0.failure.subject): \($0.failure.cause)" }
          ?? "\(error)"
      if !(error is ToldEnd) {
        do { try writeJUnit(unrun(checks, in: file, cause), options) } catch {
          log.error("the JUnit file was not written: \(error)")
        }
      }
      throw (error as? ToldEnd)?.error ?? error
    }
  }

  /// An error after the results were written.
  private struct ToldEnd: Error { var error: any Error }

  private func run(
    _ checks: [TraceCheck], _ options: TraceCheckOptions, _ source: DesiredSource
  ) async throws -> ExitStatus {
    let subject: ReachSubject
    var site: TraceSite?
    if options.isPrediction {
      subject = try await self.subject(
        of: ReachQuestion(clusterObjects: options.clusterObjects), source)
    } else {
      let found = try await traceSite(source)
      try await found.session.removeLeftovers()
      subject = found.subject
      site = found
    }
    let (report, leftovers) = await report(checks, subject, site, options)
    try writeJUnit(report.junit, options)
    do {
      if options.junit != "-" { print(text: report.text(color: color), json: report.document) }
      try Task.checkCancellation()
    } catch { throw ToldEnd(error: error) }
    return status(of: report, leftovers)
  }

  private func status(of report: CheckReport, _ leftovers: [Failure]) -> ExitStatus {
    if report.count(.unmet) > 0 { return .differences }
    if !leftovers.isEmpty { return .partial }
    guard report.count(.error) > 0 else { return .success }
    let bad = report.checks.filter { $0.outcome == .error }.flatMap(\.probes)
    let kinds = Set(bad.compactMap { $0.failure?.kind })
    let isTold = !bad.contains { $0.failure == nil && $0.trace?.result == .inconclusive }
    return kinds.count == 1 && isTold ? kinds.first.map { ExitStatus($0) } ?? .failed : .failed
  }

  private func writeJUnit(_ report: JUnitReport, _ options: TraceCheckOptions) throws {
    guard let path = options.junit else { return }
    try Files.write(Array(report.text.utf8), to: path)
  }

  /// Results of checks that were not run: errors, never passes.
  private func unrun(_ checks: [TraceCheck], in file: String, _ cause: String) -> JUnitReport {
    let names = checks.isEmpty ? [file] : checks.map(\.name)
    return JUnitReport(
      suite: "nsx-antrea traceflow",
      cases: names.map { JUnitReport.Case(name: $0, outcome: .error(cause)) })
  }

  private func report(
    _ checks: [TraceCheck], _ subject: ReachSubject, _ site: TraceSite?,
    _ options: TraceCheckOptions
  ) async -> (CheckReport, leftovers: [Failure]) {
    let probes = TraceCheckPlan(checks, subject, timeout: options.timeout).probes
    var results: [[CheckReport.Probe]] = Array(repeating: [], count: checks.count)
    var times: [Duration] = Array(repeating: .zero, count: checks.count)
    var leftovers: [Failure] = []
    var ended: [Int: ProbeEnd] = [:]
    await withTaskGroup(of: (Int, ProbeEnd).self) { group in
      var next = 0
      func startOne() {
        guard next < probes.count, !Task.isCancelled else { return }
        let (index, probe) = (next, probes[next])
        next += 1
        group.addTask { (index, await end(of: probe, subject, site)) }
      }
      for _ in 0..<options.parallel { startOne() }
      while let (index, result) = await group.next() {
        ended[index] = result
        if site != nil, ended.count % 10 == 0 {
          context.writeProgress("\(ended.count) of \(probes.count) connections traced\n")
        }
        startOne()
      }
    }
    for (index, probe) in probes.enumerated() {
      let end = ended[index] ?? .unrun(probe)
      results[probe.check].append(end.probe)
      times[probe.check] += end.duration
      if let leftover = end.leftover { leftovers.append(leftover) }
    }
    let list = checks.enumerated().map { index, check in
      CheckReport.Check(
        name: check.name, expectsPassing: check.expectation == .allow, line: check.line,
        probes: results[index], milliseconds: Int64(times[index] / .milliseconds(1)))
    }
    return (
      CheckReport(
        subject: subject.title, isPrediction: site == nil, checks: list, limits: subject.limits),
      leftovers
    )
  }

  private struct ProbeEnd: Sendable {
    var probe: CheckReport.Probe
    var duration: Duration
    var leftover: Failure?

    /// A connection that the end of the run came before.
    static func unrun(_ probe: TraceCheckProbe) -> ProbeEnd {
      ProbeEnd(
        probe: CheckReport.Probe(
          from: probe.question.from ?? "", to: probe.question.to ?? "",
          traffic: probe.question.port ?? probe.question.protocolName ?? "",
          failure: Failure(
            .failed, subject: "the run", cause: "was stopped before this was traced")),
        duration: .zero)
    }
  }

  /// Runs one connection; what goes wrong with it is its own.
  private func end(
    of probe: TraceCheckProbe, _ subject: ReachSubject, _ site: TraceSite?
  ) async -> ProbeEnd {
    let question = probe.question
    let start = context.clock.now()
    var result = CheckReport.Probe(
      from: question.from ?? "", to: question.to ?? "",
      traffic: question.port ?? question.protocolName ?? "")
    var leftover: Failure?
    do {
      let plan = try TracePlanning(subject, random: context.random).plan(question)
      result.traffic = plan.traffic
      let asked = ReachQuestion(from: question.from, to: question.to)
      result.prediction = try ReachAnswering(subject).answer(asked, plan.asked(by: question))
      if let site {
        let (trace, rest) = try await site.report(plan)
        result.trace = trace
        leftover = rest
        if let rest { tell(rest, cluster: site.cluster.name) }
      }
    } catch is CancellationError {
      result.failure = Failure(
        .failed, subject: "the run", cause: "was stopped while this was traced")
    } catch {
      result.failure =
        (error as? any FailureConvertible)?.failure
        ?? Failure(.failed, subject: "trace", cause: "\(error)")
    }
    return ProbeEnd(
      probe: result, duration: context.clock.now() - start, leftover: leftover)
  }
}
