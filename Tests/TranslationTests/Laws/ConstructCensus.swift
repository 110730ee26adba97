import AntreaModel
import NSXModel
import Translation

/// Names the constructs of the rules that were translated, so that a generator
/// that stopped making one, or a translation that refuses all of them, shows.
struct ConstructCensus {
  let snapshot: NSXSnapshot
  private(set) var constructs: [String] = []

  /// The constructs of every rule that became an Antrea rule, once for each.
  static func constructs(_ snapshot: NSXSnapshot, _ translation: Translation) -> [String] {
    let rendered = Set(translation.provenance.values.flatMap { $0.rules.values.map(\.path) })
    var census = ConstructCensus(snapshot: snapshot)
    for policy in snapshot.policies { census.read(policy, rendered) }
    for name in translation.provenance.values.flatMap(\.rules.keys) where name.contains("-rest") {
      census.note("part of a rule that a jump left")
    }
    return census.constructs
  }

  private mutating func read(_ policy: SecurityPolicy, _ rendered: Set<String>) {
    let isRendered = policy.rules.contains { rendered.contains($0.path) }
    let spans = snapshot.spans.filter { $0.policyPath == policy.path }.count
    if isRendered {
      note("policy \(policy.category ?? "without category")")
      if policy.internalSequenceNumber == nil { note("policy with a local number") }
      if policy.isLoggingEnabled { note("policy that logs") }
      if spans > 1 { note("policy of two clusters") }
      if policy.rules.contains(where: \.isDisabled) { note("rule beside a disabled one") }
      if policy.rules.contains(where: \.common.isMarkedForDelete) { note("rule beside a gone one") }
      if Set(policy.rules.map(\.sequenceNumber)).count < policy.rules.count {
        note("rules of one number")
      }
    }
    if rendered.contains("\(policy.path)/default-rule") {
      switch policy.connectivity {
      case .allowlist(let logging): note("default rule ALLOWLIST\(logging ? ", logged" : "")")
      case .denylist: note("default rule DENYLIST")
      default: break
      }
      if !isAny(policy.scope) { note("default rule for a scope") }
    }
    for rule in policy.rules where rendered.contains(rule.path) { read(rule, of: policy) }
    // A jump becomes no rule, and what it has is taken out of others.
    if isRendered {
      for rule in policy.rules where rule.action == .jumpToApplication { read(rule, of: policy) }
    }
  }

  private mutating func note(_ construct: String) { constructs.append(construct) }

  private mutating func read(_ rule: Rule, of policy: SecurityPolicy) {
    var found: Set<String> = ["action \(rule.action)", "direction \(rule.direction)"]
    let (hasSources, hasDestinations) = (!isAny(rule.sources), !isAny(rule.destinations))
    found.insert(
      hasSources
        ? hasDestinations ? "both sides" : "sources alone"
        : hasDestinations ? "destinations alone" : "no side")
    switch (isAny(policy.scope), isAny(rule.scope)) {
    case (true, true): found.insert("no scope")
    case (true, false): found.insert("scope of the rule")
    case (false, true): found.insert("scope of the policy")
    case (false, false): found.insert("scope of the policy over the rule's")
    }
    if rule.ipProtocol != .both { found.insert("ip_protocol \(rule.ipProtocol)") }
    if rule.isLogged { found.insert(rule.logTag.isEmpty ? "logged" : "logged with a tag") }
    for (list, isExcluded) in [
      (rule.sources, rule.areSourcesExcluded), (rule.destinations, rule.areDestinationsExcluded),
      (isAny(policy.scope) ? rule.scope : policy.scope, false),
    ] where !isAny(list) {
      var members: Set<String> = []
      for entry in list {
        if let range = AddressRange(entry) {
          members.insert("address\(range.family == .v4 ? 4 : 6) in a rule")
        } else {
          var visited: Set<String> = []
          read(group: entry, into: &members, &visited)
        }
      }
      if list.count > 1 { members.insert("list of several members") }
      found.formUnion(members)
      if isExcluded {
        found.formUnion(members.filter { $0.hasPrefix("group") }.map { "excluded \($0)" })
        if members.contains(where: { $0.hasPrefix("address") }) { found.insert("excluded address") }
      }
    }
    if !isAny(rule.services) {
      for path in rule.services { read(service: path, isNested: false, into: &found) }
      if rule.services.count > 1 { found.insert("list of services") }
      if !rule.serviceEntries.isEmpty { found.insert("services and entries") }
    } else if !rule.serviceEntries.isEmpty {
      found.insert("entries alone")
    }
    for entry in rule.serviceEntries { read(entry, into: &found) }
    for path in rule.profiles {
      if snapshot.contextProfiles[path] != nil { found.insert("domain names") }
      if let profile = snapshot.l7AccessProfiles[path] {
        found.insert(profile.defaultAction == .allow ? "profile of everything" : "applications")
      }
    }
    constructs += found
  }

  private func read(
    group path: String, into found: inout Set<String>, _ visited: inout Set<String>
  ) {
    guard visited.insert(path).inserted, let group = snapshot.groups[path] else { return }
    if group.types.isEmpty { found.insert("group of machines") }
    if group.expression.isEmpty { found.insert("group without members") }
    if group.expression.contains(.conjunction(.or)) { found.insert("group with OR") }
    if group.expression.contains(.conjunction(.and)) { found.insert("group with AND") }
    for element in group.expression { read(element, into: &found, &visited) }
  }

  private func read(
    _ element: Expression, into found: inout Set<String>, _ visited: inout Set<String>
  ) {
    switch element {
    case .condition(let condition):
      let comparison = condition.comparison ?? "scope \(condition.scopeComparison)"
      let isExistence = condition.key == "Tag" && condition.value.hasSuffix("|")
      found.insert(
        "group \(condition.memberType) \(condition.key) "
          + (isExistence ? "without value \(comparison)" : comparison))
    case .nested(let inner):
      found.insert("group with a nested expression")
      for element in inner { read(element, into: &found, &visited) }
    case .paths(let paths):
      found.insert("group with paths")
      for path in paths { read(group: path, into: &found, &visited) }
    case .addresses(let texts):
      for range in texts.compactMap({ AddressRange($0) }) {
        found.insert("group with IPv\(range.family.rawValue)")
      }
    case .unknown(let kind): found.insert("group with \(kind)")
    case .conjunction: break
    }
  }

  private func read(service path: String, isNested: Bool, into found: inout Set<String>) {
    if isNested { found.insert("service in a service") }
    for entry in snapshot.services[path]?.entries ?? [] { read(entry, into: &found) }
  }

  private func read(_ entry: ServiceEntry, into found: inout Set<String>) {
    switch entry {
    case .ports(let name, let sources, let destinations):
      found.insert("service \(name)" + (destinations.isEmpty ? " of all ports" : ""))
      if !sources.isEmpty { found.insert("service by source ports") }
      if sources.count * destinations.count > 1 { found.insert("service of pairs of ports") }
    case .icmp(let name, let type, let code):
      found.insert("service \(name)" + (code != nil ? " code" : type != nil ? " type" : ""))
    case .igmp: found.insert("service IGMP")
    case .ipProtocol(let number): found.insert("service protocol \(number.map(String.init) ?? "-")")
    case .alg(let name, _, _): found.insert("service ALG \(name)")
    case .etherType: found.insert("service EtherType")
    case .nested(let path): read(service: path, isNested: true, into: &found)
    case .unknown(let kind): found.insert("service \(kind)")
    }
  }
}
