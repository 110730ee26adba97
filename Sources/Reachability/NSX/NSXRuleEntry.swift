import AntreaModel
import NSXModel

/// A rule with what it says about every endpoint of a world.
struct NSXRuleEntry: Sendable {
  /// What a match leads to.
  enum Effect {
    /// A final outcome.
    case decide(Outcome)
    /// On with the category Application.
    case jumpToApplication
  }

  let reference: RuleReference
  let effect: Effect
  /// The policy's category.
  let category: String
  let isEgress: Truth
  let isIngress: Truth
  /// Where the rule is enforced.
  let enforced: TruthSet
  let sources: TruthSet
  let destinations: TruthSet
  let family: IPFamily?
  /// `nil` for all traffic.
  let traffic: [NSXServiceMatch]?
  /// `maybe` where a match depends on more than the flow.
  let certainty: Truth

  var isApplication: Bool { category == "Application" }
}

/// The rules of a cluster in the order in which NSX evaluates them.
struct NSXRuleReader {
  let snapshot: NSXSnapshot
  let world: World
  private var groups: NSXGroupMembers
  private var labels: NSXGroupMembers
  private let services: NSXServiceReader
  private let profiles: NSXProfileReader

  init(_ snapshot: NSXSnapshot, _ world: World, _ reading: NSXReading) {
    self.snapshot = snapshot
    self.world = world
    let conditions = NSXConditionMatch(world, reading)
    groups = NSXGroupMembers(snapshot, world, conditions)
    labels = NSXGroupMembers(snapshot, world, conditions, countsAddresses: false)
    services = NSXServiceReader(snapshot: snapshot)
    profiles = NSXProfileReader(snapshot: snapshot, world: world)
  }

  /// The groups that rules use and of which all members are known, by path.
  var groupMembers: [String: EndpointSet] { groups.known }

  /// Reads policies: by category, then by sequence number.
  mutating func entries(_ policies: [SecurityPolicy]) -> [NSXRuleEntry] {
    let order = ["Emergency", "Infrastructure", "Environment", "Application"]
    var byCategory: [String: [SecurityPolicy]] = [:]
    for policy in policies {
      let name = policy.category ?? ""
      byCategory[name.isEmpty ? "Application" : name, default: []].append(policy)
    }
    var result: [NSXRuleEntry] = []
    // Where a category of another firewall stands is not known: first, and open.
    for name in byCategory.keys.sorted() where !order.contains(name) && name != "Ethernet" {
      for policy in Self.sorted(byCategory[name] ?? []) {
        read(policy, category: name, certainty: .maybe, into: &result)
      }
    }
    for name in order {
      for policy in Self.sorted(byCategory[name] ?? []) {
        let isPlain =
          policy.isStateful != false && (policy.schedulerPath ?? "").isEmpty
          && policy.common.unknownMembers.isEmpty
        read(policy, category: name, certainty: isPlain ? .yes : .maybe, into: &result)
      }
    }
    return result
  }

  private static func sorted(_ policies: [SecurityPolicy]) -> [SecurityPolicy] {
    let isGlobal = !policies.contains { $0.internalSequenceNumber == nil }
    func key(_ policy: SecurityPolicy) -> (Int64, String) {
      ((isGlobal ? policy.internalSequenceNumber : policy.sequenceNumber) ?? 0, policy.path)
    }
    return policies.sorted { key($0) < key($1) }
  }

  private mutating func read(
    _ policy: SecurityPolicy, category: String, certainty: Truth, into result: inout [NSXRuleEntry]
  ) {
    if policy.ruleCount.map({ $0 > policy.rules.count }) ?? !policy.hasRuleList {
      result.append(open(policy, category, "missing-rules"))
    }
    var rules = policy.rules.filter { !$0.isDisabled && !$0.common.isMarkedForDelete }
    if rules.contains(where: { $0.sequenceNumber != nil }) {
      rules.sort {
        ($0.sequenceNumber ?? 0, $0.ruleID ?? .max, $0.path)
          < ($1.sequenceNumber ?? 0, $1.ruleID ?? .max, $1.path)
      }
    }
    for rule in rules { result.append(entry(rule, policy, category, certainty)) }
    if policy.hasApplicationConnectivity {
      result.append(open(policy, category, "application-connectivity"))
    }
    let action: RuleAction
    switch policy.connectivity {
    case .none: return
    case .allowlist: action = .drop
    case .denylist: action = .allow
    case .unknown(let value): action = .unknown(value)
    }
    let common = CommonFields(
      id: "default-rule", displayName: "", path: "\(policy.path)/default-rule")
    result.append(entry(Rule(common: common, action: action), policy, category, certainty))
  }

  /// A rule that stands for what is not known about a policy.
  private mutating func open(
    _ policy: SecurityPolicy, _ category: String, _ name: String
  ) -> NSXRuleEntry {
    let common = CommonFields(id: name, displayName: "", path: "\(policy.path)/\(name)")
    return entry(Rule(common: common, action: .unknown("")), policy, category, .maybe)
  }

  private mutating func entry(
    _ rule: Rule, _ policy: SecurityPolicy, _ category: String, _ certainty: Truth
  ) -> NSXRuleEntry {
    let profile = profiles.match(of: rule)
    let effect: NSXRuleEntry.Effect =
      switch rule.action {
      case .allow where profile.inspects: .decide(.inspect)
      case .allow: .decide(.allow)
      case .drop: .decide(.drop)
      case .reject: .decide(.reject)
      case .jumpToApplication: .jumpToApplication
      case .unknown: .decide(.undetermined)
      }
    var certainty = certainty
    certainty = certainty && profile.certainty
    if !rule.common.unknownMembers.isEmpty { certainty = .maybe }
    if case .unknown = rule.ipProtocol { certainty = .maybe }
    // Only rules of the Environment category may jump.
    if case .jumpToApplication = rule.action, category != "Environment" { certainty = .maybe }
    var (isEgress, isIngress): (Truth, Truth) =
      switch rule.direction {
      case .in: (.no, .yes)
      case .out: (.yes, .no)
      case .inOut: (.yes, .yes)
      case .unknown: (.maybe, .maybe)
      }
    // What a name stands for is known where it was asked for.
    var traffic = services.traffic(of: rule)
    if profile.destinations != nil {
      isIngress = isIngress && .maybe
      let named = NSXProfileMatch.named(traffic)
      traffic = named.traffic
      certainty = certainty && named.certainty
    }
    let destinations = groups.members(
      of: rule.destinations, excluded: rule.areDestinationsExcluded)
    return NSXRuleEntry(
      reference: RuleReference(policy: policy.path, rule: rule.path), effect: effect,
      category: category, isEgress: isEgress, isIngress: isIngress,
      enforced: enforcement(at: isAny(policy.scope) ? rule.scope : policy.scope),
      sources: groups.members(of: rule.sources, excluded: rule.areSourcesExcluded),
      destinations: profile.destinations.map(destinations.intersection) ?? destinations,
      family: rule.ipProtocol == .ipv4 ? .v4 : rule.ipProtocol == .ipv6 ? .v6 : nil,
      traffic: traffic, certainty: certainty)
  }

  /// Where a rule with this applied-to is enforced. NSX does not allow addresses in it, so that what they would mean is open.
  private mutating func enforcement(at scope: [String]) -> TruthSet {
    let all = groups.members(of: scope, excluded: false)
    let byLabels = labels.members(of: scope, excluded: false)
    return TruthSet(
      certain: byLabels.certain, possible: byLabels.possible.union(all.possible)
    ).intersection(TruthSet(world.enforced))
  }
}
