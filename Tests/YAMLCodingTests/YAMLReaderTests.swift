import Documents
import Testing
import YAMLCoding

@Suite("YAMLReader")
struct YAMLReaderTests {
  private func read(_ text: String) throws -> JSONValue {
    try YAMLReader.document(Array(text.utf8))
  }

  private func fault(_ text: String) -> YAMLSyntaxError? {
    do {
      _ = try YAMLReader.documents(Array(text.utf8))
      return nil
    } catch { return error }
  }

  @Test(
    arguments: [
      ("yes", .bool(true)), ("No", .bool(false)), ("on", .bool(true)), ("OFF", .bool(false)),
      ("y", .bool(true)), ("N", .bool(false)), ("true", .bool(true)), ("tRue", "tRue"),
      ("~", .null), ("null", .null), ("NULL", .null), ("nULL", "nULL"),
      ("0x1f", 31), ("-0x1F", -31), ("0o17", 15), ("017", 15), ("08", .number(8)), ("0b101", 5),
      ("1_000", 1000), ("+12", 12), ("-0", 0), ("9223372036854775807", .integer(.max)),
      ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", .number(9223372036854775808)),
      ("1e3", .number(1000)), ("1.5", .number(1.5)), (".5", .number(0.5)), ("5.", .number(5)),
      ("1.0000000177635693", .number(1.0000000177635693)), ("1e", "1e"), ("0x", "0x"), (".", "."),
      ("0a1", "0a1"), ("0A1", "0A1"), ("0c7", "0c7"), ("0X", "0X"), ("0O7", 7),
      ("+", "+"), ("-", .array([.null])), ("1.2.3", "1.2.3"), ("10.0.0.0/8", "10.0.0.0/8"),
      ("1:20", "1:20"), ("2001-12-14", "2001-12-14"),
      ("2001-12-14T21:59:43Z", "2001-12-14T21:59:43Z"),
      ("'true'", "true"), ("\"1\"", "1"), ("!!str 1", "1"), ("!!int '7'", 7),
      ("!!float 2", .number(2)),
      ("!!bool yes", .bool(true)), ("!!null ''", .null), ("! 12", "12"), ("0x1g", "0x1g"),
    ] as [(String, JSONValue)])
  func scalars(text: String, value: JSONValue) throws {
    #expect(try read(text) == value)
  }

  @Test func keysAreStrings() throws {
    #expect(
      try read("1: a\n0x10: b\nyes: c\n1.5: d\n'2': e\n")
        == ["1": "a", "16": "b", "true": "c", "1.5": "d", "2": "e"])
  }

  @Test func blockScalars() throws {
    #expect(
      try read("a: |\n  x\n   y\n\nb: >-\n  x\n  y\nc: |+\n  z\n\n")
        == ["a": "x\n y\n", "b": "x y", "c": "z\n\n"])
  }

  @Test func documentsOfAStream() throws {
    let text = "# head\n---\na: 1\n---\n# nothing\n---\nnull\n--- text\n...\n---\n"
    #expect(try YAMLReader.documents(Array(text.utf8)) == [["a": 1], .null, "text"])
    #expect(try YAMLReader.documents([]) == [])
    #expect(try YAMLReader.document(Array("# only a comment".utf8)) == .null)
    #expect(throws: YAMLSyntaxError.self) { try read("a: 1\n---\nb: 2\n") }
  }

  @Test func json() throws {
    #expect(
      try YAMLReader.documents(Array("{\"a\":\"\\ud83d\\ude00\\/\"}\n[1.5,\t2]\n".utf8))
        == [["a": "😀/"], [.number(1.5), 2]])
    let key = String(repeating: "k", count: 3000)
    #expect(try read("{\"\(key)\": 1}") == [key: 1])
    #expect(try read("\u{FEFF}a: 1") == ["a": 1])
    // Flow style that is not JSON.
    #expect(try read("{a: [x, 'y'], b: }") == ["a": ["x", "y"], "b": .null])
  }

  @Test func anchorsAndMergeKeys() throws {
    let text = """
      base: &base {a: 1, b: 2}
      other: &other {b: 3, c: 4}
      one:
        <<: *base
        b: 9
      both:
        <<: [*other, *base]
      name: &n web
      *n : again
      quoted: {"<<": 1}
      """
    let value = try read(text)
    #expect(value["one"] == ["a": 1, "b": 9])
    #expect(value["both"] == ["a": 1, "b": 3, "c": 4])
    #expect(value["web"] == "again")
    #expect(value["quoted"] == ["<<": 1])
  }

  @Test func faultsSayWhere() throws {
    let duplicate = try #require(fault("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"))
    #expect(duplicate.line == 5 && duplicate.column == 3)
    #expect(duplicate.reason.contains("\"c\""))
    let indent = try #require(fault("a:\n  - b\n c: d\n"))
    #expect(indent.line == 3)
    let bytes = try? YAMLReader.documents([0x61, 0x3A, 0x0A, 0x20, 0xFF])
    #expect(bytes == nil)
    let alias = #expect(throws: YAMLSyntaxError.self) {
      try YAMLReader.document(Array("a: *b".utf8), source: "f.yaml")
    }
    #expect(alias?.source == "f.yaml" && alias?.line == 1 && alias?.column == 4)
    #expect(alias?.failure.subject == "f.yaml")
    #expect(alias?.failure.kind == .invalidInput)
  }

  @Test(arguments: [
    "a: *missing", "a: &a [*a]", "a: !custom 1", "a: !!binary aGk=", "a: .nan", "a: -.inf",
    "a: !!int x", "a: !!bool 1", "<<: 1", "<<: [1]", "? [a]\n: b", "~: a", "? {a: b}\n: c",
    "{\"a\":1,\"a\":2}", "a: [", "a: \"", "\ta: 1", "a: b: c", "a: !!map [b]", "{a: 1}}",
    "1: a\n'1': b",
  ])
  func refused(text: String) {
    #expect(fault(text) != nil)
  }

  @Test func hostileTextsAreBounded() {
    #expect(fault(String(repeating: "[", count: 100_000)) != nil)
    #expect(fault(String(repeating: "- ", count: 2000) + "a") != nil)
    var laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1..<12 {
      let aliases = repeatElement("*a\(level - 1)", count: 10).joined(separator: ", ")
      laughs += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(fault(laughs)?.reason.contains("aliases") == true)
    var tower = "a0: &a0 [x]\n"
    for level in 1..<300 { tower += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(fault(tower)?.reason.contains("deep") == true)
    #expect(throws: Never.self) {
      try read(
        String(repeating: "[", count: YAMLReader.maximumDepth)
          + String(repeating: "]", count: YAMLReader.maximumDepth))
    }
  }
}
