import AntreaModel
import Documents

extension AntreaReader {
  /// What all rules of a policy share.
  struct Policy {
    let object: KubernetesObject
    let scope: Scope
    let fields: AntreaFields
    let tier: Int
    let priority: Double
    /// `appliedTo` of the policy; empty where the rules have their own.
    let appliedTo: [JSONValue]
    /// The pods of ``appliedTo`` by namespace, where a rule of the policy asks
    /// for namespaces relative to theirs.
    var perNamespace: NamespacedTargets?
    /// The name by which rules refer to it. A namespaced policy of Antrea has
    /// the same kind as Kubernetes'.
    let reference: String
  }

  /// Adds the rules of a ClusterNetworkPolicy, or of a namespaced policy of
  /// Antrea.
  mutating func readPolicy(_ object: KubernetesObject) throws(EvaluationError) {
    let fields = AntreaFields(object: object.reference)
    do throws(EvaluationError) {
      try read(object, fields)
    } catch {
      try report.leaveOut(error, fields)
    }
  }

  private mutating func read(
    _ object: KubernetesObject, _ fields: AntreaFields
  ) throws(EvaluationError) {
    let spec = object.document["spec"] ?? [:]
    try fields.check(spec, ["appliedTo", "egress", "ingress", "priority", "tier"])
    guard let priority = spec["priority"]?.double, (1...10000).contains(priority) else {
      throw fields.invalid("priority", "not a number from 1 to 10000")
    }
    let isNamespaced = object.kind == "NetworkPolicy"
    let namespace = object.namespace ?? "default"
    var policy = Policy(
      object: object, scope: isNamespaced ? .namespace(namespace) : .cluster, fields: fields,
      tier: try tier(spec, fields), priority: priority,
      appliedTo: try fields.list(spec, "appliedTo"),
      reference: isNamespaced
        ? "NetworkPolicy.crd.antrea.io/\(namespace)/\(object.name)" : "\(object.reference)")
    let common = try targets(policy.appliedTo, policy.scope, fields)
    guard common.isRealized else { return }
    let relative = isNamespaced ? [] : namespacePeers(spec)
    if !policy.appliedTo.isEmpty, !relative.isEmpty {
      policy.perNamespace = try namespacedTargets(
        policy.appliedTo, comparesLabels: relative.contains { fields.has($0, "sameLabels") }, fields
      )
    }
    let (ingress, egress) = (rules.ingress.count, rules.egress.count)
    for direction in Direction.allCases {
      for (place, rule) in try fields.list(spec, direction.rawValue).enumerated() {
        let name = try fields.text(rule, "name") ?? ""
        let inner = fields.inRule(name.isEmpty ? "\(direction.rawValue)[\(place)]" : name)
        do throws(EvaluationError) {
          guard try read(rule, at: place, direction, policy, common.pods, inner) else {
            rules.keep(ingress: ingress, egress: egress)
            return
          }
        } catch {
          try report.leaveOut(error, inner)
        }
      }
    }
  }

  /// Adds a rule; `false` where it keeps the policy from being realized.
  private mutating func read(
    _ rule: JSONValue, at place: Int, _ direction: Direction, _ policy: Policy,
    _ common: EndpointSet, _ fields: AntreaFields
  ) throws(EvaluationError) -> Bool {
    var known: Set<String> = [
      "action", "appliedTo", "enableLogging", "l7Protocols", "logLabel", "name", "ports",
      "protocols",
    ]
    known.insert(direction.peers)
    if direction == .egress { known.insert("toServices") }
    try fields.check(rule, known)
    let own = try fields.list(rule, "appliedTo")
    guard own.isEmpty != policy.appliedTo.isEmpty else {
      throw fields.invalid("appliedTo", "in the policy or in every rule")
    }
    let action = try action(rule, policy, fields)
    let services = try direction == .egress ? toServices(rule, policy.scope, fields) : nil
    let traffic = try traffic(rule, fields)
    let list = try fields.list(rule, direction.peers)
    let relative = policy.scope.namespace == nil ? list.filter { fields.has($0, "namespaces") } : []
    var parts: [RulePart] = []
    if relative.isEmpty || relative.count < list.count {
      let targets = try own.isEmpty ? Targets(pods: common) : targets(own, policy.scope, fields)
      guard targets.isRealized else { return false }
      let others = list.filter { !fields.has($0, "namespaces") || policy.scope.namespace != nil }
      parts.append(
        RulePart(
          targets: targets.pods, peers: try peers(others, policy.scope, direction, fields)))
    }
    parts += try namespacedParts(relative, own, policy, direction, fields)
    let order = AntreaRuleEntry.Order(tier: policy.tier, policy: policy.priority, rule: place)
    let reference = RuleReference(policy: policy.reference, rule: fields.rule ?? "")
    for part in parts {
      add(part, traffic, direction) { targets, peers, traffic in
        AntreaRuleEntry(
          reference: reference, action: action, order: order, targets: targets, peers: peers,
          services: services, traffic: traffic)
      }
    }
    return true
  }

  private func action(
    _ rule: JSONValue, _ policy: Policy, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaRuleEntry.Action {
    let asksForContent = try !fields.list(rule, "l7Protocols").isEmpty
    let name = try fields.text(rule, "action")
    if asksForContent {
      guard name == "Allow" else { throw fields.invalid("l7Protocols", "with another action") }
      return .decide(.inspect)
    }
    switch name {
    case "Allow": return .decide(.allow)
    case "Drop": return .decide(.drop)
    case "Reject": return .decide(.reject)
    case "Pass":
      guard policy.tier < AntreaRuleEntry.Order.kubernetesTier else {
        throw fields.invalid("action", "Pass in the baseline tier")
      }
      return .pass
    case let other: throw fields.invalid("action", other ?? "missing")
    }
  }

  /// Six names are also accepted with capitals; a tier that is gone counts as
  /// `application`.
  private mutating func tier(
    _ spec: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> Int {
    let text = try fields.text(spec, "tier") ?? ""
    let name = text.isEmpty ? "application" : text
    let legacy = ["Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline"]
    if let priority = tiers[legacy.contains(name) ? name.lowercased() : name] { return priority }
    report.note("tier", "\(name) does not exist, so that application counts", fields)
    return 250
  }
}
