import Documents

/// What a report has to do.
public struct InventoryChanges: Sendable, Hashable {
  /// The changes: creates and updates in the order of creation, then deletes in
  /// reverse.
  public var updates: [InventoryUpdate] = []
  /// What cannot be created yet.
  public var notes: [InventoryNote] = []
  /// Objects of the cluster in NSX that Kubernetes does not have and that
  /// another principal created: they are left alone.
  public var foreign: [JSONValue] = []
}

/// What must be sent so that NSX shows the inventory of the cluster.
public enum InventoryDelta {
  /// The changes from what NSX lists to what it should have.
  ///
  /// Only members that we write are compared, so what NSX adds
  /// (`_last_sync_time`, links) is never a difference. The ContainerCluster
  /// itself is never deleted here, nor anything of another cluster.
  ///
  /// - Parameters:
  ///   - current: The inventory of this cluster as NSX lists it.
  ///   - desired: What ``InventoryMapper`` made.
  ///   - takesOver: Whether objects that another principal created are deleted
  ///     too, when Kubernetes does not have them.
  ///   - mayExist: Whether an object that is not desired may exist all the same
  ///     (``InventoryMapper/mayExist(_:)``): it is not deleted then.
  public static func compute(
    current: [JSONValue], desired: [JSONValue], takesOver: Bool = false,
    mayExist: (JSONValue) -> Bool = { _ in false }
  ) -> InventoryChanges {
    let existing = byIdentity(current)
    let wanted = byIdentity(desired)
    let clusters = Set(wanted.compactMap { $0.key.type == .cluster ? $0.key.id : nil })
    var changes = InventoryChanges()
    for update in updates(existing: existing, wanted: wanted) {
      if update.kind == .create, update.type.needsProject(update.object),
        update.object["container_project_id"] == nil
      {
        changes.notes.append(unplaced(update))
      } else {
        changes.updates.append(update)
      }
    }
    var deletes: [InventoryUpdate] = []
    for (identity, object) in existing where wanted[identity] == nil {
      guard identity.type != .cluster, let cluster = object["container_cluster_id"]?.string,
        clusters.contains(cluster), !mayExist(object)
      else { continue }
      if takesOver || InventoryOrigin.isOurs(object) {
        deletes.append(.delete(identity.type, identity.id))
      } else {
        changes.foreign.append(object)
      }
    }
    changes.foreign.sort {
      utf8Order($0["external_id"]?.string ?? "", $1["external_id"]?.string ?? "") < 0
    }
    deletes.sort { precedes($1, $0) }
    changes.updates += deletes
    return changes
  }

  /// The deletes of everything that we created in a cluster, in order, without
  /// the cluster itself.
  public static func removal(of current: [JSONValue], in cluster: String) -> [InventoryUpdate] {
    var deletes: [InventoryUpdate] = []
    for (identity, object) in byIdentity(current)
    where identity.type != .cluster && InventoryOrigin.isOurs(object)
      && object["container_cluster_id"]?.string == cluster
    {
      deletes.append(.delete(identity.type, identity.id))
    }
    return deletes.sorted { precedes($1, $0) }
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
        guard let changed = changedMembers(from: present, to: members, identity.type) else {
          continue
        }
        changes.append(.init(kind: .update, type: identity.type, object: changed))
      } else {
        changes.append(
          .init(kind: .create, type: identity.type, object: .object(created(members))))
      }
    }
    changes.sort(by: precedes)
    return changes
  }

  private struct Identity: Hashable {
    let type: InventoryType
    let id: String
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

  /// An object as it is created: with our mark, and without texts that would
  /// only clear what NSX had.
  private static func created(_ members: JSONObject) -> JSONObject {
    var result = InventoryOrigin.marked(members)
    for member in members.members where member.value == "" { result[member.key] = nil }
    return result
  }

  /// Members of a cluster that we have not created: what it is, its creator
  /// knows.
  private static let foreignClusterMembers: Set<String> = [
    "external_id", "network_errors", "network_status", "resource_type",
  ]

  private static func changedMembers(
    from old: JSONValue, to members: JSONObject, _ type: InventoryType
  ) -> JSONValue? {
    var wanted = members
    if let properties = wanted["origin_properties"] {
      wanted["origin_properties"] = InventoryOrigin.merged(
        properties, into: old["origin_properties"])
    }
    let isForeignCluster = type == .cluster && !InventoryOrigin.isOurs(old)
    var changed = JSONObject()
    for member in wanted.members
    where !InventoryEquality.equal(old[member.key], member.value, member: member.key) {
      if isForeignCluster, !foreignClusterMembers.contains(member.key) { continue }
      changed[member.key] = member.value
    }
    guard !changed.isEmpty else { return nil }
    changed["external_id"] = members["external_id"]
    changed["resource_type"] = members["resource_type"]
    return .object(changed)
  }

  private static func unplaced(_ update: InventoryUpdate) -> InventoryNote {
    InventoryNote(
      code: .namespaceUnknown, type: update.type, externalID: update.externalID,
      object: update.object["display_name"]?.string ?? update.externalID,
      member: "container_project_id", text: "the Namespace was not read; it is not created")
  }
}
