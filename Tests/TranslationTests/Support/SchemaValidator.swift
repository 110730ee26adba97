import Documents
import YAMLCoding

/// Validates objects against the schemas of CustomResourceDefinitions; fields
/// that the schema does not have are refused, as with strict validation.
struct SchemaValidator {
  private var schemas: [String: JSONValue] = [:]

  init(crds bytes: [UInt8]) throws {
    for document in try YAMLReader.documents(bytes) {
      guard let kind = document[path: "spec", "names", "kind"]?.string else { continue }
      for version in document[path: "spec", "versions"]?.array ?? []
      where version["name"]?.string == "v1beta1" {
        schemas[kind] = version[path: "schema", "openAPIV3Schema"]
      }
    }
  }

  func problems(_ object: JSONValue) -> [String] {
    guard let kind = object["kind"]?.string, let schema = schemas[kind] else {
      return ["no schema"]
    }
    var body = object
    if case .object(var members) = body {
      for key in ["apiVersion", "kind", "metadata"] { members[key] = nil }
      body = .object(members)
    }
    return problems(body, schema, kind)
  }

  private func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    var list: [String] = []
    let type = schema["type"]?.string
    switch value {
    case .object(let object):
      if let type, type != "object" { return ["\(path): not \(type)"] }
      let properties = schema["properties"]
      for required in schema["required"]?.array ?? [] where object[required.string ?? ""] == nil {
        list.append("\(path): \(required) is missing")
      }
      for member in object {
        if let inner = properties?[member.key] ?? schema["additionalProperties"] {
          list += problems(member.value, inner, "\(path).\(member.key)")
        } else if schema["x-kubernetes-preserve-unknown-fields"]?.bool != true {
          list.append("\(path): unknown field \(member.key)")
        }
      }
    case .array(let elements):
      if let type, type != "array" { return ["\(path): not \(type)"] }
      for element in elements { list += problems(element, schema["items"] ?? [:], "\(path)[]") }
    case .string(let text):
      let isAllowed =
        type == nil || type == "string" || schema["x-kubernetes-int-or-string"]?.bool == true
      if !isAllowed { list.append("\(path): not \(type ?? "")") }
      if let pattern = schema["pattern"]?.string, (try? Regex(pattern).wholeMatch(in: text)) == nil
      {
        list.append("\(path): \(text) does not match \(pattern)")
      }
    case .integer, .number:
      if type == "string" || type == "boolean" || type == "object" || type == "array" {
        list.append("\(path): a number")
      }
      if let low = schema["minimum"]?.double, value.double ?? 0 < low {
        list.append("\(path): low")
      }
      if let high = schema["maximum"]?.double, value.double ?? 0 > high {
        list.append("\(path): high")
      }
    case .bool: if type != "boolean" { list.append("\(path): a boolean") }
    case .null: list.append("\(path): null")
    }
    if let allowed = schema["enum"]?.array, !allowed.contains(value) {
      list.append("\(path): \(value) is none of \(allowed)")
    }
    return list
  }
}
