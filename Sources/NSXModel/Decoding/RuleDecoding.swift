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
    try reader.readMembers { key, reader in
      switch key {
      case "action": rule.action = RuleAction(try reader.readString())
      case "direction": rule.direction = RuleDirection(try reader.readString())
      case "ip_protocol": rule.ipProtocol = RuleIPProtocol(try reader.readString())
      case "sequence_number": rule.sequenceNumber = try reader.integer()
      case "rule_id": rule.ruleID = try reader.integer()
      case "source_groups": rule.sources = try reader.strings()
      case "destination_groups": rule.destinations = try reader.strings()
      case "sources_excluded": rule.areSourcesExcluded = try reader.readBool()
      case "destinations_excluded": rule.areDestinationsExcluded = try reader.readBool()
      case "services": rule.services = try reader.strings()
      case "service_entries":
        rule.serviceEntries = try reader.serviceEntries(noting: &identity.unknownMembers)
      case "profiles": rule.profiles = try reader.strings()
      case "scope": rule.scope = try reader.strings()
      case "disabled": rule.isDisabled = try reader.readBool()
      case "logged": rule.isLogged = try reader.readBool()
      case "tag": rule.logTag = try reader.readString()
      case "resource_type":
        let type = try reader.readString()
        if type != "Rule" { identity.unknownMembers.append("resource_type \(type)") }
      default:
        if try !identity.read(key, &reader) {
          try reader.skip(key, noting: &identity.unknownMembers)
        }
      }
    }
  }

  /// The rule with its path below the policy's.
  ///
  /// - Throws: ``SnapshotError/objectWithoutPath(type:offset:)`` where nothing
  ///   names it: a rule that is left out may widen its policy.
  func rule(policy: String?) throws(SnapshotError) -> Rule {
    var identity = identity
    // Two rules of a policy may have one display name, but never one number.
    if identity.id == nil, identity.path == nil, let number = rule.ruleID {
      identity.id = String(number)
    }
    guard let common = identity.common(parent: policy, collection: "rules") else {
      throw .objectWithoutPath(type: "Rule", offset: offset)
    }
    var rule = rule
    rule.common = common
    return rule
  }
}
