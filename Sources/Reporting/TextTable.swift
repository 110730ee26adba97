/// A table with columns as wide as their contents, and no wider.
public struct TextTable: Sendable {
  /// The headings.
  public let headings: [String]
  /// The rows.
  public private(set) var rows: [[String]] = []

  /// Creates an empty table.
  public init(_ headings: [String]) { self.headings = headings }

  /// Adds a row; missing cells are empty.
  public mutating func add(_ cells: [String]) {
    rows.append(headings.indices.map { $0 < cells.count ? TextStyle.printable(cells[$0]) : "" })
  }

  /// The table with a line feed after each line and no space at the ends;
  /// empty for a table without rows.
  public func render(style: TextStyle = TextStyle(color: false)) -> String {
    guard !rows.isEmpty else { return "" }
    let widths = headings.indices.map { column in
      ([headings] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        text += cell
        if column < cells.count - 1 {
          text += String(repeating: " ", count: widths[column] - cell.count + 2)
        }
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    return ([style(.heading, line(headings))] + rows.map(line)).map { $0 + "\n" }.joined()
  }
}
