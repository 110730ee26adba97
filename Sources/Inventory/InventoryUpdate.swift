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

  /// `external_id` of the object.
  public var externalID: String { object["external_id"]?.string ?? "" }

  /// The body of `POST /api/v1/inventory/container/{cluster}?action=updates`.
  public static func requestBody(_ updates: [InventoryUpdate]) -> JSONValue {
    [
      "container_inventory_objects": .array(
        updates.map {
          ["object_update_type": .string($0.kind.rawValue), "container_object": $0.object]
        })
    ]
  }
}

extension Array where Element == InventoryUpdate {
  /// The updates in batches, in order; NSX takes or refuses each as a whole.
  public func batches(of size: Int = 50) -> [[InventoryUpdate]] {
    stride(from: 0, to: count, by: Swift.max(1, size)).map {
      Array(self[$0..<Swift.min(count, $0 + Swift.max(1, size))])
    }
  }

  /// The two halves of a refused batch, for finding the object that NSX does
  /// not take; empty for a single one.
  public var halves: [[InventoryUpdate]] {
    count < 2 ? [] : [Array(prefix(count / 2)), Array(dropFirst(count / 2))]
  }
}
