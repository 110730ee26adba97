import Documents

/// Any Policy object as it is being read: the union of the fields of all types,
/// because `resource_type` may come last and nothing is read twice.
struct ObjectFields {
  var type: String?
  var identity = IdentityFields()
  var rules: [RuleFields] = []
  var policy = SecurityPolicy(common: CommonFields(id: "", displayName: "", path: ""))
  var preference: String?
  var strategy: String?
  var groupTypes: [String] = []
  var expression: [Expression] = []
  var hasExtendedExpression = false
  var serviceEntries: [ServiceEntry] = []
  var nodeType: String?
  var nodeID: String?
  var clusterPath: String?
  var targetType: String?
  /// Byte range of a `scope` that came before the type.
  var scope: Range<Int>?
  /// Byte ranges of `children` and of the objects in a `Child…` wrapper, which
  /// are read after the object whose path they need.
  var children: [Range<Int>] = []

  /// Reads one field.
  mutating func read(_ key: JSONReader.Key, _ reader: inout JSONReader) throws {
    switch key {
    case "resource_type": type = try reader.optionalString()
    case "rules":
      if try reader.readNull() { return }
      try reader.readArray { rules.append(try RuleFields(&$0)) }
    case "category": policy.category = try reader.optionalString()
    case "sequence_number": policy.sequenceNumber = try reader.optionalInteger()
    case "internal_sequence_number":
      policy.internalSequenceNumber = try reader.optionalInteger()
    case "stateful": policy.isStateful = try reader.optionalBool()
    case "scope":
      // Other types use the key for something else, and the type may come last.
      guard type == nil else {
        if type != "SecurityPolicy" { return try reader.skip() }
        policy.scope = try reader.strings()
        return
      }
      scope = try reader.skipRange()
    case "scheduler_path": policy.schedulerPath = try reader.optionalString()
    case "rule_count": policy.ruleCount = try reader.optionalInteger()
    case "is_default": policy.isDefault = try reader.optionalBool() ?? false
    case "connectivity_preference": preference = try reader.optionalString()
    case "connectivity_strategy": strategy = try reader.optionalString()
    case "application_connectivity_strategy":
      policy.hasApplicationConnectivity = try reader.hasContent()
    case "default_rule_id": policy.defaultRuleID = try reader.optionalInteger()
    case "logging_enabled": policy.isLoggingEnabled = try reader.optionalBool() ?? false
    case "group_type": groupTypes = try reader.strings()
    case "expression": expression = try reader.expressions()
    case "extended_expression": hasExtendedExpression = try reader.hasContent()
    case "service_entries": serviceEntries = try reader.serviceEntries()
    case "node_type": nodeType = try reader.optionalString()
    case "node_id": nodeID = try reader.optionalString()
    case "container_cluster_path": clusterPath = try reader.optionalString()
    case "target_type": targetType = try reader.optionalString()
    case "children": children.append(try reader.skipRange())
    default:
      if try !identity.read(key, &reader) { try reader.skip() }
    }
  }

  /// The policy's own part of what was read.
  ///
  /// - Throws: ``SnapshotError/objectWithoutPath(type:offset:)`` for a rule.
  func securityPolicy(_ common: CommonFields) throws(SnapshotError) -> SecurityPolicy {
    var policy = policy
    policy.common = common
    policy.rules.reserveCapacity(rules.count)
    for rule in rules { policy.rules.append(try rule.rule(policy: common.path)) }
    let preferred = Connectivity(preference ?? "")
    policy.connectivity = preferred == .none ? Connectivity(strategy ?? "") : preferred
    return policy
  }
}
