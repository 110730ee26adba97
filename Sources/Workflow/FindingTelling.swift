import Documents
import Reporting
import Translation

extension Run {
  /// Findings that are told; `validate` has all.
  private static let toldFindings = 20

  /// Tells on standard error what was refused and what is worth knowing.
  func tellFindings(_ translations: [Translation]) {
    tell(
      translations.flatMap(\.findings).map {
        ReportedFinding(
          code: $0.code.rawValue, severity: $0.severity.rawValue, path: $0.path, rule: $0.rule,
          message: $0.message, hint: $0.hint)
      })
  }

  /// Tells on standard error what was refused in translations of this run; what
  /// is in a tree was told when it was rendered.
  func tellFindings(_ clusters: [DesiredCluster]) {
    tell(
      clusters.filter { !$0.isTree }.flatMap(\.findings).map {
        ReportedFinding(
          code: $0["code"]?.string ?? "", severity: $0["severity"]?.string ?? "",
          path: $0["path"]?.string ?? "", rule: $0["rule"]?.string,
          message: $0["message"]?.string ?? "", hint: $0["hint"]?.string)
      })
  }

  /// A line for each, what became of policies and rules first; the same in
  /// several clusters once.
  private func tell(_ findings: [ReportedFinding]) {
    func rank(_ finding: ReportedFinding) -> Int {
      switch finding.code {
      case FindingCode.policySkipped.rawValue, FindingCode.ruleClosed.rawValue: 0
      default: finding.severity == Finding.Severity.error.rawValue ? 1 : 2
      }
    }
    var seen: Set<ReportedFinding> = []
    let grave = findings.filter {
      $0.severity != Finding.Severity.info.rawValue && seen.insert($0).inserted
    }
    let sorted = (0...2).flatMap { place in grave.filter { rank($0) == place } }
    for finding in sorted.prefix(Self.toldFindings) { talk(finding.line) }
    let more = sorted.count - Self.toldFindings
    if more > 0 { talk("… and \(more) more findings: nsx-antrea validate") }
  }
}

extension ReportedFinding {
  /// `error: code: place: message; way out`, without control characters.
  fileprivate var line: String {
    let text = "\(severity): \(code): \(rule ?? path): \(message)"
    return TextStyle.printable(hint.map { "\(text); \($0)" } ?? text)
  }
}
