import AntreaModel
import Documents

/// One spelling for all objects that mean the same to Antrea, so that what git
/// holds can be compared with what the cluster returns (docs/architecture.md).
///
/// The API server, Antrea's mutating webhook and Go clients rewrite what was
/// sent: they add defaults, drop empty lists, print `5.0` as `5`, name rules.
/// None of that is drift.
public enum CanonicalForm {
  /// The prefix of our own annotations and labels.
  static let ownPrefix = "nsx-antrea.io/"

  /// A document with `apiVersion`, `kind`, `metadata` (name, namespace and the
  /// labels and annotations that belong to nsx-antrea) and the canonical `spec`.
  ///
  /// The function is idempotent: the canonical form of the result is the result.
  public static func document(of object: KubernetesObject) -> JSONValue {
    var metadata = JSONObject()
    metadata["name"] = .string(object.name)
    if let namespace = object.namespace { metadata["namespace"] = .string(namespace) }
    metadata["labels"] = ours(object.labels)
    metadata["annotations"] = ours(object.annotations)
    var result = JSONObject()
    result["apiVersion"] = .string(apiVersion(of: object))
    result["kind"] = .string(object.kind)
    result["metadata"] = .object(metadata)
    let spec = (object.document["spec"] ?? .object(JSONObject())).canonicalNumbersWithoutNulls
    result["spec"] = canonicalSpec(spec, of: object)
    return .object(result)
  }

  /// Whether a label or annotation key is written by nsx-antrea, and is
  /// therefore compared. The protect annotation is the operator's, not ours.
  static func isOurs(_ key: String) -> Bool {
    key == Ownership.managedByLabel
      || (key.hasPrefix(ownPrefix) && key != Ownership.protectAnnotation)
  }

  private static func ours(_ texts: [String: String]) -> JSONValue? {
    var result = JSONObject()
    for (key, value) in texts where isOurs(key) { result[key] = .string(value) }
    return result.isEmpty ? nil : .object(result)
  }

  /// All served versions name one stored object, so a version is no drift.
  private static func apiVersion(of object: KubernetesObject) -> String {
    object.reference.group == AntreaKinds.group
      ? "\(AntreaKinds.group)/v1beta1" : object.apiVersion
  }

  private static func canonicalSpec(_ spec: JSONValue, of object: KubernetesObject) -> JSONValue {
    guard case .object(let members) = spec else { return spec }
    switch AntreaKinds.role(of: object.reference) {
    case .policy: return .object(CanonicalPolicy(namespace: object.namespace).spec(members))
    case .group: return .object(CanonicalGroup.spec(members))
    case .tier:
      var tier = members
      if tier["description"]?.string == "" { tier["description"] = nil }
      return .object(tier)
    case .other: return spec
    }
  }
}

extension JSONValue {
  /// Whether two values are equal, whole numbers by their value: 5 is 5.0.
  func isSame(as other: JSONValue) -> Bool {
    switch (self, other) {
    case (.array(let left), .array(let right)):
      left.elementsEqual(right) { $0.isSame(as: $1) }
    case (.object(let left), .object(let right)):
      left.members.elementsEqual(right.members) {
        $0.key == $1.key && $0.value.isSame(as: $1.value)
      }
    case (.integer, .number), (.number, .integer):
      canonicalNumbersWithoutNulls == other.canonicalNumbersWithoutNulls
    default: self == other
    }
  }

  /// The value without `null` members (the API server drops them for Antrea's
  /// schemas) and with every whole number as an integer, so that 5 equals 5.0.
  var canonicalNumbersWithoutNulls: JSONValue {
    switch self {
    case .null, .bool, .integer, .string: self
    case .number(let value):
      if let whole = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 {
        .integer(whole)
      } else {
        self
      }
    case .array(let list): .array(list.map(\.canonicalNumbersWithoutNulls))
    case .object(let object):
      .object(
        object.mapValues { $0.isNull ? nil : $0.canonicalNumbersWithoutNulls })
    }
  }
}

extension JSONObject {
  /// The object with every value changed; `nil` removes a member.
  func mapValues(_ change: (JSONValue) -> JSONValue?) -> JSONObject {
    let list = members.compactMap { member in
      change(member.value).map { Member(key: member.key, value: $0) }
    }
    return JSONObject(unsorted: list) ?? self
  }

  /// Changes the value of a key where it is there; `nil` removes it.
  mutating func change(_ key: String, _ change: (JSONValue) -> JSONValue?) {
    if let value = self[key] { self[key] = change(value) }
  }

  /// Removes a member that equals a default.
  mutating func drop(_ key: String, equalTo value: JSONValue) {
    if self[key] == value { self[key] = nil }
  }
}
