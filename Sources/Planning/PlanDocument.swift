import AntreaModel
import Documents

extension Plan {
  /// `sha256:` and the hash of the canonical plan, live resourceVersions
  /// included: what an approval is bound to.
  public var digest: String { Self.digest(of: body) }

  /// The plan as a document with `schemaVersion` 1, for `--out` and
  /// `--output json`.
  public var document: JSONValue {
    guard case .object(var object) = body else { return body }
    object["digest"] = .string(Self.digest(of: body))
    return .object(object)
  }

  private static func digest(of body: JSONValue) -> String {
    "sha256:" + hexText(SHA256.hash(JSONWriter.compact(body)))
  }

  private var body: JSONValue {
    var object = JSONObject()
    object["schemaVersion"] = 1
    object["kind"] = "Plan"
    object["owner"] = .string(owner)
    object["bindings"] = .texts(bindings)
    object["counts"] = counts.document
    object["refusals"] = .array(refusals.map(\.document))
    if !gaps.isEmpty { object["gaps"] = .array(gaps.map(\.document)) }
    object["steps"] = .array(steps.map(\.document))
    return .object(object)
  }

  /// Reads a plan document.
  ///
  /// - Throws: ``PlanDocumentError``.
  public init(document: JSONValue) throws(PlanDocumentError) {
    let version = document["schemaVersion"] ?? .null
    guard version == 1 else { throw .unsupportedVersion(version.description) }
    guard let owner = document["owner"]?.string else { throw .malformed(member: "owner") }
    guard let steps = document["steps"]?.array else { throw .malformed(member: "steps") }
    guard let refusals = document["refusals"]?.array else { throw .malformed(member: "refusals") }
    self.init(owner: owner, steps: [])
    for member in document["bindings"]?.object?.members ?? [] {
      bindings[member.key] = member.value.string
    }
    for value in refusals {
      guard let code = value["code"]?.string.flatMap(PlanRefusal.Code.init),
        let subjects = value["subjects"]?.texts
      else { throw .malformed(member: "refusals") }
      self.refusals.append(PlanRefusal(code, subjects, remedy: value["hint"]?.string))
    }
    for value in document["gaps"]?.array ?? [] {
      guard let gap = OrderGap(document: value) else { throw .malformed(member: "gaps") }
      gaps.append(gap)
    }
    for (index, value) in steps.enumerated() {
      guard let step = PlanStep(document: value) else {
        throw .malformed(member: "steps[\(index)]")
      }
      self.steps.append(step)
    }
    guard document["digest"]?.string == digest else { throw .digestMismatch }
  }
}

extension PlanRefusal {
  /// The refusal as a JSON object.
  fileprivate var document: JSONValue {
    var object = JSONObject()
    object["code"] = .string(code.rawValue)
    object["hint"] = remedy.map { .string($0) }
    object["subjects"] = .texts(subjects)
    return .object(object)
  }
}

extension Plan.Counts {
  /// The counts as a JSON object.
  public var document: JSONValue {
    [
      "create": .integer(Int64(create)), "update": .integer(Int64(update)),
      "adopt": .integer(Int64(adopt)), "delete": .integer(Int64(delete)),
      "unchanged": .integer(Int64(unchanged)), "blocked": .integer(Int64(blocked)),
      "makeBeforeBreak": .integer(Int64(makeBeforeBreak)),
    ]
  }
}

extension JSONValue {
  static func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }

  static func texts(_ texts: [String: String]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in texts { object[key] = .string(value) }
    return .object(object)
  }

  /// The strings of an array; `nil` where one element is something else.
  var texts: [String]? {
    guard let array else { return nil }
    let list = array.compactMap(\.string)
    return list.count == array.count ? list : nil
  }
}
