import Documents

/// Validates a value against a structural schema and words the errors as
/// kube-apiserver does.
struct SchemaValidator {
  /// The errors found, in order of the fields.
  private(set) var causes: [KubernetesFault.Cause] = []

  /// Checks a value and everything below it.
  mutating func validate(_ value: JSONValue, _ schema: JSONValue, at path: String = "") {
    if let type = schema["type"]?.string, !Self.has(value, type) {
      let found = Self.typeName(value)
      return add(
        "FieldValueTypeInvalid", path,
        "Invalid value: \"\(found)\": \(path) in body must be of type \(type): \"\(found)\"")
    }
    if schema["x-kubernetes-int-or-string"]?.bool == true, value.string == nil,
      value.integer == nil
    {
      return add(
        "FieldValueTypeInvalid", path,
        "Invalid value: \"\(Self.typeName(value))\": \(path) in body must be of type "
          + "integer,string: \"\(Self.typeName(value))\"")
    }
    switch value {
    case .object(let object): validate(object, value, schema, at: path)
    case .array(let list):
      guard let items = schema["items"] else { break }
      for (index, element) in list.enumerated() {
        validate(element, items, at: "\(path)[\(index)]")
      }
    case .string(let text): validate(text, schema, at: path)
    case .integer, .number: validateNumber(value, schema, at: path)
    case .null, .bool: break
    }
    if let values = schema["enum"]?.array, !values.contains(value) {
      add(
        "FieldValueNotSupported", path,
        "Unsupported value: \(value): supported values: "
          + values.map(\.description).joined(separator: ", "))
    }
    if let choices = schema["oneOf"]?.array { validateChoice(value, choices, at: path) }
  }

  private mutating func validate(
    _ object: JSONObject, _ value: JSONValue, _ schema: JSONValue, at path: String
  ) {
    func field(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    for name in schema["required"]?.array ?? [] {
      if let name = name.string, object[name] == nil {
        add("FieldValueRequired", field(name), "Required value")
      }
    }
    if let least = schema["minProperties"]?.integer, object.count < least {
      add(
        "FieldValueInvalid", path,
        "Invalid value: \(object.count): \(path) in body should have at least \(least) properties")
    }
    if let most = schema["maxProperties"]?.integer, object.count > most {
      add(
        "FieldValueTooMany", path,
        "Too many: \(object.count): must have at most \(most) items")
    }
    for member in object {
      if let inner = schema["properties"]?[member.key] ?? schema["additionalProperties"] {
        validate(member.value, inner, at: field(member.key))
      }
    }
  }

  private mutating func validate(_ text: String, _ schema: JSONValue, at path: String) {
    if let pattern = schema["pattern"]?.string, !Self.matches(text, pattern) {
      add(
        "FieldValueInvalid", path,
        "Invalid value: \"\(text)\": \(path) in body should match '\(pattern)'")
    }
    if let format = schema["format"]?.string, !Self.hasFormat(text, format) {
      add(
        "FieldValueInvalid", path,
        "Invalid value: \"\(text)\": \(path) in body must be of type \(format): \"\(text)\"")
    }
  }

  private mutating func validateNumber(
    _ value: JSONValue, _ schema: JSONValue, at path: String
  ) {
    guard let number = value.double else { return }
    if let least = schema["minimum"]?.double, number < least {
      add(
        "FieldValueInvalid", path,
        "Invalid value: \(value): \(path) in body should be greater than or equal to "
          + numberText(least))
    }
    if let most = schema["maximum"]?.double, number > most {
      add(
        "FieldValueInvalid", path,
        "Invalid value: \(value): \(path) in body should be less than or equal to "
          + numberText(most))
    }
  }

  private mutating func validateChoice(
    _ value: JSONValue, _ choices: [JSONValue], at path: String
  ) {
    let fitting = choices.filter { choice in
      var trial = SchemaValidator()
      trial.validate(value, choice, at: path)
      return trial.causes.isEmpty
    }
    guard fitting.count != 1 else { return }
    let found = fitting.isEmpty ? "Found none valid" : "Found \(fitting.count) valid alternatives"
    add(
      "FieldValueInvalid", path,
      "Invalid value: \"\": \"\(path)\" must validate one and only one schema (oneOf). \(found)")
  }

  private mutating func add(_ reason: String, _ field: String, _ message: String) {
    causes.append(
      .init(reason: reason, message: message, field: field.isEmpty ? "<nil>" : field))
  }

  private static func has(_ value: JSONValue, _ type: String) -> Bool {
    switch type {
    case "object": value.object != nil
    case "array": value.array != nil
    case "string": value.string != nil
    case "boolean": value.bool != nil
    case "integer": value.integer != nil
    case "number": value.double != nil
    default: true
    }
  }

  private static func typeName(_ value: JSONValue) -> String {
    switch value {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  private static func matches(_ text: String, _ pattern: String) -> Bool {
    guard let regex = try? Regex(pattern) else { return false }
    return text.contains(regex)
  }

  private static func hasFormat(_ text: String, _ format: String) -> Bool {
    switch format {
    case "cidr": NetworkAddress.parseCIDR(text) != nil
    case "ipv4": NetworkAddress.parse(text)?.count == 4
    case "ipv6": NetworkAddress.parse(text)?.count == 16
    default: true
    }
  }
}
