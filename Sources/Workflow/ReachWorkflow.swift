import Documents
import Failures
import Reachability
import Reporting

extension Run {
  /// `reach`, and `explain` of a flow: who reaches whom, and by which rules.
  ///
  /// - Returns: `differences` where an expectation is not met.
  public func reach(_ question: ReachQuestion, source: DesiredSource) async throws -> ExitStatus {
    let traffic = try TrafficQuestion.parse(port: question.port, protocol: question.protocolName)
    try check(question, traffic)
    let subject = try await subject(of: question, source)
    if let matrix = question.matrix {
      let view = try ReachTables(subject, byNamespace: matrix == .namespaces)
        .matrix(matrix, traffic)
      if isNDJSON {
        context.writeOutput(view.ndjson)
      } else {
        print(text: view.text(color: color), json: view.document)
      }
      return .success
    }
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

  private func check(_ question: ReachQuestion, _ traffic: AskedTraffic?) throws {
    func refuse(_ subject: String, _ cause: String, _ remedy: String) -> Failure {
      Failure(.usage, subject: subject, cause: cause, remedy: remedy)
    }
    let (hasFrom, hasTo) = (question.from != nil, question.to != nil)
    if question.matrix == nil, !hasFrom, !hasTo {
      throw refuse(
        "reach", "nobody is asked about", "give --from, --to or both, or --matrix namespaces")
    }
    if question.matrix != nil, hasFrom || hasTo {
      throw refuse(
        "--matrix", "is about everybody", "leave --from and --to away, or --matrix")
    }
    if question.matrix != nil, question.expectation != nil {
      throw refuse(
        "--expect", "needs a question with one answer",
        "leave --matrix away and give --from and --to")
    }
    if question.explains, !hasFrom || !hasTo {
      throw refuse("explain", "one end of the flow is missing", "give --from and --to")
    }
  }
}
