import Foundation
import Importing
import Testing

@Suite struct ImportDocumentationTests {
  /// `docs/import.md` has every finding; `UPDATE_DOCS=1` rewrites the table.
  @Test func everyFindingIsDocumented() throws {
    let path =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path + "/docs/import.md"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let start = "<!-- findings: written by a test with UPDATE_DOCS=1 -->\n"
    let first = try #require(text.range(of: start))
    let last = try #require(text.range(of: "<!-- end of findings -->"))
    var table = "| code | severity | meaning | way out |\n|---|---|---|---|\n"
    for code in ImportFindingCode.allCases {
      table +=
        "| `\(code.rawValue)` | \(code.isRefusal ? "error" : "info") | \(code.meaning) | \(code.remedy) |\n"
      #expect(code.isRefusal != code.remedy.isEmpty, "\(code.rawValue)")
    }
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      var updated = text
      updated.replaceSubrange(first.upperBound..<last.lowerBound, with: table)
      try updated.write(toFile: path, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[first.upperBound..<last.lowerBound]) == table)
    }
  }
}
