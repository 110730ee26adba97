import Documents

/// The data of an NSX Manager and the one place that changes it.
actor ManagerState {
  var tree = PolicyTree()
  var inventory = InventoryStore()
  var memberIPs: [String: [String]]
  /// Container-cluster status by the cluster's external id.
  var clusterStatuses: [String: JSONValue] = [:]
  var options: ManagerOptions
  private var nextRuleID: Int64 = 1041

  init(objects: [JSONValue], memberIPs: [String: [String]], options: ManagerOptions) {
    self.memberIPs = memberIPs
    self.options = options
    let fixed: [JSONValue] = [
      ["resource_type": "Domain", "id": "default", "path": "/infra/domains/default"],
      ["resource_type": "Site", "id": "default", "path": "/infra/sites/default"],
      [
        "resource_type": "EnforcementPoint", "id": "default",
        "path": "/infra/sites/default/enforcement-points/default",
      ],
    ]
    Self.load(fixed + objects, user: "admin", &tree, &nextRuleID, now: options.now())
    // The place of what belongs to Antrea clusters, which is no object.
    tree.set("/infra/antrea", ["id": "antrea"])
  }

  /// Creates or replaces objects without any check.
  func load(_ objects: [JSONValue], user: String) {
    Self.load(objects, user: user, &tree, &nextRuleID, now: options.now())
  }

  func remove(_ path: String) {
    tree.remove(path, pendingUntil: ContinuousClock.now.advanced(by: options.pendingDeletion))
  }

  func realizeDeletions() { tree.realizeAllDeletions() }

  func putInventory(_ objects: [JSONValue]) { inventory.load(objects, owner: "other") }

  func setMemberIPs(_ addresses: [String], of path: String) { memberIPs[path] = addresses }

  /// Stores an object with what NSX adds to it.
  func store(_ object: JSONValue, at path: String, kind: PolicyKind, user: String) {
    let body = ObjectCompletion.writable(object)
    Self.store(body, path, kind, user, &tree, &nextRuleID, now: options.now())
  }

  private static func load(
    _ objects: [JSONValue], user: String, _ tree: inout PolicyTree, _ nextRuleID: inout Int64,
    now: Int64
  ) {
    for object in objects {
      guard let path = object["path"]?.string,
        let kind = PolicyKind(rawValue: object["resource_type"]?.string ?? "")
      else { continue }
      store(object.setting("rules", nil), path, kind, user, &tree, &nextRuleID, now: now)
      for rule in object["rules"]?.array ?? [] {
        guard let id = rule["id"]?.string else { continue }
        store(rule, "\(path)/rules/\(id)", .rule, user, &tree, &nextRuleID, now: now)
      }
    }
  }

  private static func store(
    _ object: JSONValue, _ path: String, _ kind: PolicyKind, _ user: String,
    _ tree: inout PolicyTree, _ nextRuleID: inout Int64, now: Int64
  ) {
    let before = tree[path]
    var completed = ObjectCompletion.complete(
      object, at: path, kind: kind, before: before, user: user, now: now)
    if kind == .rule {
      if let known = before?["rule_id"] ?? object["rule_id"] {
        completed = completed.setting("rule_id", known)
      } else {
        nextRuleID += 1
        completed = completed.setting("rule_id", .integer(nextRuleID))
      }
    }
    tree.set(path, completed)
  }
}
