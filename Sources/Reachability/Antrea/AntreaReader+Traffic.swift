import AntreaModel
import Documents

extension AntreaReader {
  /// Reads `ports` and `protocols` of a rule; `nil` where neither has an entry,
  /// which is all traffic.
  mutating func traffic(
    _ rule: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> [AntreaTrafficMatch]? {
    var result: [AntreaTrafficMatch] = []
    for entry in try fields.list(rule, "ports") { result.append(try port(entry, fields)) }
    for entry in try fields.list(rule, "protocols") { result.append(try icmp(entry, fields)) }
    return result.isEmpty ? nil : result
  }

  private mutating func port(
    _ entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaTrafficMatch {
    try fields.check(entry, ["protocol", "port", "endPort", "sourcePort", "sourceEndPort"])
    let name = try fields.text(entry, "protocol") ?? "TCP"
    guard let transport = Traffic.Transport(rawValue: name) else {
      throw fields.invalid("protocol", name)
    }
    let source = try range(entry, "sourcePort", "sourceEndPort", fields)
    if let named = entry["port"]?.string {
      if fields.has(entry, "endPort") { throw fields.invalid("endPort", "with a named port") }
      if source != nil {
        try report.deviate("sourcePort", "Antrea ignores it beside a named port", fields)
      }
      return .named(named, transport)
    }
    return .transport(
      transport, source: source, destination: try range(entry, "port", "endPort", fields))
  }

  private func range(
    _ entry: JSONValue, _ first: String, _ last: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> ClosedRange<Int>? {
    let lower = try fields.number(entry, first, in: 1...65535)
    let upper = try fields.number(entry, last, in: 1...65535)
    guard let lower else {
      if upper != nil { throw fields.invalid(last, "without \(first)") }
      return nil
    }
    guard upper ?? lower >= lower else { throw fields.invalid(last, "below \(first)") }
    return lower...(upper ?? lower)
  }

  private func icmp(
    _ entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaTrafficMatch {
    try fields.check(entry, ["icmp", "igmp"])
    if let icmp = entry["icmp"], !icmp.isNull {
      try fields.check(icmp, ["icmpType", "icmpCode"])
      return .icmp(
        type: try fields.number(icmp, "icmpType", in: 0...255),
        code: try fields.number(icmp, "icmpCode", in: 0...255))
    }
    // Of the messages to a pod Antrea filters queries alone, and says so by type.
    guard let igmp = entry["igmp"], igmp == [:] || igmp == ["igmpType": 17] else {
      throw .notEvaluated(fields.object, construct: "IGMP by type or group")
    }
    return .igmp
  }

  /// Adds a part of a rule, divided by what named ports stand for.
  ///
  /// For what enters, a name is resolved at the pods that the rule is applied
  /// to; for what leaves, at the peers that are pods by selection. Addresses of
  /// blocks, Nodes and host names have no named ports, whatever pod has them.
  mutating func add(
    _ part: RulePart, _ traffic: [AntreaTrafficMatch]?, _ direction: Direction,
    _ entry: (EndpointSet, EndpointSet, [AntreaTrafficMatch]?) -> AntreaRuleEntry
  ) {
    let names = (traffic ?? []).compactMap(\.name)
    guard let traffic, !names.isEmpty else {
      rules.append(entry(part.targets, part.peers.all, traffic), to: direction)
      return
    }
    let pods = direction == .ingress ? part.targets : part.peers.pods
    for (ports, pods) in index.partition(pods, by: names) {
      let kinds = AntreaTrafficMatch.resolve(traffic, ports)
      if kinds.isEmpty { continue }
      rules.append(
        direction == .ingress
          ? entry(pods, part.peers.all, kinds) : entry(part.targets, pods, kinds), to: direction)
    }
    let numbered = AntreaTrafficMatch.resolve(traffic, names.map { _ in nil })
    if direction == .egress, !numbered.isEmpty {
      rules.append(entry(part.targets, part.peers.addresses, numbered), to: direction)
    }
  }
}
