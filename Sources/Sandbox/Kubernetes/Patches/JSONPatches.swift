import Documents

/// The patch formats that carry no schema.
enum JSONPatches {
  /// RFC 7386: objects merge, `null` removes, all else replaces.
  static func merge(_ patch: JSONValue, into target: JSONValue) -> JSONValue {
    guard let changes = patch.object else { return patch }
    var result = target.object ?? JSONObject()
    for member in changes {
      result[member.key] =
        member.value.isNull ? nil : merge(member.value, into: result[member.key] ?? .null)
    }
    return .object(result)
  }

  /// A strategic merge patch read as a merge patch: its `$` directives are
  /// left out and lists are replaced.
  static func withoutDirectives(_ patch: JSONValue) -> JSONValue {
    guard let object = patch.object else { return patch }
    var result = JSONObject()
    for member in object where !member.key.hasPrefix("$") {
      result[member.key] = withoutDirectives(member.value)
    }
    return .object(result)
  }

  /// RFC 6902.
  ///
  /// - Throws: ``KubernetesFault``: 400 for a malformed patch, 422 for an
  ///   operation that does not fit the target.
  static func apply(_ patch: JSONValue, to target: JSONValue) throws -> JSONValue {
    guard let operations = patch.array else {
      throw KubernetesFault.badRequest(
        "json: cannot unmarshal object into Go value of type jsonpatch.Patch")
    }
    var result = target
    for operation in operations {
      let path = try pointer(operation.text("path"))
      switch operation.text("op") {
      case "add": try add(&result, path[...], operation["value"] ?? .null)
      case "remove": _ = try remove(&result, path[...])
      case "replace":
        _ = try remove(&result, path[...])
        try add(&result, path[...], operation["value"] ?? .null)
      case "move":
        let value = try remove(&result, try pointer(operation.text("from"))[...])
        try add(&result, path[...], value)
      case "copy":
        try add(&result, path[...], try find(result, try pointer(operation.text("from"))[...]))
      case "test":
        guard try find(result, path[...]) == operation["value"] ?? .null else {
          throw fault("testing value \(operation.text("path")) failed: test failed")
        }
      default:
        throw KubernetesFault.badRequest("Unexpected kind: \(operation.text("op"))")
      }
    }
    return result
  }

  private static func fault(_ message: String) -> KubernetesFault {
    KubernetesFault(
      code: 422, reason: "Invalid",
      message: "the server rejected our request due to an error in our request: \(message)")
  }

  private static func pointer(_ text: String) throws -> [String] {
    if text.isEmpty { return [] }
    guard text.hasPrefix("/") else { throw fault("invalid path \(text)") }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
      var key = ""
      var escaped = false
      for character in part {
        if escaped {
          key.append(character == "1" ? "/" : "~")
          escaped = false
        } else if character == "~" {
          escaped = true
        } else {
          key.append(character)
        }
      }
      return key
    }
  }

  private static func find(_ value: JSONValue, _ path: ArraySlice<String>) throws -> JSONValue {
    guard let key = path.first else { return value }
    if let list = value.array, let index = Int(key), list.indices.contains(index) {
      return try find(list[index], path.dropFirst())
    }
    guard let inner = value[key] else { throw fault("missing path /\(key)") }
    return try find(inner, path.dropFirst())
  }

  private static func add(
    _ target: inout JSONValue, _ path: ArraySlice<String>, _ value: JSONValue
  ) throws {
    guard let key = path.first else { return target = value }
    switch target {
    case .object(var object):
      if path.count == 1 {
        object[key] = value
      } else {
        guard var inner = object[key] else { throw fault("doc is missing path: /\(key)") }
        try add(&inner, path.dropFirst(), value)
        object[key] = inner
      }
      target = .object(object)
    case .array(var list):
      let index = key == "-" ? list.count : Int(key) ?? -1
      if path.count == 1, (0...list.count).contains(index) {
        list.insert(value, at: index)
      } else if list.indices.contains(index), path.count > 1 {
        try add(&list[index], path.dropFirst(), value)
      } else {
        throw fault("invalid index \(key)")
      }
      target = .array(list)
    default: throw fault("doc is missing path: /\(key)")
    }
  }

  private static func remove(
    _ target: inout JSONValue, _ path: ArraySlice<String>
  ) throws -> JSONValue {
    guard let key = path.first else { return target }
    switch target {
    case .object(var object):
      guard var inner = object[key] else {
        throw fault("remove operation does not apply: doc is missing key: \(key)")
      }
      let removed: JSONValue
      if path.count == 1 {
        removed = inner
        object[key] = nil
      } else {
        removed = try remove(&inner, path.dropFirst())
        object[key] = inner
      }
      target = .object(object)
      return removed
    case .array(var list):
      guard let index = Int(key), list.indices.contains(index) else {
        throw fault("invalid index \(key)")
      }
      let removed =
        path.count == 1
        ? list.remove(at: index) : try remove(&list[index], path.dropFirst())
      target = .array(list)
      return removed
    default: throw fault("doc is missing path: /\(key)")
    }
  }
}
