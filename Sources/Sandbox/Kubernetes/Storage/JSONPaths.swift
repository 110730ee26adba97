import Documents

extension JSONValue {
  /// The value at the end of a path of keys, or `nil`.
  func member(at path: some Collection<String>) -> JSONValue? {
    var value = self
    for key in path {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }

  /// Sets or (with `nil`) removes the value at the end of a path, making the
  /// objects on the way where something is set.
  mutating func setMember(at path: some Collection<String>, to value: JSONValue?) {
    guard let key = path.first else {
      if let value { self = value }
      return
    }
    guard var object = object ?? (value == nil ? nil : JSONObject()) else { return }
    let rest = path.dropFirst()
    if rest.isEmpty {
      object[key] = value
    } else if value != nil || object[key] != nil {
      var inner = object[key] ?? .object(JSONObject())
      inner.setMember(at: Array(rest), to: value)
      object[key] = inner
    }
    self = .object(object)
  }

  /// The string at a path, or the empty string.
  func text(_ path: String...) -> String { member(at: path)?.string ?? "" }

  /// The elements at a path, or none.
  func list(_ path: String...) -> [JSONValue] { member(at: path)?.array ?? [] }

  /// The string members of an object at a path, for example labels.
  func strings(_ path: String...) -> [String: String] {
    var result: [String: String] = [:]
    for member in member(at: path)?.object?.members ?? [] {
      result[member.key] = member.value.string
    }
    return result
  }

  /// The value without members that are `null`, at any depth in objects.
  var withoutNulls: JSONValue {
    switch self {
    case .object(let object):
      var result = JSONObject()
      for member in object where !member.value.isNull {
        result[member.key] = member.value.withoutNulls
      }
      return .object(result)
    case .array(let list): return .array(list.map(\.withoutNulls))
    default: return self
    }
  }
}
