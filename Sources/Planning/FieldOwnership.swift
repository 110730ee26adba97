import AntreaModel
import Documents

/// Which fields a manager owns, from `metadata.managedFields`.
struct FieldOwnership {
  private let fields: [JSONValue]
  private let others: [(manager: String, fields: JSONValue)]

  init(of object: KubernetesObject, manager: String) {
    let entries = object.document[path: "metadata", "managedFields"]?.array ?? []
    fields = entries.filter {
      $0["manager"]?.string == manager && $0["operation"]?.string == "Apply"
    }.compactMap { $0["fieldsV1"] }
    // What our replacements and Antrea's webhook wrote bears our name as well.
    others = entries.compactMap { entry in
      let name = entry["manager"]?.string ?? ""
      let subresource = entry["subresource"]?.string ?? ""
      guard name != manager, subresource.isEmpty, let fields = entry["fieldsV1"] else { return nil }
      return (name.isEmpty ? "an unnamed manager" : name, fields)
    }
  }

  /// Whether the manager owns a field, given by its keys from the root.
  func owns(_ path: [String]) -> Bool { fields.contains { Self.has(path, $0) } }

  /// The other managers that own a field, or something in it.
  func others(of path: [String]) -> [String] {
    others.filter { Self.has(path, $0.fields) }.map(\.manager)
  }

  private static func has(_ path: [String], _ entry: JSONValue) -> Bool {
    var value = entry
    for key in path {
      guard let next = value["f:\(key)"] else { return false }
      value = next
    }
    return true
  }
}

/// Fields that a write would take from other managers.
///
/// An apply conflicts where it changes what somebody else owns; lists of
/// Antrea's schemas are owned whole (antrea facts, 12.3).
struct FieldConflicts {
  private let ownership: FieldOwnership
  private(set) var found: Set<ForeignField> = []

  /// A field and who owns it.
  struct ForeignField: Hashable {
    let manager: String
    let path: [String]
  }

  init(desired: KubernetesObject, live: KubernetesObject, removed: [[String]]) {
    ownership = FieldOwnership(of: live, manager: Ownership.fieldManager)
    for key in ["labels", "annotations"] {
      compare(
        desired.document[path: "metadata", key], live.document[path: "metadata", key],
        at: ["metadata", key])
    }
    compare(desired.document["spec"], live.document["spec"], at: ["spec"])
    for path in removed { note(path) }
  }

  private mutating func compare(_ desired: JSONValue?, _ live: JSONValue?, at path: [String]) {
    guard let desired = desired?.canonicalNumbersWithoutNulls else { return }
    guard desired != live?.canonicalNumbersWithoutNulls else { return }
    guard case .object(let members) = desired, !members.isEmpty else { return note(path) }
    for member in members.members {
      compare(member.value, live?[member.key], at: path + [member.key])
    }
  }

  private mutating func note(_ path: [String]) {
    for manager in ownership.others(of: path) {
      found.insert(ForeignField(manager: manager, path: path))
    }
  }

  /// The managers with their fields, sorted: `kubectl-edit owns spec.priority`.
  var texts: [String] {
    Dictionary(grouping: found, by: \.manager).map { manager, fields in
      let names = fields.map { $0.path.joined(separator: ".") }.sorted { utf8Order($0, $1) < 0 }
      return "\(manager) owns \(names.joined(separator: ", "))"
    }.sorted { utf8Order($0, $1) < 0 }
  }
}
