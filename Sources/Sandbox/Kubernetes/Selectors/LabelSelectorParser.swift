extension LabelSelector {
  /// Reads the text of a `labelSelector` parameter: `a=b`, `a==b`, `a!=b`,
  /// `a in (b,c)`, `a notin (b)`, `a`, `!a`, joined with commas.
  ///
  /// - Throws: ``KubernetesFault`` (400) where the text breaks the grammar.
  init(parsing text: String) throws {
    var scanner = Scanner(text)
    if scanner.atEnd { return }
    repeat { requirements.append(try scanner.requirement()) } while scanner.take(",")
    guard scanner.atEnd else { throw scanner.fault() }
  }

  private struct Scanner {
    let text: String
    var rest: Substring

    init(_ text: String) {
      self.text = text
      rest = text[...]
      skipSpace()
    }

    var atEnd: Bool { rest.isEmpty }

    func fault() -> KubernetesFault {
      .badRequest(
        "unable to parse requirement: found '\(rest)', expected: a label requirement in '\(text)'")
    }

    mutating func skipSpace() {
      while rest.first == " " || rest.first == "\t" { rest.removeFirst() }
    }

    mutating func take(_ token: String) -> Bool {
      guard rest.hasPrefix(token) else { return false }
      rest.removeFirst(token.count)
      skipSpace()
      return true
    }

    mutating func word() -> String {
      let end = rest.firstIndex { "=!,() \t".contains($0) } ?? rest.endIndex
      let word = String(rest[..<end])
      rest = rest[end...]
      skipSpace()
      return word
    }

    mutating func key() throws -> String {
      let key = word()
      guard QualifiedNames.isQualifiedName(key) else {
        throw KubernetesFault.badRequest(
          "unable to parse requirement: <nil>: Invalid value: \"\(key)\": name part must consist "
            + "of alphanumeric characters, '-', '_' or '.', and must start and end with an "
            + "alphanumeric character")
      }
      return key
    }

    mutating func value() throws -> String {
      let value = word()
      guard QualifiedNames.isLabelValue(value) else {
        throw KubernetesFault.badRequest(
          "unable to parse requirement: values[0][\(value)]: Invalid value: \"\(value)\": a valid "
            + "label must be an empty string or consist of alphanumeric characters, '-', '_' or "
            + "'.', and must start and end with an alphanumeric character")
      }
      return value
    }

    mutating func requirement() throws -> Requirement {
      if take("!") { return .doesNotExist(try key()) }
      let key = try key()
      if atEnd || rest.first == "," { return .exists(key) }
      if take("==") || take("=") { return .isIn(key, [try value()]) }
      if take("!=") { return .notIn(key, [try value()]) }
      switch word() {
      case "in": return .isIn(key, try values())
      case "notin": return .notIn(key, try values())
      default: throw fault()
      }
    }

    mutating func values() throws -> [String] {
      guard take("(") else { throw fault() }
      var values: [String] = []
      repeat { values.append(try value()) } while take(",")
      guard take(")") else { throw fault() }
      return values
    }
  }
}
