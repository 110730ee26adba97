import Failures

/// Text with placeholders such as `{clusters}`; `{{` and `}}` stand for braces.
struct TextTemplate: Sendable, Hashable {
  private enum Part: Hashable {
    case text(String)
    case placeholder(String)
  }

  private var parts: [Part] = []

  /// Reads a template.
  ///
  /// - Throws: ``Failure`` of kind usage for a placeholder that is not known.
  init(_ text: String, setting: String, known: [String]) throws {
    var rest = text[...]
    var plain = ""
    while let character = rest.popFirst() {
      if character == "{" || character == "}", rest.first == character {
        rest.removeFirst()
        plain.append(character)
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}"), known.contains(String(rest[..<end])) else {
          throw Failure(
            .usage, subject: setting,
            cause: "`{\(rest.prefix { $0 != "}" && $0 != "\n" })}` is not a placeholder",
            remedy: "known are " + known.map { "{\($0)}" }.joined(separator: ", ")
              + "; write {{ for a brace")
        }
        parts += [.text(plain), .placeholder(String(rest[..<end]))]
        plain = ""
        rest = rest[rest.index(after: end)...]
      } else {
        plain.append(character)
      }
    }
    parts.append(.text(plain))
  }

  /// Whether the text has a placeholder.
  func uses(_ placeholder: String) -> Bool { parts.contains(.placeholder(placeholder)) }

  /// The text with the values in their places.
  func filled(_ values: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(let name): values[name] ?? ""
      }
    }.joined()
  }
}
