/// Pieces of Markdown (GitHub's and GitLab's) from texts that others wrote.
enum MarkdownText {
  /// A text that is shown as it is, whatever it holds: it opens no markup, no
  /// table cell, no link, and calls nobody by `@name`.
  ///
  /// Every character that could mean something is a character reference, which
  /// Markdown never takes for structure; the element keeps mentions and emoji
  /// from being made of the result.
  static func code(_ text: String) -> String { "<code>\(escaped(text))</code>" }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", "-": result.unicodeScalars.append(scalar)
      default:
        if isInvisible(scalar) {
          result.append(" ")
        } else if scalar.isASCII {
          result.append("&#\(scalar.value);")
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  /// Controls, line breaks, and what reorders or hides text.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    default: false
    }
  }

  /// Lines in a fence that they cannot close.
  static func fenced(_ text: String, language: String) -> String {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    // A carriage return alone ends a line in Markdown as well.
    let body = text.replacing("\r", with: " ")
    return "\(fence)\(language)\n\(body)\(body.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }
}

/// A text that stays within a number of bytes.
struct BoundedText {
  private(set) var text = ""
  /// Bytes that may still be written.
  private(set) var room: Int

  init(limit: Int) { room = limit }

  /// Adds a part if all of it fits.
  ///
  /// - Returns: Whether it did.
  @discardableResult
  mutating func append(_ part: String) -> Bool {
    guard part.utf8.count <= room else { return false }
    text += part
    room -= part.utf8.count
    return true
  }

  /// Adds the parts that fit, in order, and leaves `reserve` bytes.
  ///
  /// - Returns: How many of them were left out, from the first that did not fit.
  mutating func append(parts: [String], reserve: Int) -> Int {
    for (index, part) in parts.enumerated() {
      guard part.utf8.count + reserve <= room else { return parts.count - index }
      append(part)
    }
    return 0
  }
}
