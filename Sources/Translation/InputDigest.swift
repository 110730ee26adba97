import Documents
import NSXModel

/// Collects what a translation is made from. Lines are sorted before they are
/// hashed, so that the order of objects does not matter.
struct InputDigest {
  private var lines: [String] = []

  init(manager: String, cluster: String) {
    lines.append("source \(manager) \(cluster)")
  }

  /// The digest of what a translation is made from.
  static func hash(
    manager: String, cluster: String, policies: [SecurityPolicy], groups: GroupTable,
    snapshot: NSXSnapshot
  ) -> String {
    var digest = InputDigest(manager: manager, cluster: cluster)
    for policy in policies { digest.add(policy) }
    let references = References(policies)
    for path in references.groups where snapshot.groups[path] != nil { digest.add(groups[path]) }
    for service in references.services(in: snapshot) { digest.add(service) }
    for path in references.profiles {
      if let profile = snapshot.contextProfiles[path] { digest.add(profile) }
      if let profile = snapshot.l7AccessProfiles[path] { digest.add(profile) }
    }
    return digest.finish()
  }

  /// Adds a policy and its rules.
  mutating func add(_ policy: SecurityPolicy) {
    lines.append(
      "policy \(policy.path) \(policy.displayName) \(number(policy.revision)) "
        + "\(policy.category ?? "-") \(number(policy.internalSequenceNumber ?? policy.sequenceNumber)) "
        + "\(policy.isStateful.map(String.init) ?? "-") \(policy.scope.sorted()) "
        + "\(policy.schedulerPath ?? "-") \(policy.isLoggingEnabled) \(policy.connectivity) "
        + "\(policy.hasApplicationConnectivity) \(number(policy.defaultRuleID)) "
        + "\(policy.missingRules ?? "-") \(policy.common.unknownMembers)")
    for rule in policy.rules { add(rule) }
  }

  private mutating func add(_ rule: Rule) {
    var line = "rule "
    line += rule.path
    for text in [
      rule.displayName, number(rule.revision), number(rule.sequenceNumber), number(rule.ruleID),
      rule.logTag, rule.action.text, rule.direction.text, rule.ipProtocol.text,
    ] {
      line += " "
      line += text
    }
    for flag in [
      rule.areSourcesExcluded, rule.areDestinationsExcluded, rule.isDisabled, rule.isLogged,
    ] {
      line += flag ? " 1" : " 0"
    }
    for list in [rule.sources, rule.destinations, rule.services, rule.profiles, rule.scope] {
      line += " ["
      line += list.count > 1 ? list.sorted().joined(separator: ",") : list.first ?? ""
      line += "]"
    }
    if !rule.common.unknownMembers.isEmpty { line += " \(rule.common.unknownMembers)" }
    if !rule.serviceEntries.isEmpty {
      line += " " + rule.serviceEntries.map(text).sorted().joined(separator: ",")
    }
    lines.append(line)
  }

  /// Adds a group in its resolved form.
  mutating func add(_ group: ResolvedGroup) {
    lines.append(
      "group \(group.path) \(group.displayName) \(number(group.revision)) "
        + "\(group.pods.map(\.key).joined(separator: ";")) "
        + "\(group.networks.map(\.description).joined(separator: ",")) "
        + "\(group.problems.map(\.code.rawValue).sorted().joined(separator: ","))")
  }

  /// Adds a service.
  mutating func add(_ service: Service) {
    lines.append(
      "service \(service.path) \(service.displayName) \(number(service.revision)) "
        + "\(service.common.isMarkedForDelete) \(service.common.unknownMembers) "
        + service.entries.map(text).sorted().joined(separator: ","))
  }

  /// Adds a context profile.
  mutating func add(_ profile: PolicyContextProfile) {
    add(profile, text(profile.attributes))
  }

  /// Adds an L7 access profile.
  mutating func add(_ profile: L7AccessProfile) {
    let entries = profile.entries.map { entry in
      "\(String(describing: entry.action)) \(entry.isDisabled) \(text(entry.attributes))"
    }
    add(profile, "\(String(describing: profile.defaultAction)) \(entries.sorted())")
  }

  private func text(_ attributes: [ContextAttribute]) -> String {
    attributes.map { "\($0.key) \($0.values.sorted()) \($0.subAttributes.sorted())" }.sorted()
      .joined(separator: ",")
  }

  private mutating func add(_ profile: some NSXObject, _ content: String) {
    lines.append(
      "profile \(profile.path) \(number(profile.revision)) \(profile.common.isMarkedForDelete) "
        + "\(profile.common.unknownMembers) \(content)")
  }

  /// `sha256:` and 64 hexadecimal digits.
  func finish() -> String {
    var hash = SHA256()
    for line in lines.sorted(by: { utf8Order($0, $1) < 0 }) {
      hash.update(Array(line.utf8))
      hash.update([UInt8(ascii: "\n")])
    }
    return "sha256:" + hexText(hash.finalize())
  }

  private func number(_ value: Int64?) -> String { value.map(String.init) ?? "-" }

  private func text(_ entry: ServiceEntry) -> String {
    switch entry {
    case .ports(let name, let sources, let destinations):
      "ports \(name) \(sources.sorted()) \(destinations.sorted())"
    case .alg(let name, let sources, let destinations):
      "alg \(name) \(sources.sorted()) \(destinations.sorted())"
    default: "\(entry)"
    }
  }
}

// Written out because string interpolation of an enumeration goes through
// reflection, which took a third of a large translation.
extension RuleAction {
  fileprivate var text: String {
    switch self {
    case .allow: "allow"
    case .drop: "drop"
    case .reject: "reject"
    case .jumpToApplication: "jump"
    case .unknown(let value): "unknown \(value)"
    }
  }
}

extension RuleDirection {
  fileprivate var text: String {
    switch self {
    case .in: "in"
    case .out: "out"
    case .inOut: "inout"
    case .unknown(let value): "unknown \(value)"
    }
  }
}

extension RuleIPProtocol {
  fileprivate var text: String {
    switch self {
    case .ipv4: "v4"
    case .ipv6: "v6"
    case .both: "both"
    case .unknown(let value): "unknown \(value)"
    }
  }
}
