import Failures
import Foundation
import Testing
import Workflow

/// The folder of the package.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path

@Suite("The documents say what the code does")
struct DocumentationTests {
  private let operate = "\(packageRoot)/docs/operate.md"

  @Test(
    "docs/operate.md has every exit code with its meaning", arguments: Failures.ExitCode.allCases)
  func exitCodes(code: Failures.ExitCode) throws {
    let text = try String(contentsOfFile: operate, encoding: .utf8)
    #expect(text.contains("| \(code.rawValue) | \(code.meaning) |"))
  }

  @Test("docs/operate.md has the table of settings (UPDATE_DOCS=1 rewrites it)")
  func settings() throws {
    let start = "<!-- settings: written by a test with UPDATE_DOCS=1 -->\n"
    let end = "<!-- end of settings -->"
    let text = try String(contentsOfFile: operate, encoding: .utf8)
    let first = try #require(text.range(of: start))
    let last = try #require(text.range(of: end))
    var table = "| setting | environment | default | what |\n|---|---|---|---|\n"
    for key in SettingKey.all {
      let value = key.defaultValue.map { "`\($0)`" } ?? "–"
      table += "| `\(key.name)` | `\(key.variable)` | \(value) | \(key.help) |\n"
    }
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      var updated = text
      updated.replaceSubrange(first.upperBound..<last.lowerBound, with: table)
      try updated.write(toFile: operate, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[first.upperBound..<last.lowerBound]) == table)
    }
  }

  @Test("the example configuration is one that the tool accepts")
  func example() throws {
    let context = TestContext()
    let settings = try Settings.load(
      file: "\(packageRoot)/examples/nsx-antrea.yaml", environment: context.environment)
    #expect(settings.clusters.map(\.name) == ["prod-a", "edge"])
    #expect(settings.clusters[1].select?.tags == ["team|shop"])
    #expect(
      settings.path("nsx.caFile", home: nil) == "\(packageRoot)/examples/nsx-ca.pem",
      "paths are taken from the folder of the file")
  }
}
