import Translation

/// The table of constructs in `docs/translation.md`.
struct ConstructTable {
  /// A construct and what becomes of it.
  struct Row {
    /// The first cell.
    var construct: String
    /// The second cell.
    var outcome: String

    /// The codes of findings that the outcome names.
    var codes: Set<String> {
      let known = Set(FindingCode.allCases.map(\.rawValue))
      return known.intersection(outcome.split(separator: "`").map(String.init))
    }
  }

  private(set) var rows: [Row] = []

  /// Reads the rows below the heading; a row in bold type is a heading itself.
  init(_ markdown: String) {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "## Table of constructs") else { return }
    for line in lines[start...].dropFirst() {
      if line.hasPrefix("## ") || line.hasPrefix("### ") { break }
      let cells = Self.cells(line)
      if cells.count != 2 || cells[0] == "NSX" || cells[0].hasPrefix("---") { continue }
      if cells[0].hasPrefix("**"), cells[1].isEmpty { continue }
      rows.append(Row(construct: cells[0], outcome: cells[1]))
    }
  }

  /// The cells of a line; `\|` is a bar in a cell.
  private static func cells(_ line: Substring) -> [String] {
    guard line.hasPrefix("|"), line.hasSuffix("|") else { return [] }
    var cells: [String] = [""]
    var isEscaped = false
    for character in line.dropFirst().dropLast() {
      switch character {
      case "\\" where !isEscaped: isEscaped = true
      case "|" where !isEscaped: cells.append("")
      default:
        cells[cells.count - 1].append(character)
        isEscaped = false
      }
    }
    return cells.map { cell in
      var text = cell[...]
      while text.first == " " { text.removeFirst() }
      while text.last == " " { text.removeLast() }
      return String(text)
    }
  }
}
