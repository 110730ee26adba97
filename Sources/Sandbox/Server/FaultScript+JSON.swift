import Documents
import Failures

/// A fault script that cannot be read.
public struct FaultScriptError: FailureConvertible, Hashable {
  /// What is wrong.
  public var reason: String

  /// Points at the script.
  public var failure: Failure {
    Failure(
      .usage, subject: "fault script", cause: reason,
      remedy: "write {\"rules\": [{\"path\": \"/policy\", \"fault\": \"close\"}]}")
  }
}

extension FaultScript {
  /// Reads rules from the text of ``rules(from:)``'s document.
  ///
  /// - Throws: ``FaultScriptError``.
  public static func rules(json bytes: [UInt8]) throws -> [Rule] {
    let document: JSONValue
    do {
      document = try JSONValue(json: bytes)
    } catch {
      throw FaultScriptError(reason: "\(error)")
    }
    return try rules(from: document)
  }

  /// Reads rules from `{"rules": […]}`.
  ///
  /// Members of a rule, all optional: `method`, `path` (a prefix), `nth` (from
  /// 1), `count` (0 for all), `fault` (`close`, `silence`, `truncate` with `after` bytes,
  /// `delay` and `trickle` with `milliseconds`, `garbage`, `gzip`), or `status` with `headers` and
  /// `body` (an object, or a string as it stands).
  ///
  /// - Throws: ``FaultScriptError``.
  public static func rules(from document: JSONValue) throws -> [Rule] {
    guard let list = document["rules"]?.array ?? document.array else {
      throw FaultScriptError(reason: "there is no list \"rules\"")
    }
    return try list.map(rule)
  }

  private static func rule(_ value: JSONValue) throws -> Rule {
    var rule = Rule()
    for member in value.object?.members ?? [] where !known.contains(member.key) {
      throw FaultScriptError(reason: "unknown member \"\(member.key)\"")
    }
    rule.method = value["method"]?.string
    rule.pathPrefix = value["path"]?.string ?? ""
    rule.occurrence = integer(value["nth"]) ?? 1
    rule.count = integer(value["count"]) ?? 1
    if rule.count == 0 { rule.count = nil }
    rule.fault = try fault(value)
    if let status = integer(value["status"]) {
      rule.response = response(status, value)
    }
    guard rule.fault != nil || rule.response != nil else {
      throw FaultScriptError(reason: "a rule needs \"fault\" or \"status\"")
    }
    return rule
  }

  private static let known: Set<String> = [
    "method", "path", "nth", "count", "fault", "after", "milliseconds", "status", "headers", "body",
  ]

  private static func fault(_ value: JSONValue) throws -> SandboxResponse.Fault? {
    guard let name = value["fault"]?.string else { return nil }
    switch name {
    case "close": return .closeBeforeAnswer
    case "silence": return .silence
    case "truncate": return .truncateBody(after: integer(value["after"]) ?? 0)
    case "delay": return .delay(.milliseconds(integer(value["milliseconds"]) ?? 1000))
    case "garbage": return .garbage
    case "gzip": return .corruptGzip
    case "trickle": return .trickle(every: .milliseconds(integer(value["milliseconds"]) ?? 1000))
    default: throw FaultScriptError(reason: "unknown fault \"\(name)\"")
    }
  }

  private static func response(_ status: Int, _ value: JSONValue) -> SandboxResponse {
    var response = SandboxResponse(status: status)
    if let text = value["body"]?.string {
      response.body = Array(text.utf8)
      response.headers.append((name: "Content-Type", value: "text/plain"))
    } else if let body = value["body"] {
      response = .json(status, body)
    }
    for member in value["headers"]?.object?.members ?? [] {
      response.headers.append((name: member.key, value: member.value.string ?? ""))
    }
    return response
  }

  private static func integer(_ value: JSONValue?) -> Int? {
    value?.integer.flatMap { Int(exactly: $0) }
  }
}
