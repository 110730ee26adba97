import Documents

/// Findings in the Static Analysis Results Interchange Format, SARIF 2.1.0, as
/// code scanning takes them.
public struct SARIFLog: Sendable {
  /// One kind of finding.
  public struct Rule: Sendable, Hashable {
    /// Stable code.
    public var id: String
    /// `error`, `warning` or `info`.
    public var severity: String
    /// What it means, one sentence.
    public var meaning: String
    /// The way out.
    public var help: String

    /// Creates a kind of finding.
    public init(id: String, severity: String, meaning: String, help: String) {
      self.id = id
      self.severity = severity
      self.meaning = meaning
      self.help = help
    }
  }

  /// One finding at its place in the rendered tree.
  public struct Result: Sendable, Hashable {
    /// The finding.
    public var finding: ReportedFinding
    /// The file in the repository.
    public var file: String
    /// The line in it, from 1.
    public var line: Int

    /// Creates a result.
    public init(finding: ReportedFinding, file: String, line: Int) {
      self.finding = finding
      self.file = file
      self.line = line
    }
  }

  /// The version of the tool.
  public var version: String
  /// The kinds of findings.
  public var rules: [Rule]
  /// The findings.
  public var results: [Result]

  /// Creates a log.
  public init(version: String, rules: [Rule], results: [Result]) {
    self.version = version
    self.rules = rules
    self.results = results
  }

  private static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
  /// What file paths are taken from.
  private static let root = "%SRCROOT%"

  /// The log as a document, its results in order of file, line and finding.
  public var document: JSONValue {
    let indexes = Dictionary(rules.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let sorted = results.sorted { left, right in
      let order = utf8Order(left.file, right.file)
      if order != 0 { return order < 0 }
      if left.line != right.line { return left.line < right.line }
      return utf8Order(left.finding.document.description, right.finding.document.description) < 0
    }
    return [
      "$schema": .string(Self.schema), "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "nsx-antrea", "version": .string(version),
              "rules": .array(rules.map(\.document)),
            ]
          ],
          "originalUriBaseIds": [
            Self.root: ["description": ["text": "The repository of the rendered trees."]]
          ],
          "results": .array(Self.documents(sorted, indexes)),
        ]
      ],
    ]
  }

  /// The results, those of one finding about one thing told apart by their
  /// order.
  private static func documents(_ results: [Result], _ indexes: [String: Int]) -> [JSONValue] {
    var counts: [String: Int] = [:]
    return results.map { result in
      let identity = result.identity
      counts[identity, default: 0] += 1
      return result.document(
        index: indexes[result.finding.code],
        fingerprint: "\(hexText(SHA256.hash(identity.utf8))):\(counts[identity] ?? 1)")
    }
  }

  fileprivate static func level(_ severity: String) -> JSONValue {
    switch severity {
    case "error": "error"
    case "warning": "warning"
    default: "note"
    }
  }

  fileprivate static func location(file: String, line: Int) -> JSONValue {
    [
      "artifactLocation": ["uri": .string(uri(file)), "uriBaseId": .string(root)],
      "region": ["startLine": .integer(Int64(line))],
    ]
  }

  /// A relative URI; the names of files need it, not their slashes.
  private static func uri(_ path: String) -> String {
    let digits = Array("0123456789ABCDEF".unicodeScalars)
    var output = ""
    for byte in path.utf8 {
      let isPlain =
        (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || "-._~/".utf8.contains(byte)
      if isPlain {
        output.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        output += "%"
        output.unicodeScalars.append(digits[Int(byte >> 4)])
        output.unicodeScalars.append(digits[Int(byte & 15)])
      }
    }
    return output
  }
}

extension SARIFLog.Rule {
  fileprivate var document: JSONValue {
    [
      "id": .string(id), "shortDescription": ["text": .string(meaning)],
      "help": ["text": .string("Way out: \(help).")],
      "defaultConfiguration": ["level": SARIFLog.level(severity)],
    ]
  }
}

extension SARIFLog.Result {
  /// What stays while line and message of a finding change.
  fileprivate var identity: String {
    "\(finding.code)\n\(finding.path)\n\(finding.rule ?? "")"
  }

  fileprivate func document(index: Int?, fingerprint: String) -> JSONValue {
    var object = JSONObject()
    object["ruleId"] = .string(finding.code)
    if let index { object["ruleIndex"] = .integer(Int64(index)) }
    object["level"] = SARIFLog.level(finding.severity)
    let place = finding.rule ?? finding.path
    let hint = finding.hint.map { " Way out: \($0)." } ?? ""
    object["message"] = ["text": .string("\(place): \(finding.message).\(hint)")]
    let names = [finding.path] + (finding.rule.map { [$0] } ?? [])
    object["locations"] = [
      [
        "physicalLocation": SARIFLog.location(file: file, line: line),
        "logicalLocations": .array(
          names.map { path in
            [
              "fullyQualifiedName": .string(path),
              "name": .string(path.split(separator: "/").last.map(String.init) ?? path),
              "kind": "resource",
            ]
          }),
      ]
    ]
    object["partialFingerprints"] = ["nsxAntrea/v1": .string(fingerprint)]
    return .object(object)
  }
}
