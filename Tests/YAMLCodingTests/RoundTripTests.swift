import ChildProcesses
import Documents
import Foundation
import Testing
import YAMLCoding

@Suite("What YAMLWriter writes, readers take for the same value")
struct RoundTripTests {
  /// The seeds of a run: the same ones each time, so that a change is judged
  /// by what it changed. `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others.
  static let seeds: [UInt64] = {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return [1, 2, 3, 4] }
    return Array(bounds[0]...bounds[1])
  }()

  @Test(arguments: seeds + [11_743_293_758_389_770_001])
  func ownReader(seed: UInt64) throws {
    var random = RandomDocuments(generator: SeededGenerator(seed: seed))
    for index in 0..<400 {
      let value = random.value(depth: 4)
      let text = YAMLWriter.document(value)
      let back = try YAMLReader.document(text)
      try #require(
        JSONWriter.compact(back) == JSONWriter.compact(value),
        "seed \(seed), document \(index):\n\(String(decoding: text, as: UTF8.self))")
    }
  }

  /// A name that turns the text after it around could look like another in review.
  @Test func whatReordersTextIsEscaped() throws {
    for scalar in ["\u{202E}", "\u{2066}", "\u{200F}", "\u{061C}"] as [Unicode.Scalar] {
      let text = String(decoding: YAMLWriter.document(["a": .string("x\(scalar)y")]), as: UTF8.self)
      #expect(!text.unicodeScalars.contains(scalar) && text.contains("x\\u"), "\(text)")
    }
  }

  @Test func everyNastyString() throws {
    for text in RandomDocuments.nasty {
      let value: JSONValue = [text: .array([.string(text), [text: .string(text)]])]
      let back = try YAMLReader.document(YAMLWriter.document(value))
      #expect(JSONWriter.compact(back) == JSONWriter.compact(value))
    }
  }

  @Test(arguments: seeds)
  func jsonOutputIsRead(seed: UInt64) throws {
    var random = RandomDocuments(generator: SeededGenerator(seed: seed))
    for _ in 0..<200 {
      let value = random.value(depth: 4)
      let back = try YAMLReader.document(JSONWriter.pretty(value))
      try #require(JSONWriter.compact(back) == JSONWriter.compact(value), "seed \(seed)")
    }
  }

  /// PyYAML reads YAML 1.1 by other rules than Go: what both read alike is
  /// unambiguous.
  @Test(arguments: seeds.suffix(2))
  func pyYAML(seed: UInt64) throws {
    var random = RandomDocuments(generator: SeededGenerator(seed: seed))
    var values = (0..<150).map { _ in random.value(depth: 4) }
    values += RandomDocuments.nasty.map { [$0: .string($0)] }
    var stream: [UInt8] = []
    for value in values {
      stream += Array("---\n".utf8) + YAMLWriter.document(value)
    }
    guard let output = try Self.throughPyYAML(stream) else {
      print("PyYAML is not installed: its comparison is left out")
      return
    }
    let lines = output.split(separator: UInt8(ascii: "\n"))
    try #require(lines.count == values.count, "seed \(seed)")
    for (line, value) in zip(lines, values) {
      let back = try JSONValue(json: Array(line))
      try #require(
        JSONWriter.compact(back) == JSONWriter.compact(value), "seed \(seed): \(value)")
    }
  }

  /// One line of JSON a document; `nil` where python3 or its yaml is missing.
  private static func throughPyYAML(_ text: [UInt8]) throws -> [UInt8]? {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "yaml-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appending(path: "in.yaml")
    try Data(text).write(to: input)
    let script = """
      import sys, json
      try:
          import yaml
      except ImportError:
          sys.exit(77)
      loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
      with open(sys.argv[1], "rb") as f:
          for document in yaml.load_all(f, Loader=loader):
              print(json.dumps(document))
      """
    guard let run = try? ProgramRun.blocking(["python3", "-c", script, input.path]),
      run.status != 77
    else { return nil }
    #expect(run.status == 0, "\(run.errors)")
    return Array(run.output.utf8)
  }
}
