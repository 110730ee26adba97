import Documents

/// What must be sent so that NSX shows the inventory of the cluster.
public enum InventoryDelta {
  /// The changes from what NSX lists to what it should have: creates and
  /// updates in the order of creation, then deletes in reverse.
  ///
  /// Only members that we write are compared, so what NSX adds
  /// (`_last_sync_time`, links) is never a difference. The ContainerCluster
  /// itself is never deleted here, nor anything of another cluster.
  ///
  /// - Parameters:
  ///   - current: The inventory of this cluster as NSX lists it.
  ///   - desired: What ``InventoryMapper`` made.
  ///   - incomplete: Types of which nothing is deleted, because Kubernetes was
  ///     not read to the end.
  public static func compute(
    current: [JSONValue], desired: [JSONValue], incomplete: Set<InventoryType> = []
  ) -> [InventoryUpdate] {
    let existing = byIdentity(current)
    let wanted = byIdentity(desired)
    let clusters = Set(
      wanted.compactMap { $0.key.type == .cluster ? $0.key.id : nil })
    let changes = updates(existing: existing, wanted: wanted)
    var deletes: [InventoryUpdate] = []
    for (identity, object) in existing where wanted[identity] == nil {
      guard identity.type != .cluster, !incomplete.contains(identity.type),
        let cluster = object["container_cluster_id"]?.string, clusters.contains(cluster)
      else { continue }
      deletes.append(.init(kind: .delete, type: identity.type, object: .object(identity.members)))
    }
    deletes.sort { precedes($1, $0) }
    return changes + deletes
  }

  /// The creates and updates alone, in order.
  static func updates(current: [JSONValue], desired: [JSONValue]) -> [InventoryUpdate] {
    updates(existing: byIdentity(current), wanted: byIdentity(desired))
  }

  private static func updates(
    existing: [Identity: JSONValue], wanted: [Identity: JSONValue]
  ) -> [InventoryUpdate] {
    var changes: [InventoryUpdate] = []
    for (identity, object) in wanted {
      guard case .object(let members) = object else { continue }
      if let present = existing[identity] {
        guard let changed = changedMembers(from: present, to: members) else { continue }
        changes.append(.init(kind: .update, type: identity.type, object: changed))
      } else {
        changes.append(
          .init(
            kind: .create, type: identity.type, object: .object(InventoryOrigin.marked(members))))
      }
    }
    changes.sort(by: precedes)
    return changes
  }

  private struct Identity: Hashable {
    let type: InventoryType
    let id: String

    var members: JSONObject {
      var object = JSONObject()
      object["external_id"] = .string(id)
      object["resource_type"] = .string(type.rawValue)
      return object
    }
  }

  private static func byIdentity(_ objects: [JSONValue]) -> [Identity: JSONValue] {
    var result: [Identity: JSONValue] = [:]
    for object in objects {
      guard let type = object["resource_type"]?.string.flatMap(InventoryType.init),
        let id = object["external_id"]?.string
      else { continue }
      result[Identity(type: type, id: id)] = object
    }
    return result
  }

  private static func precedes(_ left: InventoryUpdate, _ right: InventoryUpdate) -> Bool {
    if left.type != right.type { return left.type.rank < right.type.rank }
    return utf8Order(left.externalID, right.externalID) < 0
  }

  private static func changedMembers(from old: JSONValue, to members: JSONObject) -> JSONValue? {
    var wanted = members
    if let properties = wanted["origin_properties"] {
      wanted["origin_properties"] = InventoryOrigin.merged(
        properties, into: old["origin_properties"])
    }
    var changed = JSONObject()
    for member in wanted.members
    where !InventoryEquality.equal(old[member.key], member.value, member: member.key) {
      changed[member.key] = member.value
    }
    guard !changed.isEmpty else { return nil }
    changed["external_id"] = members["external_id"]
    changed["resource_type"] = members["resource_type"]
    return .object(changed)
  }
}
