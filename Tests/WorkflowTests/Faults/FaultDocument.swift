import Foundation
import Synchronization
import Testing

/// `docs/faults.md`, whose table is written from the cells that the tests saw.
enum FaultDocument {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "docs/faults.md")

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

  /// Holds a line of the table of ``Disturbance``s against what a test saw, or
  /// writes it with `UPDATE_DOCS=1`.
  ///
  /// - Parameters:
  ///   - disturbance: What went wrong.
  ///   - end: The exit code or the signal, and what may have changed by then.
  static func check(_ disturbance: Disturbance, _ end: String) throws {
    let line = "| \(disturbance.rawValue) | \(end) |"
    guard ProcessInfo.processInfo.environment["UPDATE_DOCS"] == "1" else {
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.contains("\n\(line)\n"), "run the tests with UPDATE_DOCS=1: \(line)")
      return
    }
    try writing.withLock { _ in
      let text = try String(contentsOf: file, encoding: .utf8)
      let old = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { $0.hasPrefix("| ") }
      let lines = Disturbance.allCases.map { other in
        other == disturbance
          ? line
          : old.first { $0.hasPrefix("| \(other.rawValue) | ") }.map(String.init)
            ?? "| \(other.rawValue) | – |"
      }
      try check(["| disturbance | end |", "|---|---|"] + lines, between: "disturbances")
    }
  }

  private static let writing = Mutex(())
}

/// What goes wrong with a run that is no fault of one request.
enum Disturbance: String, CaseIterable, Sendable {
  case restart = "the API server restarts for 30 s in mid-apply"
  case manager = "one manager of three is down"
  case stale = "somebody edits a policy in mid-apply"
  case moved = "somebody edits a policy before the Lease is taken"
  case finalizer = "a finalizer of somebody else holds a policy"
  case denied = "nothing may be deleted"
  case behind = "the API server's clock is 5 min behind"
  case ahead = "the API server's clock is 5 min ahead"
  case managerCertificate = "NSX's certificate has expired"
  case clusterCertificate = "the API server's certificate has expired"
  case kill = "kill -9, at every request"
  case terminate = "SIGTERM, at every fourth request"
  case interrupt = "SIGINT, at every fourth request"
}
