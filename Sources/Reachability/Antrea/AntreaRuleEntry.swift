import AntreaModel
import Documents

/// One rule of one direction with what it says about every endpoint.
struct AntreaRuleEntry: Sendable {
  enum Action {
    case decide(Outcome)
    /// On with what comes after the regular tiers.
    case pass
  }

  let reference: RuleReference
  let action: Action
  /// In the order of evaluation: tier, policy, rule.
  let order: (tier: Int, policy: Double, rule: Int)
  /// Where the rule is enforced.
  let targets: EndpointSet
  /// The other end.
  let peers: EndpointSet
  /// `nil` for all traffic.
  let traffic: [AntreaTrafficMatch]?

  /// Whether the rule stands in the tier after Kubernetes' NetworkPolicies.
  var isBaseline: Bool { order.tier >= 253 }
}

/// Reads ClusterNetworkPolicies.
struct AntreaPolicyReader {
  private let tiers: [String: Int]
  private var members: AntreaMembers
  private(set) var ingress: [AntreaRuleEntry] = []
  private(set) var egress: [AntreaRuleEntry] = []

  init(tiers objects: [KubernetesObject], members: AntreaMembers) throws(EvaluationError) {
    var tiers = [
      "emergency": 50, "securityops": 100, "networkops": 150, "platform": 200, "application": 250,
      "baseline": 253,
    ]
    for object in objects where tiers[object.name] == nil {
      let fields = AntreaFields(object: object.reference)
      guard
        let priority = try fields.number(
          object.document["spec"] ?? [:], "priority", in: 0...255)
      else { throw fields.invalid("priority", "missing") }
      tiers[object.name] = priority
    }
    self.tiers = tiers
    self.members = members
  }

  /// Adds the rules of a policy.
  mutating func read(_ object: KubernetesObject) throws(EvaluationError) {
    let fields = AntreaFields(object: object.reference)
    let spec = object.document["spec"] ?? [:]
    try fields.check(spec, ["appliedTo", "egress", "ingress", "priority", "tier"])
    guard let priority = spec["priority"]?.double, (1...10000).contains(priority) else {
      throw fields.invalid("priority", "not a number from 1 to 10000")
    }
    let appliedTo = try fields.list(spec, "appliedTo")
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
      for (index, rule) in try fields.list(spec, direction).enumerated() {
        try fields.check(
          rule,
          ["action", "appliedTo", "enableLogging", "logLabel", "name", "ports", "protocols", peers])
        let own = try fields.list(rule, "appliedTo")
        guard own.isEmpty != appliedTo.isEmpty else {
          throw fields.invalid("appliedTo", "in the policy or in every rule")
        }
        let entry = AntreaRuleEntry(
          reference: RuleReference(
            policy: "\(object.reference)",
            rule: try fields.text(rule, "name") ?? "\(direction)[\(index)]"),
          action: try action(rule, fields),
          order: (try tier(spec, fields), priority, index),
          targets: try members.targets(own.isEmpty ? appliedTo : own, fields),
          peers: try members.peers(try fields.list(rule, peers), fields),
          traffic: try AntreaTrafficMatch.read(rule, fields))
        if direction == "ingress" { ingress.append(entry) } else { egress.append(entry) }
      }
    }
  }

  private func action(
    _ rule: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaRuleEntry.Action {
    switch try fields.text(rule, "action") {
    case "Allow": return .decide(.allow)
    case "Drop": return .decide(.drop)
    case "Reject": return .decide(.reject)
    case "Pass": return .pass
    case let other: throw fields.invalid("action", other ?? "missing")
    }
  }

  /// Six names are also accepted with capitals; a tier that is gone counts as
  /// `application`.
  private func tier(_ spec: JSONValue, _ fields: AntreaFields) throws(EvaluationError) -> Int {
    let name = try fields.text(spec, "tier") ?? "application"
    let legacy = ["Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline"]
    return tiers[legacy.contains(name) ? name.lowercased() : name] ?? 250
  }
}
