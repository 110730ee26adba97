import AntreaModel
import Documents
import Foundation
import Testing

/// The seeds of the tests of the order.
enum OrderSeeds {
  /// `NSX_ANTREA_TEST_SEEDS=1000-5000` tries others.
  static func range(_ standard: ClosedRange<UInt64>) -> ClosedRange<UInt64> {
    let bounds = ProcessInfo.processInfo.environment["NSX_ANTREA_TEST_SEEDS"]?
      .split(separator: "-").compactMap { UInt64($0) }
    guard let bounds, bounds.count == 2, bounds[0] <= bounds[1] else { return standard }
    return bounds[0]...bounds[1]
  }
}

/// Objects of a cluster by what they say: made at random, and changed at random.
struct OrderCase {
  struct Rule {
    var name: String
    var action: String
    var isIngress: Bool
    var targets: [JSONValue]
    var peers: [JSONValue]
    var ports: [JSONValue]
  }

  struct Policy {
    var tier: String
    var priority: Double
    var rules: [Rule]
  }

  var groups: [String: JSONValue] = [:]
  var policies: [String: Policy] = [:]
  /// Policies of others, which stay.
  var foreign: [String: Policy] = [:]
  private var counter = 0
  /// Whether all rules are there at both ends, as rules of NSX without a
  /// direction and an applied-to of their own.
  private let isMirrored: Bool

  static let tiers = ["nsx-infrastructure", "nsx-application"]

  // MARK: Chance

  init(_ random: inout SeededGenerator, isMirrored: Bool = false) {
    self.isMirrored = isMirrored
    for index in 0..<4 { groups["g\(index)"] = leaf(&random) }
    groups["parent"] = ["childGroups": ["g0", "g1"]]
    for index in 0..<Int.random(in: 2...5, using: &random) {
      policies["p\(index)"] = policy(&random)
    }
    for index in 0..<Int.random(in: 0...(isMirrored ? 0 : 2), using: &random) {
      var other = policy(&random)
      other.tier =
        ["emergency", "securityops", "nsx-infrastructure", "application"]
        .randomElement(using: &random) ?? "application"
      other.rules = other.rules.map { rule in
        var rule = rule
        rule.targets = [Self.workloads(&random)]
        rule.peers = []
        return rule
      }
      foreign["f\(index)"] = other
    }
  }

  /// Changes a number of things.
  mutating func change(_ count: Int, _ random: inout SeededGenerator) {
    for _ in 0..<count {
      let name = policies.keys.sorted().randomElement(using: &random) ?? "p0"
      switch Int.random(in: 0..<14, using: &random) {
      case 0, 1:
        let group = "g\(Int.random(in: 0..<4, using: &random))"
        groups[group] = leaf(&random)
      case 2:
        let children = (0..<4).filter { _ in Bool.random(using: &random) }.map { "g\($0)" }
        groups["parent"] = ["childGroups": .array(children.map { .string($0) })]
      case 3: policies["p\(10 + counter)"] = policy(&random)
      case 4 where policies.count > 1: policies[name] = nil
      case 5: policies[name]?.priority = Self.priority(&random)
      case 6: policies[name]?.tier = Self.tiers.randomElement(using: &random) ?? Self.tiers[0]
      case 7:
        // Two policies change places.
        let other = policies.keys.sorted().randomElement(using: &random) ?? name
        let priority = policies[name]?.priority ?? 1
        let others = policies[other]?.priority ?? priority
        policies[name]?.priority = others
        policies[other]?.priority = priority
      case 8:
        // One takes the place of another under a new name.
        policies["p\(10 + counter)"] = policies.removeValue(forKey: name)
        counter += 1
      case 9, 10:
        // Two groups change members.
        let (one, two) = ("g\(Int.random(in: 0..<2, using: &random))", "g2")
        let members = groups[one]
        groups[one] = groups[two]
        groups[two] = members
      default: changeRules(of: name, &random)
      }
    }
    separate(&random)
  }

  private mutating func changeRules(of name: String, _ random: inout SeededGenerator) {
    guard var policy = policies[name] else { return }
    guard !isMirrored else {
      // The two rules of a pair stand side by side.
      let pair = Int.random(in: 0...policy.rules.count / 2, using: &random) * 2
      if pair < policy.rules.count, Bool.random(using: &random) {
        policy.rules.removeSubrange(pair..<pair + 2)
      }
      policy.rules.insert(contentsOf: rules(&random), at: min(pair, policy.rules.count))
      policies[name] = policy
      return
    }
    let index = Int.random(in: 0..<max(1, policy.rules.count), using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0:
      policy.rules.insert(contentsOf: rules(&random), at: min(index, policy.rules.count))
    case 1 where !policy.rules.isEmpty: policy.rules.remove(at: index)
    case 2 where !policy.rules.isEmpty:
      policy.rules[index].action = policy.rules[index].action == "Allow" ? "Drop" : "Allow"
    case 3 where !policy.rules.isEmpty: policy.rules[index].ports = Self.ports(&random)
    case 4 where !policy.rules.isEmpty: policy.rules[index].peers.append(Self.peer(&random))
    case 5 where !policy.rules.isEmpty: policy.rules[index].targets.append(Self.target(&random))
    default: policy.rules.shuffle(using: &random)
    }
    policies[name] = policy
  }

  /// No two policies at one place: which decides would not be defined.
  private mutating func separate(_ random: inout SeededGenerator) {
    var taken: Set<String> = []
    for (name, policy) in foreign.sorted(by: { $0.key < $1.key }) {
      var policy = policy
      while !taken.insert("\(policy.tier) \(policy.priority)").inserted { policy.priority += 100 }
      foreign[name] = policy
    }
    for name in policies.keys.sorted() {
      while case let policy? = policies[name],
        !taken.insert("\(policy.tier) \(policy.priority)").inserted
      {
        policies[name]?.priority = Self.priority(&random)
      }
    }
  }

  private static func priority(_ random: inout SeededGenerator) -> Double {
    1 + Double(Int.random(in: 0..<40, using: &random)) / 1024
  }

  private mutating func policy(_ random: inout SeededGenerator) -> Policy {
    counter += 1
    var list: [Rule] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) { list += rules(&random) }
    return Policy(
      tier: Self.tiers.randomElement(using: &random) ?? Self.tiers[0],
      priority: Self.priority(&random), rules: list)
  }

  /// One rule; or two of one meaning, one at each end, as a rule of NSX gives.
  private mutating func rules(_ random: inout SeededGenerator) -> [Rule] {
    counter += 1
    var rule = Rule(
      name: "r\(counter)",
      action: ["Allow", "Allow", "Drop", "Drop", "Reject"].randomElement(using: &random) ?? "Drop",
      isIngress: Bool.random(using: &random), targets: [Self.target(&random)], peers: [],
      ports: Self.ports(&random))
    if isMirrored || Bool.random(using: &random) {
      rule.peers = [Self.target(&random)]
      var other = rule
      other.name += "x"
      other.isIngress.toggle()
      (other.targets, other.peers) = (rule.peers, rule.targets)
      return [rule, other]
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) { rule.peers.append(Self.peer(&random)) }
    return [rule]
  }

  private static func ports(_ random: inout SeededGenerator) -> [JSONValue] {
    switch Int.random(in: 0..<4, using: &random) {
    case 0: [["protocol": "TCP", "port": 80]]
    case 1: [["protocol": "TCP", "port": 79, "endPort": 443]]
    case 2: [["protocol": "UDP"]]
    default: []
    }
  }

  private static func labels(_ random: inout SeededGenerator) -> JSONValue {
    func value() -> JSONValue { .string("a\(Int.random(in: 0..<3, using: &random))") }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return ["matchExpressions": [["key": "app", "operator": "Exists"]]]
    case 1:
      return ["matchExpressions": [["key": "app", "operator": "NotIn", "values": [value()]]]]
    case 2:
      let values = Set([value(), value()])
      return [
        "matchExpressions": [
          ["key": "app", "operator": "In", "values": .array(values.sorted { "\($0)" < "\($1)" })]
        ]
      ]
    default: return ["matchLabels": ["app": value()]]
    }
  }

  private static func workloads(_ random: inout SeededGenerator) -> JSONValue {
    let space = JSONValue.string("e\(Int.random(in: 0..<2, using: &random))")
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return ["namespaceSelector": ["matchLabels": ["env": space]]]
    case 1:
      return [
        "namespaceSelector": ["matchLabels": ["env": space]], "podSelector": labels(&random),
      ]
    default: return ["podSelector": labels(&random)]
    }
  }

  private func leaf(_ random: inout SeededGenerator) -> JSONValue {
    // No policy is enforced at addresses, so that they have no other end.
    guard !isMirrored, Int.random(in: 0..<5, using: &random) < 2 else {
      return Self.workloads(&random)
    }
    let blocks = (0...Int.random(in: 0...2, using: &random)).map { _ in Self.block(&random) }
    return ["ipBlocks": .array(Set(blocks).sorted { "\($0)" < "\($1)" })]
  }

  private static func block(_ random: inout SeededGenerator) -> JSONValue {
    let list = ["10.0.0.0/24", "10.0.1.0/24", "10.0.0.0/8", "192.0.2.0/24", "0.0.0.0/0"]
    return ["cidr": .string(list.randomElement(using: &random) ?? list[0])]
  }

  private static func target(_ random: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<5, using: &random) {
    case 0: ["group": "parent"]
    case 1, 2: ["group": .string("g\(Int.random(in: 0..<4, using: &random))")]
    default: workloads(&random)
    }
  }

  private static func peer(_ random: inout SeededGenerator) -> JSONValue {
    Int.random(in: 0..<4, using: &random) == 0 ? ["ipBlock": block(&random)] : target(&random)
  }
}

extension OrderCase {
  /// The objects: ours, those of others aside.
  func objects() throws -> [KubernetesObject] {
    var result = [
      try object("Tier", "nsx-infrastructure", spec: ["priority": 12]),
      try object("Tier", "nsx-application", spec: ["priority": 14]),
    ]
    for (name, spec) in groups { result.append(try object("ClusterGroup", name, spec: spec)) }
    for (name, policy) in policies {
      result.append(try object("ClusterNetworkPolicy", name, spec: Self.spec(policy)))
    }
    return result
  }

  /// The objects of others.
  func others() throws -> [KubernetesObject] {
    try foreign.map { name, policy in
      try object("ClusterNetworkPolicy", name, spec: Self.spec(policy), labels: [:])
    }
  }

  private static func spec(_ policy: Policy) -> JSONValue {
    func list(_ isIngress: Bool) -> JSONValue {
      .array(
        policy.rules.filter { $0.isIngress == isIngress }.map { rule in
          var object = JSONObject()
          object["name"] = .string(rule.name)
          object["action"] = .string(rule.action)
          object["appliedTo"] = .array(rule.targets)
          if !rule.peers.isEmpty { object[isIngress ? "from" : "to"] = .array(rule.peers) }
          if !rule.ports.isEmpty { object["ports"] = .array(rule.ports) }
          return .object(object)
        })
    }
    return [
      "tier": .string(policy.tier), "priority": .number(policy.priority), "ingress": list(true),
      "egress": list(false),
    ]
  }
}
