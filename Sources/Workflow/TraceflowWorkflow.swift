import AntreaModel
import Documents
import Failures
import Reporting

extension Run {
  /// `traceflow`: sends a packet through the cluster, or waits for one, and tells
  /// its way and what decided about it.
  ///
  /// - Returns: `differences` where the trace disagrees with what `reach`
  ///   predicts or an expectation is not met, `failed` where it has no result.
  public func traceflow(_ question: TraceQuestion, source: DesiredSource) async throws -> ExitStatus
  {
    try question.check()
    let site = try await traceSite(source)
    let trace = try TracePlanning(site.subject, random: context.random).plan(question)
    try await site.session.removeLeftovers()
    let (report, leftover) = try await site.report(trace, tellsPhases: true)
    print(text: TraceText.render(report, color: color), json: report.document)
    if let leftover { tell(leftover, cluster: site.cluster.name) }
    return status(of: report, question.expectation, leftover)
  }

  /// The status that a trace ends with.
  func status(
    of report: TraceReport, _ expected: ReachQuestion.Expectation?, _ leftover: Failure?
  ) -> ExitStatus {
    guard let passes = report.result.passes else {
      talk("the trace has no result")
      return leftover == nil ? .failed : .partial
    }
    if let expected, passes != (expected == .allow) {
      talk("expected \(expected.rawValue), found \(report.result.rawValue)")
      return .differences
    }
    if report.agreement.isFinding { return .differences }
    return leftover == nil ? .success : .partial
  }
}
