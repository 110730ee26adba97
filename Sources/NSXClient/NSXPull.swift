import Documents

/// What a pull has read: the raw Policy objects that the translation needs.
public struct NSXPull: Sendable, Hashable {
  /// The version of the NSX.
  public var version: NSXVersion
  /// Raw objects, each with `resource_type` and `path`, sorted by path; a
  /// span is an object of its own with the policy as its `parent_path`.
  public var objects: [JSONValue]
  /// The resolved addresses of generic groups, by group path, sorted. An empty
  /// list is a group without members; a missing one was not resolved.
  public var memberIPs: [String: [String]]
  /// The types that were not read to their end, with the reasons, sorted. Not
  /// empty: nothing may be deleted because of this pull.
  public var incompleteTypes: [String: [String]]
  /// Whether nothing but missing rights kept it from being read whole.
  public var isDenied = false

  /// Whether everything was read to its end and stayed as it was meanwhile.
  public var isComplete: Bool { incompleteTypes.isEmpty }

  /// The name in ``incompleteTypes`` for the addresses of groups.
  public static let memberIPsType = "memberIPs"

  /// The pull as a snapshot document (`nsx-snapshot/1`).
  ///
  /// - Parameter manager: the URL that the document names as its source. Give
  ///   the same one whichever node answered, so that the bytes stay the same.
  public func snapshotDocument(manager: String) -> JSONValue {
    var document = JSONObject()
    document["format"] = "nsx-snapshot/1"
    document["manager"] = .string(manager)
    document["complete"] = .bool(isComplete)
    document["objects"] = .array(objects)
    var members = JSONObject()
    for (path, addresses) in memberIPs { members[path] = .array(addresses.map { .string($0) }) }
    document["memberIPs"] = .object(members)
    if !isComplete {
      document["incomplete"] = .array(
        incompleteTypes.sorted { $0.key < $1.key }.flatMap { type, reasons in
          reasons.map { ["type": .string(type), "reason": .string($0)] }
        })
    }
    return .object(document)
  }
}
