import Documents

/// Any Policy object as it is being read: the union of the fields of all types,
/// because `resource_type` may come last and nothing is read twice.
struct ObjectFields {
  var type: String?
  var identity = IdentityFields()
  var rules: [RuleFields]?
  var policy = SecurityPolicy(common: CommonFields(id: "", displayName: "", path: ""))
  var preference: String?
  var strategy: String?
  var groupTypes: [String] = []
  var expression: [Expression] = []
  var hasExtendedExpression = false
  var serviceEntries: [ServiceEntry] = []
  var attributes: [ContextAttribute] = []
  var accessEntries: [L7AccessEntry] = []
  var defaultAction: L7AccessAction?
  var nodeType: String?
  var nodeID: String?
  var clusterPath: String?
  var targetType: String?
  /// Byte range of a `scope` that came before the type.
  var scope: Range<Int>?
  /// Byte ranges of `children` and of the objects in a `Child…` wrapper, which
  /// are read after the object whose path they need.
  var children: [Range<Int>] = []
  /// Members that only objects of some types have, by name.
  private var found: [(kind: ObjectMembers, name: String)] = []

  /// Reads one field that is not `null`.
  mutating func read(_ key: JSONReader.Key, _ reader: inout JSONReader) throws {
    switch key {
    case "resource_type": type = try reader.name()
    case "id", "display_name", "path", "parent_path", "_revision", "unique_id", "tags",
      "_last_modified_user", "_last_modified_time", "marked_for_delete":
      _ = try identity.read(key, &reader)
    case "children": children.append(try reader.skipRange())
    case "target_type": targetType = try reader.readString()
    case "is_default": policy.isDefault = try reader.readBool()
    case "node_type": nodeType = try reader.readString()
    case "node_id": nodeID = try reader.readString()
    case "container_cluster_path": clusterPath = try reader.readString()
    default:
      if try readPolicyMember(key, &reader) { return }
      if try readOtherMember(key, &reader) { return }
      try reader.skip(key, noting: &identity.unknownMembers)
    }
  }

  private mutating func readPolicyMember(
    _ key: JSONReader.Key, _ reader: inout JSONReader
  ) throws -> Bool {
    switch key {
    case "rules":
      var list: [RuleFields] = []
      try reader.readArray { list.append(try RuleFields(&$0)) }
      rules = list
    case "category": policy.category = try reader.readString()
    // An L7 access entry has one as well, and a rule.
    case "sequence_number": policy.sequenceNumber = try reader.integer()
    case "internal_sequence_number": policy.internalSequenceNumber = try reader.integer()
    case "stateful": policy.isStateful = try reader.readBool()
    case "scope":
      // Other types use the key for something else, and the type may come last.
      if type == nil {
        scope = try reader.skipRange()
      } else if type == "SecurityPolicy" {
        policy.scope = try reader.strings()
      } else {
        try reader.skip()
      }
    case "scheduler_path": policy.schedulerPath = try reader.readString()
    case "rule_count": policy.ruleCount = try reader.integer()
    case "connectivity_preference": preference = try reader.readString()
    case "connectivity_strategy": strategy = try reader.readString()
    case "application_connectivity_strategy":
      policy.hasApplicationConnectivity = try reader.hasContent()
    case "default_rule_id": policy.defaultRuleID = try reader.integer()
    case "logging_enabled": policy.isLoggingEnabled = try reader.readBool()
    default: return false
    }
    found.append((.policy, key.string))
    return true
  }

  private mutating func readOtherMember(
    _ key: JSONReader.Key, _ reader: inout JSONReader
  ) throws -> Bool {
    let kind: ObjectMembers
    switch key {
    case "group_type":
      kind = .group
      groupTypes = try reader.strings()
    case "expression":
      kind = .group
      var names: [String] = []
      expression = try reader.expressions(noting: &names)
      identity.unknownMembers += names.map { "expression\($0)" }
    case "extended_expression":
      kind = .group
      hasExtendedExpression = try reader.hasContent()
    case "service_entries":
      kind = .service
      serviceEntries = try reader.serviceEntries(noting: &identity.unknownMembers)
    case "attributes":
      kind = .contextProfile
      attributes = try reader.attributes(noting: &identity.unknownMembers)
    case "l7_access_entries":
      kind = .accessProfile
      accessEntries = try reader.accessEntries(noting: &identity.unknownMembers)
    case "default_action":
      kind = .accessProfile
      defaultAction = L7AccessAction(try reader.readString())
    default: return false
    }
    found.append((kind, key.string))
    return true
  }

  /// The common fields of an object of a type; members of other types are as
  /// unknown as any.
  func common(type: String, parent: String?, collection: String) -> CommonFields? {
    guard var common = identity.common(parent: parent, collection: collection) else { return nil }
    if type == "Group" {
      common.unknownMembers.removeAll(where: KnownMembers.isCollected)
    }
    if let known = ObjectMembers.known[type] {
      common.unknownMembers += found.filter { !known.contains($0.kind) }.map(\.name)
    }
    return common
  }

  /// The policy's own part of what was read.
  ///
  /// - Throws: ``SnapshotError`` for a rule that nothing names, and for two
  ///   rules with one path.
  func securityPolicy(_ common: CommonFields) throws(SnapshotError) -> SecurityPolicy {
    var policy = policy
    policy.common = common
    policy.hasRuleList = rules != nil
    policy.rules.reserveCapacity(rules?.count ?? 0)
    for rule in rules ?? [] { policy.rules.append(try rule.rule(policy: common.path)) }
    let preferred = Connectivity(preference ?? "")
    policy.connectivity = preferred == .none ? Connectivity(strategy ?? "") : preferred
    return policy
  }
}

/// The members that only objects of some types have.
struct ObjectMembers: OptionSet {
  let rawValue: Int
  static let policy = ObjectMembers(rawValue: 1)
  static let group = ObjectMembers(rawValue: 2)
  static let service = ObjectMembers(rawValue: 4)
  static let contextProfile = ObjectMembers(rawValue: 8)
  static let accessProfile = ObjectMembers(rawValue: 16)

  /// What each type has; others are not checked.
  static let known: [String: ObjectMembers] = [
    "SecurityPolicy": .policy, "Group": .group, "Service": .service,
    "PolicyContextProfile": .contextProfile, "L7AccessProfile": .accessProfile,
  ]
}
