import Documents
import Failures
import Reporting

extension DoctorResult {
  /// Whether it was not made, and there is nothing more to say of it.
  fileprivate var isUnseen: Bool { verdict.state == .skipped && hint == nil }

  /// Whether it was not made for the same reason as another one.
  fileprivate func isUnseen(like other: DoctorResult) -> Bool {
    isUnseen && subject == other.subject && verdict.message == other.verdict.message
  }
}

/// Everything that `doctor` found.
struct DoctorReport: Sendable {
  var results: [DoctorResult] = []

  /// How many results are in a state.
  func count(_ state: DoctorVerdict.State) -> Int {
    results.count { $0.verdict.state == state }
  }

  /// The status of the first failure; of the first warning, where warnings count.
  func status(strict: Bool) -> ExitStatus {
    if let first = results.first(where: { $0.verdict.state == .failed }) {
      return ExitStatus(first.verdict.kind)
    }
    return strict && count(.warning) > 0 ? .failed : .success
  }

  /// The report with how many of each kind there are.
  var document: JSONValue {
    var counts = JSONObject()
    for state in DoctorVerdict.State.allCases {
      counts[state.rawValue] = .integer(Int64(count(state)))
    }
    return [
      "schemaVersion": 1, "summary": .object(counts),
      "checks": .array(results.map(\.document)),
    ]
  }

  /// A table; what needs attention has why and the way out below it.
  func text(style: TextStyle) -> String {
    var lines: [String] = []
    let width = results.map(\.check.rawValue.count).max() ?? 0
    var subject: String?
    var rest = results[...]
    while let result = rest.first {
      rest = rest.dropFirst()
      if subject != result.subject {
        if subject != nil { lines.append("") }
        lines.append(style(.heading, TextStyle.printable(result.subject)))
        subject = result.subject
      }
      let state = result.verdict.state
      var name = result.check.rawValue
      // What was not looked at for one reason is one line.
      let same = result.isUnseen ? rest.prefix { $0.isUnseen(like: result) }.count : 0
      if same > 0 {
        name = "\(same + 1) checks"
        rest = rest.dropFirst(same)
      }
      let padding = String(repeating: " ", count: width - name.count + 2)
      let label = state.rawValue + String(repeating: " ", count: 9 - state.rawValue.count)
      let role: TextStyle.Role =
        switch state {
        case .ok: .added
        case .warning: .warning
        case .failed: .removed
        case .skipped: .faint
        }
      lines.append(
        "  " + style(role, label) + name + padding + TextStyle.printable(result.verdict.message))
      let indent = String(repeating: " ", count: 11)
      if state == .warning || state == .failed {
        lines.append(style(.faint, "\(indent)why: \(result.check.why)"))
      }
      if let hint = result.hint { lines.append("\(indent)hint: \(TextStyle.printable(hint))") }
    }
    let counts = DoctorVerdict.State.allCases.map { "\(count($0)) \($0.rawValue)" }
    return (lines + ["", counts.joined(separator: ", ")]).joined(separator: "\n") + "\n"
  }
}
