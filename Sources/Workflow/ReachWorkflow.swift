import AntreaModel
import Documents
import Failures
import Reachability
import Reporting

extension Run {
  /// `reach`: who reaches whom, and by which rules.
  ///
  /// - Returns: `differences` where an expectation is not met.
  public func reach(_ question: ReachQuestion, source: DesiredSource) async throws -> ExitStatus {
    let traffic = try TrafficQuestion.parse(port: question.port, protocol: question.protocolName)
    try check(question)
    let subject = try await subject(of: question, source)
    let answer = try ReachAnswering(subject).answer(question, traffic)
    if isNDJSON {
      context.writeOutput(ReachText.ndjson(answer))
    } else {
      print(text: ReachText.render(answer, color: color), json: answer.document)
    }
    guard let expected = question.expectation else { return .success }
    let isMet = answer.verdict == (expected == .allow ? .allow : .deny)
    if !isMet { talk("expected \(expected.rawValue), found \(answer.verdict.rawValue)") }
    return isMet ? .success : .differences
  }

  private func check(_ question: ReachQuestion) throws {
    if question.from == nil || question.to == nil {
      throw Failure(
        .usage, subject: "reach", cause: "one of the ends is missing",
        remedy: "give --from and --to")
    }
  }
}
