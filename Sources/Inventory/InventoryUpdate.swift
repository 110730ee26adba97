import Documents

/// One change of NSX's container inventory.
public struct InventoryUpdate: Sendable, Hashable {
  /// The kinds of change, as NSX names them.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// NSX does not have the object.
    case create = "CREATE"
    /// Members differ.
    case update = "UPDATE"
    /// The Kubernetes object is gone.
    case delete = "DELETE"
  }

  /// What happens to the object.
  public var kind: Kind
  /// The type of the object.
  public var type: InventoryType
  /// For a create the whole object; for an update `external_id`,
  /// `resource_type` and the changed members; for a delete these two alone.
  public var object: JSONValue

  /// Creates a change.
  public init(kind: Kind, type: InventoryType, object: JSONValue) {
    self.kind = kind
    self.type = type
    self.object = object
  }

  /// The delete of an object.
  static func delete(_ type: InventoryType, _ id: String) -> InventoryUpdate {
    InventoryUpdate(
      kind: .delete, type: type,
      object: ["external_id": .string(id), "resource_type": .string(type.rawValue)])
  }

  /// `external_id` of the object.
  public var externalID: String { object["external_id"]?.string ?? "" }
}
