import Documents
import Failures
import YAMLCoding

/// One expectation of a file of checks.
struct TraceCheck: Sendable, Hashable {
  /// Who opens the connection.
  enum Sources: Sendable, Hashable {
    /// These, as `--from` takes them.
    case named([String])
    /// A pod of every workload that no check of the file lets speak to the same
    /// destination.
    case others
  }

  /// Its name, one of a kind in the file.
  var name: String
  /// Who opens the connection.
  var sources: Sources
  /// Who is spoken to, as `--to` takes it.
  var destinations: [String]
  /// `--port` of each connection; empty where the protocol has none, or for the
  /// ports of a Service.
  var ports: [String]
  /// `--protocol`.
  var protocolName: String?
  /// `--source-port`.
  var sourcePort: Int?
  /// `--ipv6`.
  var isIPv6 = false
  /// What must come of it.
  var expectation: ReachQuestion.Expectation
  /// The line that it begins in.
  var line: Int?

  /// The traffic of each of its connections.
  var traffics: [String?] { ports.isEmpty ? [nil] : ports.map(Optional.some) }

  /// What a single connection of it asks.
  func question(from: String, to: String, port: String?, timeout: Int) -> TraceQuestion {
    TraceQuestion(
      from: from, to: to, port: port, protocolName: protocolName, sourcePort: sourcePort,
      isIPv6: isIPv6, timeout: timeout, expectation: expectation)
  }
}

/// Reads files of checks.
struct TraceCheckFile {
  private static let keys: Set<String> = [
    "name", "from", "to", "port", "protocol", "sourcePort", "ipv6", "expect",
  ]
  private static let hint =
    "docs/traceflow.md has the form: checks, each with from, to, port or protocol, and expect: allow or deny"

  private let path: String
  private let lines: YAMLLines

  /// The checks of a file, in its order.
  ///
  /// - Throws: ``Failure`` of kind invalidInput with the line of the first fault.
  static func read(_ path: String) throws -> [TraceCheck] {
    let bytes = try Files.read(path)
    let document: JSONValue
    do { document = try YAMLReader.document(bytes, source: path) } catch {
      var failure = error.failure
      failure.remedy = hint
      throw failure
    }
    return try TraceCheckFile(path: path, lines: YAMLLines(bytes)).checks(document)
  }

  private func checks(_ document: JSONValue) throws -> [TraceCheck] {
    guard let root = document.object else { throw fault("", "is not a mapping with checks") }
    if let other = root.keys.first(where: { $0 != "checks" }) {
      throw fault(other, "`\(other)` is not known here")
    }
    guard let list = root["checks"]?.array, !list.isEmpty else {
      throw fault(root["checks"] == nil ? "" : "checks", "has no list of checks")
    }
    var seen: Set<String> = []
    return try list.enumerated().map { index, value in
      let check = try self.check(value, at: "checks[\(index)]")
      guard seen.insert(check.name).inserted else {
        throw fault("checks[\(index)]", "another check has the name `\(check.name)`")
      }
      return check
    }
  }

  private func check(_ value: JSONValue, at place: String) throws -> TraceCheck {
    guard let object = value.object else { throw fault(place, "a check is a mapping") }
    if let other = object.keys.first(where: { !Self.keys.contains($0) }) {
      throw fault("\(place).\(other)", "`\(other)` is not known in a check")
    }
    let from = try texts(object["from"], at: "\(place).from")
    let to = try texts(object["to"], at: "\(place).to")
    guard !from.isEmpty else { throw fault(place, "a check needs `from`") }
    guard !to.isEmpty else { throw fault(place, "a check needs `to`") }
    guard from.count == 1 || !from.contains("others") else {
      throw fault("\(place).from", "`others` stands alone")
    }
    let ports = try texts(object["port"], at: "\(place).port")
    // Left out by a template: another traffic would be traced than the one that was meant.
    guard object["port"] == nil || !ports.isEmpty else { throw fault("\(place).port", "is empty") }
    if object["protocol"]?.isNull == true { throw fault("\(place).protocol", "is empty") }
    let word = object["expect"]?.string ?? ""
    guard let expectation = ReachQuestion.Expectation(rawValue: word) else {
      throw fault(
        object["expect"] == nil ? place : "\(place).expect", "`expect` must be allow or deny")
    }
    let name = try text(object["name"], at: "\(place).name")
    var check = TraceCheck(
      name: name
        ?? "\(from.joined(separator: ", ")) -> \(to.joined(separator: ", "))"
        + (ports.isEmpty ? "" : ", \(ports.joined(separator: ", "))") + ": \(word)",
      sources: from == ["others"] ? .others : .named(from), destinations: to, ports: ports,
      protocolName: try text(object["protocol"], at: "\(place).protocol"),
      expectation: expectation, line: lines[place])
    if let value = object["sourcePort"] {
      guard let number = value.integer, (1...65535).contains(number) else {
        throw fault("\(place).sourcePort", "is not a port")
      }
      check.sourcePort = Int(number)
    }
    if let value = object["ipv6"] {
      guard let flag = value.bool else { throw fault("\(place).ipv6", "must be true or false") }
      check.isIPv6 = flag
    }
    try checkTraffic(check, at: place, hasPort: object["port"] != nil)
    return check
  }

  /// Refuses here what is no traffic, so that nothing is traced before.
  private func checkTraffic(_ check: TraceCheck, at place: String, hasPort: Bool) throws {
    for port in check.traffics {
      do {
        try check.question(from: "a", to: "b", port: port, timeout: 1).check()
      } catch let error as Failure {
        let key = hasPort ? "port" : check.protocolName == nil ? "sourcePort" : "protocol"
        throw fault("\(place).\(key)", "\(error.subject) \(error.cause)", error.remedy)
      }
    }
  }

  private func text(_ value: JSONValue?, at place: String) throws -> String? {
    guard let value, !value.isNull else { return nil }
    if let number = value.integer { return String(number) }
    guard let text = value.string, !text.isEmpty else { throw fault(place, "is not a text") }
    return text
  }

  /// One text or a list of them.
  private func texts(_ value: JSONValue?, at place: String) throws -> [String] {
    guard let list = value?.array else { return try text(value, at: place).map { [$0] } ?? [] }
    return try list.enumerated().map { index, element in
      guard let text = try text(element, at: "\(place)[\(index)]") else {
        throw fault("\(place)[\(index)]", "is empty")
      }
      return text
    }
  }

  private func fault(_ place: String, _ cause: String, _ remedy: String? = nil) -> Failure {
    // What an alias stands for has no line of its own.
    var known: String? = place
    while let path = known, lines[path] == nil {
      known = path.lastIndex { $0 == "." || $0 == "[" }.map { String(path[..<$0]) }
    }
    let line = known.flatMap { lines[$0] }.map { "line \($0): " } ?? ""
    return Failure(
      .invalidInput, subject: path, cause: line + (place.isEmpty ? "" : "\(place): ") + cause,
      remedy: remedy ?? Self.hint)
  }
}
