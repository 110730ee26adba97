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
    ]
    lines += table(FindingCode.allCases.filter { !$0.isHygiene })
    lines += [
      "", "## Hygiene", "",
      "What is translated exactly and still deserves a look. Only `validate` reports it;",
      "`findings.json` does not hold it, because some of it depends on the cluster.", "",
    ]
    lines += table(FindingCode.allCases.filter(\.isHygiene))
    return lines.joined(separator: "\n") + "\n"
  }

  private static func table(_ codes: [FindingCode]) -> [String] {
    ["| Code | Severity | Meaning | Way out |", "|---|---|---|---|"]
      + codes.map { code in
        "| `\(code.rawValue)` | \(code.severity.rawValue) | \(code.meaning) | \(code.hint) |"
      }
  }
}
