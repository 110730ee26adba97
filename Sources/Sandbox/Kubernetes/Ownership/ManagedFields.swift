import Documents

/// `metadata.managedFields`: who owns which fields.
struct ManagedFields: Sendable, Hashable {
  /// Tells the entries of one object apart.
  struct Manager: Sendable, Hashable {
    /// The manager's name.
    var name: String
    /// `Apply` or `Update`.
    var operation: String
    /// The version in which the fields are named.
    var apiVersion: String
    /// `status`, or empty for the main resource.
    var subresource = ""

    /// The words for the manager in a conflict.
    func description(time: String) -> String {
      var text = "\"\(name)\""
      if !subresource.isEmpty { text += " with subresource \"\(subresource)\"" }
      text += " using \(apiVersion)"
      if operation == "Update", !time.isEmpty { text += " at \(time)" }
      return text
    }
  }

  /// What a manager owns, and since when.
  struct Entry: Sendable, Hashable {
    /// The owner.
    var manager: Manager
    /// RFC 3339 time of the last change of the entry.
    var time: String
    /// The fields.
    var fields: FieldSet
  }

  /// The entries in the order of the object.
  var entries: [Entry] = []

  /// Reads the managed fields of an object.
  init(of object: JSONValue) {
    for item in object.list("metadata", "managedFields") {
      let manager = Manager(
        name: item.text("manager"), operation: item.text("operation"),
        apiVersion: item.text("apiVersion"), subresource: item.text("subresource"))
      entries.append(
        Entry(
          manager: manager, time: item.text("time"),
          fields: FieldSet(fieldsV1: item["fieldsV1"] ?? .null)))
    }
  }

  /// The fields of one manager.
  func fields(of manager: Manager) -> FieldSet {
    entries.first { $0.manager == manager }?.fields ?? FieldSet()
  }

  /// Replaces what one manager owns; the time moves only with a change.
  mutating func set(_ manager: Manager, _ fields: FieldSet, time: String) {
    if let index = entries.firstIndex(where: { $0.manager == manager }) {
      if fields.isEmpty {
        entries.remove(at: index)
      } else if entries[index].fields != fields {
        entries[index].fields = fields
        entries[index].time = time
      }
    } else if !fields.isEmpty {
      entries.append(Entry(manager: manager, time: time, fields: fields))
    }
  }

  /// Takes fields from everyone but one manager.
  mutating func release(_ paths: Set<[String]>, except manager: Manager) {
    for index in entries.indices where entries[index].manager != manager {
      entries[index].fields.paths.subtract(paths)
    }
    entries.removeAll { $0.fields.isEmpty }
  }

  /// Records an update (create, replace or patch) that turned `old` into
  /// `new`.
  mutating func update(_ manager: Manager, from old: JSONValue, to new: JSONValue, time: String) {
    let difference = FieldComparison(from: old, to: new)
    if difference.isEmpty { return }
    var own = fields(of: manager)
    own.paths.formUnion(difference.written)
    own.paths.subtract(difference.removed.paths)
    release(difference.written.union(difference.removed.paths), except: manager)
    set(manager, own, time: time)
  }

  /// The entries as JSON, oldest first.
  var json: JSONValue {
    .array(
      entries.map { entry in
        var object = JSONObject()
        object["manager"] = .string(entry.manager.name)
        object["operation"] = .string(entry.manager.operation)
        object["apiVersion"] = .string(entry.manager.apiVersion)
        if !entry.time.isEmpty { object["time"] = .string(entry.time) }
        object["fieldsType"] = "FieldsV1"
        object["fieldsV1"] = entry.fields.fieldsV1
        if !entry.manager.subresource.isEmpty {
          object["subresource"] = .string(entry.manager.subresource)
        }
        return .object(object)
      })
  }

  /// Writes the entries into an object.
  func write(to object: inout JSONValue) {
    object.setMember(at: ["metadata", "managedFields"], to: entries.isEmpty ? nil : json)
  }
}
