import Foundation
import Testing
import Workflow

@Suite("docs/doctor.md")
struct DoctorDocumentationTests {
  private let path = "\(packageRoot)/docs/doctor.md"

  private var expected: String {
    var text = """
      # What `doctor` looks at

      One pass over everything that makes the integration fail. Each check ends as `ok`, `warning` (it
      works now, and will not for long or not for everything), `failed` or `skipped` (with the reason,
      for example a right that is missing). The exit status is that of the first failure; with
      `--strict` warnings count as well, as status 1. `--output json` has every check with its state,
      for monitoring. It changes nothing, and needs the rights of `examples/rbac-troubleshoot.yaml`
      besides those to read; a check that may not look is skipped, never `ok`. Written by the tests
      from `DoctorCheck` (`UPDATE_DOCS=1`).

      """
    for area in DoctorCheck.Area.allCases {
      text += "\n## \(area.title)\n\n"
      text += "| check | what holds | why it matters | how to mend it |\n|---|---|---|---|\n"
      for check in DoctorCheck.allCases where check.area == area {
        text += "| `\(check.rawValue)` | \(check.what) | \(check.why) | \(check.mend) |\n"
      }
    }
    return text
  }

  @Test("is the table of checks (UPDATE_DOCS=1 rewrites it)")
  func table() throws {
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      try expected.write(toFile: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == expected)
  }

  @Test("nothing in it would break the table", arguments: DoctorCheck.allCases)
  func cells(_ check: DoctorCheck) {
    for text in [check.what, check.why, check.mend] {
      #expect(!text.isEmpty && !text.contains("|") && !text.hasSuffix("."), "\(check): \(text)")
    }
  }
}
