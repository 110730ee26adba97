/// The reference of finding codes, `docs/findings.md`, which a test holds
/// against the enumeration.
public enum FindingReference {
  /// The document.
  public static var markdown: String {
    var lines = [
      "# Findings", "",
      "What a translation can find. An `error` means that a rule was refused and what",
      "`--on-unsupported` says is done; a `warning` is translated exactly, but probably not what",
      "was meant. Generated from `FindingCode` by the tests (`UPDATE_GOLDEN=1`).", "",
      "| Code | Severity | Meaning | Way out |", "|---|---|---|---|",
    ]
    for code in FindingCode.allCases {
      lines.append(
        "| `\(code.rawValue)` | \(code.severity.rawValue) | \(code.meaning) | \(code.hint) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
