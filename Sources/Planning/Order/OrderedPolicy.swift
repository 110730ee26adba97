import AntreaModel
import Documents

/// The two lists of rules, which Antrea evaluates apart.
enum FlowDirection: Int, Hashable, CaseIterable {
  case egress, ingress

  var opposite: FlowDirection { self == .egress ? .ingress : .egress }
  var name: String { self == .egress ? "egress" : "ingress" }
}

/// What a rule makes of a flow, as far as the order of steps is concerned.
enum RuleVerdict: Hashable {
  case allow, deny
  /// One that depends on more than the flow, so that it agrees with no other
  /// and contradicts each.
  case other

  /// Whether two rules can decide one flow differently.
  func differs(from other: RuleVerdict) -> Bool { self != other || self == .other }
  /// Whether two rules can decide one flow alike.
  func agrees(with other: RuleVerdict) -> Bool {
    self == other || self == .other || other == .other
  }
}

/// Where a rule stands in its list; smaller ones are asked first.
struct RulePosition: Hashable, Comparable {
  var tier: Int
  var priority: Double
  var index: Int

  static func < (left: RulePosition, right: RulePosition) -> Bool {
    (left.tier, left.priority, left.index) < (right.tier, right.priority, right.index)
  }
}

/// An entry of `appliedTo`, `from` or `to`.
enum EndpointEntry: Hashable {
  case group(KubernetesObject.Reference)
  case term(EndpointTerm)
}

/// A rule of a policy: what it says of flows, without its log and its name.
struct OrderedRule: Hashable {
  var verdict: RuleVerdict
  var targets: [EndpointEntry]
  /// `nil` for any.
  var peers: [EndpointEntry]?
  /// `nil` for all.
  var traffic: [TrafficTerm]?
  /// Whatever else restricts the rule.
  var others: [JSONValue]

  /// The groups that the rule names.
  var groups: Set<KubernetesObject.Reference> {
    var result: Set<KubernetesObject.Reference> = []
    for case .group(let name) in targets + (peers ?? []) { result.insert(name) }
    return result
  }
}

/// A policy as two lists of rules at a place.
struct OrderedPolicy {
  let tier: Int
  let priority: Double
  /// The rules of each direction, in order.
  private(set) var rules: [FlowDirection: [OrderedRule]] = [:]
  /// Their names, by which rules of two versions of a policy are matched.
  private(set) var names: [FlowDirection: [String]] = [:]
  /// The groups that the policy names.
  private(set) var groups: Set<KubernetesObject.Reference> = []
  private let namespace: String?

  /// Reads a policy, a live one or a desired one.
  init(_ object: KubernetesObject, tiers: [String: Int]) {
    let spec = object.document["spec"]
    tier = tiers[CanonicalPolicy.tierName(spec?["tier"]?.string)] ?? 250
    priority = spec?["priority"]?.double ?? 0
    namespace = object.kind == "ClusterNetworkPolicy" ? nil : object.namespace ?? ""
    let common = spec?["appliedTo"]?.array ?? []
    for direction in FlowDirection.allCases {
      for value in spec?[direction.name]?.array ?? [] {
        let rule = rule(value, direction, common)
        rules[direction, default: []].append(rule)
        groups.formUnion(rule.groups)
        names[direction, default: []].append(value["name"]?.string ?? "")
      }
    }
  }

  /// The position of a rule.
  func position(_ index: Int) -> RulePosition {
    RulePosition(tier: tier, priority: priority, index: index)
  }

  /// Whether another policy stands at the same place.
  func isBeside(_ other: OrderedPolicy) -> Bool {
    tier == other.tier && priority == other.priority
  }

  private func rule(
    _ value: JSONValue, _ direction: FlowDirection, _ common: [JSONValue]
  ) -> OrderedRule {
    let applications = value["l7Protocols"]?.array ?? []
    let verdict: RuleVerdict
    switch value["action"]?.string {
    case "Allow": verdict = applications.isEmpty ? .allow : .other
    case "Drop", "Reject": verdict = .deny
    default: verdict = .other
    }
    let targets = value["appliedTo"]?.array ?? []
    let peers = value[direction == .ingress ? "from" : "to"]?.array ?? []
    let services = value["toServices"]
    let ports = (value["ports"]?.array ?? []).map(TrafficTerm.init(port:))
    let protocols = (value["protocols"]?.array ?? []).map {
      TrafficTerm.other($0, transport: nil)
    }
    let traffic = ports + protocols
    var others = applications
    if let services, !services.isNull { others.append(["toServices": services]) }
    return OrderedRule(
      verdict: verdict, targets: (targets.isEmpty ? common : targets).map(entry),
      peers: peers.isEmpty ? nil : peers.map(entry), traffic: traffic.isEmpty ? nil : traffic,
      others: others)
  }

  private func entry(_ value: JSONValue) -> EndpointEntry {
    if let name = value["group"]?.string {
      return .group(AntreaKinds.group(named: name, namespace: namespace))
    }
    guard namespace == nil else { return .term(.unknown(value)) }
    return .term(EndpointTerm(value))
  }
}

extension EndpointTerm {
  /// Reads a peer, or the spec of a group that has no children.
  init(_ value: JSONValue) {
    let keys = Set((value.object?.members ?? []).filter { !$0.value.isNull }.map(\.key))
    if !keys.isEmpty, keys.isSubset(of: ["namespaceSelector", "podSelector"]),
      let term = LabelTerm(namespaces: value["namespaceSelector"], pods: value["podSelector"])
    {
      self = .pods(term)
    } else if keys == ["ipBlock"], let block = value["ipBlock"], let set = Self.addresses(block) {
      self = .addresses(set)
    } else {
      self = .unknown(value)
    }
  }

  /// The addresses of an `ipBlock`; `nil` where it is not valid.
  static func addresses(_ block: JSONValue) -> AddressSet? {
    guard let cidr = block["cidr"]?.string.flatMap({ CIDR($0) }) else { return nil }
    let except = (block["except"]?.array ?? []).compactMap { $0.string.flatMap { CIDR($0) } }
    return AddressSet([AddressRange(cidr)])
      .subtracting(AddressSet(except.map { AddressRange($0) }))
  }
}
