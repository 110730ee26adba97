import AntreaModel
import Documents

/// Reads fields of one object; absent, null and empty lists are the same.
struct AntreaFields {
  let object: KubernetesObject.Reference
  /// The rule that is read, by its name or place.
  var rule: String?

  /// The fields of a rule of the same object.
  func inRule(_ name: String) -> AntreaFields {
    var fields = self
    fields.rule = name
    return fields
  }

  /// Whether a member is there and not null.
  func has(_ value: JSONValue, _ key: String) -> Bool { value[key].map { !$0.isNull } ?? false }

  func list(_ value: JSONValue, _ key: String) throws(EvaluationError) -> [JSONValue] {
    guard let member = value[key], !member.isNull else { return [] }
    guard let list = member.array else { throw invalid(key, "not a list") }
    return list
  }

  func strings(_ value: JSONValue, _ key: String) throws(EvaluationError) -> [String] {
    var result: [String] = []
    for element in try list(value, key) {
      guard let text = element.string else { throw invalid(key, "not a list of strings") }
      result.append(text)
    }
    return result
  }

  func text(_ value: JSONValue, _ key: String) throws(EvaluationError) -> String? {
    guard let member = value[key], !member.isNull else { return nil }
    guard let text = member.string else { throw invalid(key, "not a string") }
    return text
  }

  /// A number within bounds.
  func number(
    _ value: JSONValue, _ key: String, in bounds: ClosedRange<Int64>
  ) throws(EvaluationError) -> Int? {
    guard let member = value[key], !member.isNull else { return nil }
    guard let number = member.integer, bounds.contains(number) else {
      throw invalid(key, "not a number from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    return Int(number)
  }

  /// Refuses members that are not known: judging without them would be wrong.
  func check(_ value: JSONValue, _ known: Set<String>) throws(EvaluationError) {
    guard let members = value.object else { throw invalid("spec", "not an object") }
    for member in members where !known.contains(member.key) && !member.value.isNull {
      throw .notEvaluated(object, construct: member.key)
    }
  }

  func invalid(_ field: String, _ reason: String) -> EvaluationError {
    .invalid(object, field: field, reason: reason)
  }
}
