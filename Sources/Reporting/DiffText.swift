import AntreaModel
import Documents
import Planning

/// Unified diffs of objects as YAML.
public enum DiffText {
  /// The diff of the canonical forms of two objects; empty where they mean the
  /// same. A missing side is a missing object.
  public static func object(
    live: KubernetesObject?, desired: KubernetesObject?, color: Bool, context: Int = 3
  ) -> String {
    guard let name = (desired ?? live)?.reference.description else { return "" }
    return unified(
      old: live.map { lines(of: CanonicalForm.document(of: $0)) } ?? [],
      new: desired.map { lines(of: CanonicalForm.document(of: $0)) } ?? [],
      oldName: live == nil ? "/dev/null" : "live/\(name)",
      newName: desired == nil ? "/dev/null" : "desired/\(name)", color: color, context: context)
  }

  /// The lines of a value as YAML, without line feeds.
  public static func lines(of value: JSONValue) -> [String] {
    String(decoding: YAMLWriter.document(value), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private struct Line {
    let mark: Character
    let text: String
  }

  /// A unified diff of two texts; empty where they are equal.
  public static func unified(
    old: [String], new: [String], oldName: String, newName: String, color: Bool, context: Int = 3
  ) -> String {
    let lines = edits(from: old, to: new)
    let changes = lines.indices.filter { lines[$0].mark != " " }
    guard var start = changes.first else { return "" }
    let style = TextStyle(color: color)
    var text = style(.heading, "--- \(oldName)") + "\n" + style(.heading, "+++ \(newName)") + "\n"
    var hunks: [Range<Int>] = []
    var end = start
    for change in changes.dropFirst() {
      if change - end > 2 * context {
        hunks.append(start..<end + 1)
        start = change
      }
      end = change
    }
    hunks.append(start..<end + 1)
    for hunk in hunks {
      let range = max(0, hunk.lowerBound - context)..<min(lines.count, hunk.upperBound + context)
      text += header(lines, range, style)
      for line in lines[range] {
        let content = "\(line.mark)\(line.text)"
        switch line.mark {
        case "+": text += style(.added, content) + "\n"
        case "-": text += style(.removed, content) + "\n"
        default: text += content + "\n"
        }
      }
    }
    return text
  }

  private static func edits(from old: [String], to new: [String]) -> [Line] {
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var lines: [Line] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if i < old.count, removed.contains(i) {
        lines.append(Line(mark: "-", text: old[i]))
        i += 1
      } else if j < new.count, inserted.contains(j) {
        lines.append(Line(mark: "+", text: new[j]))
        j += 1
      } else {
        if i < old.count { lines.append(Line(mark: " ", text: old[i])) }
        i += 1
        j += 1
      }
    }
    return lines
  }

  private static func header(_ lines: [Line], _ range: Range<Int>, _ style: TextStyle) -> String {
    func side(_ mark: Character) -> String {
      let before = lines[..<range.lowerBound].count { $0.mark != mark }
      let count = lines[range].count { $0.mark != mark }
      return "\(count == 0 ? before : before + 1),\(count)"
    }
    return style(.faint, "@@ -\(side("+")) +\(side("-")) @@") + "\n"
  }
}
