import AntreaModel
import Documents

extension AntreaReader {
  /// Adds the rules of a NetworkPolicy of Kubernetes, and notes the pods that it
  /// isolates.
  mutating func readKubernetesPolicy(_ object: KubernetesObject) throws(EvaluationError) {
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
    try fields.check(spec, ["egress", "ingress", "podSelector", "policyTypes"])
    let namespace = object.namespace ?? "default"
    let reference = "NetworkPolicy/\(namespace)/\(object.name)"
    let pods = try selected(spec, namespace: namespace, fields).intersection(index.pods)
    var types = try fields.strings(spec, "policyTypes")
    if types.isEmpty {
      types = try fields.list(spec, "egress").isEmpty ? ["Ingress"] : ["Ingress", "Egress"]
    }
    for (direction, type) in [(Direction.ingress, "Ingress"), (.egress, "Egress")] {
      let list = try fields.list(spec, direction.rawValue)
      // Kubernetes ignores rules of a direction that the types do not name.
      if !list.isEmpty, !types.contains(type) {
        report.note(
          "policyTypes", "without \(type); Antrea enforces the \(direction.rawValue) rules anyway",
          fields)
      }
      for (place, rule) in list.enumerated() {
        let inner = fields.inRule("\(direction.rawValue)[\(place)]")
        do throws(EvaluationError) {
          try read(rule, direction, pods, namespace, reference, inner)
        } catch {
          try report.leaveOut(error, inner)
        }
      }
      if !list.isEmpty || types.contains(type) { isolated.append((reference, pods), to: direction) }
    }
  }

  private mutating func read(
    _ rule: JSONValue, _ direction: Direction, _ pods: EndpointSet, _ namespace: String,
    _ reference: String, _ fields: AntreaFields
  ) throws(EvaluationError) {
    try fields.check(rule, ["ports", direction.peers])
    let list = try fields.list(rule, direction.peers)
    var peers = list.isEmpty ? everything : AntreaMembers()
    for entry in list {
      try fields.check(entry, ["ipBlock", "namespaceSelector", "podSelector"])
      if let block = entry["ipBlock"], !block.isNull {
        peers.addresses.formUnion(try self.block(block, fields))
      } else {
        let chosen = try selected(entry, namespace: namespace, fields)
        peers.pods.formUnion(chosen.intersection(index.pods))
      }
    }
    let kinds = try traffic(rule, fields)
    let rule = RuleReference(policy: reference, rule: fields.rule ?? "")
    add(RulePart(targets: pods, peers: peers), kinds, direction) { targets, peers, traffic in
      AntreaRuleEntry(
        reference: rule, action: .decide(.allow), order: Self.allowing, targets: targets,
        peers: peers, services: nil, traffic: traffic)
    }
  }

  // All rules allow, so that their order does not matter.
  private static var allowing: AntreaRuleEntry.Order {
    AntreaRuleEntry.Order(tier: AntreaRuleEntry.Order.kubernetesTier, policy: 0, rule: 0)
  }

  /// Adds what stops everything else at isolated pods. The policies that isolate
  /// a pod are the deciding rule together.
  mutating func addIsolation() {
    var order = Self.allowing
    order.rule = 1
    for direction in Direction.allCases {
      var policies: [Int: [Int]] = [:]
      for (place, policy) in isolated[direction].enumerated() {
        policy.pods.forEach { policies[$0, default: []].append(place) }
      }
      for (places, members) in Dictionary(grouping: policies.keys, by: { policies[$0] ?? [] }) {
        let names = places.map { isolated[direction][$0].policy }.joined(separator: ", ")
        rules.append(
          AntreaRuleEntry(
            reference: RuleReference(policy: names, rule: "isolation"), action: .decide(.drop),
            order: order, targets: EndpointSet(members.sorted()), peers: index.world.everyone,
            services: nil, traffic: nil), to: direction)
      }
    }
  }
}
