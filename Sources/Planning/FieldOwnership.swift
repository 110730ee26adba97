import AntreaModel
import Documents

/// Which fields a manager owns, from `metadata.managedFields`.
struct FieldOwnership {
  private let fields: [JSONValue]
  /// Whether the live object tells about managers at all.
  let isKnown: Bool

  init(of object: KubernetesObject, manager: String) {
    let entries = object.document[path: "metadata", "managedFields"]?.array ?? []
    isKnown = !entries.isEmpty
    fields = entries.filter {
      $0["manager"]?.string == manager && $0["operation"]?.string == "Apply"
    }.compactMap { $0["fieldsV1"] }
  }

  /// Whether the manager owns a field, given by its keys from the root.
  func owns(_ path: [String]) -> Bool {
    fields.contains { entry in
      var value = entry
      for key in path {
        guard let next = value["f:\(key)"] else { return false }
        value = next
      }
      return true
    }
  }
}
