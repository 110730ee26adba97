import Documents

/// One change of the container inventory.
public struct NSXInventoryUpdate: Sendable, Hashable {
  /// What is done with the object (`object_update_type`).
  public enum Operation: String, Sendable, Hashable {
    /// It is new.
    case create = "CREATE"
    /// The members given replace those that NSX has.
    case update = "UPDATE"
    /// It is gone; only `resource_type` and `external_id` are given.
    case delete = "DELETE"
  }

  /// What is done.
  public var operation: Operation
  /// The object, with `resource_type` and `external_id`.
  public var object: JSONValue

  /// Creates a change.
  public init(_ operation: Operation, _ object: JSONValue) {
    self.operation = operation
    self.object = object
  }

  /// `resource_type` of the object.
  public var type: String { object["resource_type"]?.string ?? "" }

  /// `external_id` of the object.
  public var externalID: String { object["external_id"]?.string ?? "" }

  /// The change as a member of `container_inventory_objects`.
  public var json: JSONValue {
    ["object_update_type": .string(operation.rawValue), "container_object": object]
  }
}

/// What became of a series of inventory changes.
public struct NSXInventoryOutcome: Sendable, Hashable {
  /// One change that NSX refused.
  public struct Refusal: Sendable, Hashable {
    /// The change.
    public var update: NSXInventoryUpdate
    /// What NSX said to it alone.
    public var error: NSXAPIError
  }

  /// The number of changes that NSX took.
  public var accepted = 0
  /// The changes that NSX refused, each found alone.
  public var refused: [Refusal] = []
  /// The changes that were not sent, or whose batch has no certain end,
  /// because of `failure`. Sending them again does no harm.
  public var unsent: [NSXInventoryUpdate] = []
  /// What ended the series early.
  public var failure: NSXAPIError?
}
