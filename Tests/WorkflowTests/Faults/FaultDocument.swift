import Foundation
import Testing

/// `docs/faults.md`, whose table is written from the cells that the tests saw.
enum FaultDocument {
  /// Holds the document against the table, or writes it with `UPDATE_DOCS=1`.
  static func check(_ table: [FaultPhase: [String: FaultMatrixTests.Cell]]) throws {
    var lines = [
      "| fault | " + FaultPhase.allCases.map(\.rawValue).joined(separator: " | ") + " |",
      "|---" + String(repeating: "|---", count: FaultPhase.allCases.count) + "|",
    ]
    for fault in Fault.all {
      let cells = FaultPhase.allCases.map { table[$0]?[fault.name]?.text ?? "–" }
      lines.append("| \(fault.name) | " + cells.joined(separator: " | ") + " |")
    }
    try check(lines, between: "faults")
  }

  /// The same for the lines of a table by the name of its place.
  static func check(_ lines: [String], between name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "docs/faults.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = "<!-- \(name): written by a test with UPDATE_DOCS=1 -->\n"
    let end = "<!-- end of \(name) -->"
    let head = try #require(text.range(of: start))
    let tail = try #require(text.range(of: end))
    let wanted =
      text[..<head.upperBound] + lines.joined(separator: "\n") + "\n" + text[tail.lowerBound...]
    if ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" {
      try String(wanted).write(to: file, atomically: true, encoding: .utf8)
    } else {
      #expect(text == String(wanted), "run the tests with UPDATE_DOCS=1 and read the difference")
    }
  }
}
