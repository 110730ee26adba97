import Documents
import Failures
import Reporting
import Translation

extension Run {
  /// `validate`: findings only.
  ///
  /// - Returns: `invalidInput` when something cannot be translated or was not
  ///   read whole, whatever `onUnsupported` says.
  public func validate(_ source: DesiredSource) async throws -> ExitStatus {
    let translated = try await translations(source).map(\.1)
    var findings: [ReportedFinding] = []
    var seen: Set<ReportedFinding> = []
    for finding in translated.flatMap(\.findings) {
      let reported = ReportedFinding(
        code: finding.code.rawValue, severity: finding.severity.rawValue, path: finding.path,
        rule: finding.rule, message: finding.message, hint: finding.hint)
      if seen.insert(reported).inserted { findings.append(reported) }
    }
    let incomplete = translated.contains { !$0.isComplete }
    if isNDJSON {
      for finding in findings { context.writeOutput("\(finding.document)\n") }
    } else {
      print(
        text: FindingsText.render(findings, color: color), json: FindingsText.document(findings))
    }
    if incomplete {
      talk("warning: NSX was not read whole; findings about what is missing may be wrong")
    }
    let failed = findings.contains { $0.severity == "error" } || incomplete
    return failed ? .invalidInput : .success
  }
}
