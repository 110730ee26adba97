import Documents

/// Removes fields that a structural schema does not know.
struct SchemaPruner {
  /// The removed fields, for example `spec.ingress[0].frm`, in order.
  private(set) var unknown: [String] = []

  private static let metadata: Set<String> = [
    "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation",
    "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels",
    "annotations", "ownerReferences", "finalizers", "managedFields",
  ]

  /// Prunes a whole custom resource, its metadata included.
  mutating func pruneResource(_ object: JSONValue, schema: JSONValue) -> JSONValue {
    guard var root = object.object else { return object }
    let metadata = root["metadata"]
    var known = JSONObject()
    for member in metadata?.object?.members ?? [] {
      if Self.metadata.contains(member.key) {
        known[member.key] = member.value
      } else {
        unknown.append("metadata.\(member.key)")
      }
    }
    root["metadata"] = nil
    var result = prune(.object(root), schema, at: "")
    if metadata != nil { result.setMember(at: ["metadata"], to: .object(known)) }
    return result
  }

  private mutating func prune(_ value: JSONValue, _ schema: JSONValue, at path: String) -> JSONValue
  {
    switch value {
    case .object(let object):
      if schema["x-kubernetes-preserve-unknown-fields"]?.bool == true { return value }
      let properties = schema["properties"]
      let additional = schema["additionalProperties"]
      var result = JSONObject()
      for member in object {
        let field = path.isEmpty ? member.key : "\(path).\(member.key)"
        if let inner = properties?[member.key] ?? additional {
          result[member.key] = prune(member.value, inner, at: field)
        } else {
          unknown.append(field)
        }
      }
      return .object(result)
    case .array(let list):
      guard let items = schema["items"] else { return value }
      var result: [JSONValue] = []
      for (index, element) in list.enumerated() {
        result.append(prune(element, items, at: "\(path)[\(index)]"))
      }
      return .array(result)
    default: return value
    }
  }
}
