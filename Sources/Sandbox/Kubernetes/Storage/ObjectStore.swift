import Documents

/// All objects of the cluster with the counter behind `resourceVersion`.
struct ObjectStore: Sendable {
  /// One change, for watches.
  struct Event: Sendable {
    /// `ADDED`, `MODIFIED` or `DELETED`.
    let type: String
    /// `plural.group`.
    let resource: String
    /// The revision of the change.
    let revision: Int64
    /// The object after it, or the last state of a deleted one.
    let object: JSONValue
  }

  /// The revision of the last change.
  private(set) var revision: Int64 = 1000
  /// The last changes, oldest first.
  private(set) var events: [Event] = []
  private var tables: [String: [ObjectKey: JSONValue]] = [:]
  private var order: [String: [ObjectKey]] = [:]
  private static let keptEvents = 10_000

  /// The object with a key.
  func object(_ resource: String, _ key: ObjectKey) -> JSONValue? { tables[resource]?[key] }

  /// The objects of a resource in the order of their keys.
  mutating func list(_ resource: String) -> [JSONValue] {
    guard let table = tables[resource] else { return [] }
    let keys: [ObjectKey]
    if let known = order[resource] {
      keys = known
    } else {
      keys = table.keys.sorted()
      order[resource] = keys
    }
    return keys.compactMap { table[$0] }
  }

  /// The objects of a resource in any order.
  func all(_ resource: String) -> some Collection<JSONValue> {
    (tables[resource] ?? [:]).values
  }

  /// Stores an object under a new revision, which goes into its metadata.
  ///
  /// - Returns: the object as stored.
  mutating func put(_ resource: String, _ object: JSONValue) -> JSONValue {
    revision += 1
    var stored = object
    stored.setMember(at: ["metadata", "resourceVersion"], to: .string(String(revision)))
    let key = object.objectKey
    let existed = tables[resource]?[key] != nil
    tables[resource, default: [:]][key] = stored
    if !existed { order[resource] = nil }
    record(existed ? "MODIFIED" : "ADDED", resource, stored)
    return stored
  }

  /// Removes an object; the removal has a revision of its own.
  mutating func remove(_ resource: String, _ key: ObjectKey) {
    guard var object = tables[resource]?.removeValue(forKey: key) else { return }
    order[resource] = nil
    revision += 1
    object.setMember(at: ["metadata", "resourceVersion"], to: .string(String(revision)))
    record("DELETED", resource, object)
  }

  private mutating func record(_ type: String, _ resource: String, _ object: JSONValue) {
    events.append(Event(type: type, resource: resource, revision: revision, object: object))
    if events.count > 2 * Self.keptEvents { events.removeFirst(Self.keptEvents) }
  }
}
