import Documents

/// Short ways to write structural OpenAPI schemas.
enum SchemaBuilder {
  /// An object with these properties and no others.
  static func object(
    _ properties: [String: JSONValue], required: [String] = []
  ) -> JSONValue {
    var members = JSONObject()
    for (name, schema) in properties { members[name] = schema }
    var result = JSONObject()
    result["type"] = "object"
    if !members.isEmpty { result["properties"] = .object(members) }
    if !required.isEmpty { result["required"] = .array(required.map(JSONValue.string)) }
    return .object(result)
  }

  /// A list of items of one schema.
  static func list(_ items: JSONValue) -> JSONValue {
    ["type": "array", "items": items]
  }

  /// An object with free keys.
  static func map(_ values: JSONValue) -> JSONValue {
    ["type": "object", "additionalProperties": values]
  }

  /// A schema with one more keyword.
  static func with(_ schema: JSONValue, _ key: String, _ value: JSONValue) -> JSONValue {
    var object = schema.object ?? JSONObject()
    object[key] = value
    return .object(object)
  }

  /// A string.
  static let string: JSONValue = ["type": "string"]
  /// A boolean.
  static let bool: JSONValue = ["type": "boolean"]
  /// An integer.
  static let integer: JSONValue = ["type": "integer"]
  /// A port: a number or a name.
  static let intOrString: JSONValue = ["x-kubernetes-int-or-string": true]
  /// An object that is not looked into.
  static let open: JSONValue = [
    "type": "object", "x-kubernetes-preserve-unknown-fields": true,
  ]

  /// A string with one of some values.
  static func oneOf(_ values: String...) -> JSONValue {
    ["type": "string", "enum": .array(values.map(JSONValue.string))]
  }

  /// A string of a format.
  static func formatted(_ format: String) -> JSONValue {
    ["type": "string", "format": .string(format)]
  }

  /// A string that matches a pattern.
  static func matching(_ pattern: String) -> JSONValue {
    ["type": "string", "pattern": .string(pattern)]
  }

  /// An integer within bounds.
  static func integer(_ minimum: Int64, _ maximum: Int64) -> JSONValue {
    ["type": "integer", "minimum": .integer(minimum), "maximum": .integer(maximum)]
  }

  /// An object that must have exactly one of some members.
  static func exactlyOne(_ names: [String], of schema: JSONValue) -> JSONValue {
    let choices: [JSONValue] = names.map { ["required": .array([.string($0)])] }
    return with(schema, "oneOf", .array(choices))
  }
}
