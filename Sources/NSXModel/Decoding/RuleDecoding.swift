import Documents

/// A rule as it is being read; its path may depend on its policy.
struct RuleFields {
  var identity = IdentityFields()
  var rule = Rule(
    common: CommonFields(id: "", displayName: "", path: ""), action: .unknown(""))

  /// Where the rule begins in the document.
  let offset: Int

  init(_ reader: inout JSONReader) throws {
    offset = reader.offset
    try reader.readObject { key, reader in
      switch key {
      case "action": rule.action = RuleAction(try reader.optionalString() ?? "")
      case "direction": rule.direction = RuleDirection(try reader.optionalString() ?? "")
      case "ip_protocol": rule.ipProtocol = RuleIPProtocol(try reader.optionalString() ?? "")
      case "sequence_number": rule.sequenceNumber = try reader.optionalInteger()
      case "rule_id": rule.ruleID = try reader.optionalInteger()
      case "source_groups": rule.sources = try reader.strings()
      case "destination_groups": rule.destinations = try reader.strings()
      case "sources_excluded": rule.areSourcesExcluded = try reader.optionalBool() ?? false
      case "destinations_excluded":
        rule.areDestinationsExcluded = try reader.optionalBool() ?? false
      case "services": rule.services = try reader.strings()
      case "service_entries": rule.serviceEntries = try reader.serviceEntries()
      case "profiles": rule.profiles = try reader.strings()
      case "scope": rule.scope = try reader.strings()
      case "disabled": rule.isDisabled = try reader.optionalBool() ?? false
      case "logged": rule.isLogged = try reader.optionalBool() ?? false
      case "tag": rule.logTag = try reader.optionalString() ?? ""
      default:
        if try !identity.read(key, &reader) { try reader.skip() }
      }
    }
  }

  /// The rule with its path below the policy's.
  ///
  /// - Throws: ``SnapshotError/objectWithoutPath(type:offset:)`` where nothing
  ///   names it: a rule that is left out may widen its policy.
  func rule(policy: String?) throws(SnapshotError) -> Rule {
    var identity = identity
    if identity.id == nil, identity.displayName == nil, identity.path == nil {
      identity.id = rule.ruleID.map(String.init)
    }
    guard let common = identity.common(parent: policy, collection: "rules") else {
      throw .objectWithoutPath(type: "Rule", offset: offset)
    }
    var rule = rule
    rule.common = common
    return rule
  }
}
