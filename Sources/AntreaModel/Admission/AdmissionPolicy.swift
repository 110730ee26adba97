import Documents

extension AdmissionCheck {
  private static let ruleFields: Set = [
    "action", "name", "appliedTo", "from", "to", "toServices", "ports", "protocols",
    "l7Protocols", "enableLogging", "logLabel",
  ]

  mutating func policy(_ spec: JSONValue) {
    let tier = spec["tier"]?.string ?? ""
    if tier.isEmpty { report(.schema, "no tier: Antrea would take application") }
    let priority = spec["priority"]?.double ?? 0
    if !(1...10000).contains(priority) { report(.schema, "priority \(priority)") }
    place(tier: tier, priority: priority)
    let ingress = spec["ingress"]?.array ?? []
    let egress = spec["egress"]?.array ?? []
    names(ingress + egress)
    appliedTo(spec, ingress, egress)
    for key in ["ingress", "egress", "appliedTo"] where spec[key]?.array?.isEmpty == true {
      report(.schema, "empty \(key)")
    }
    var sawIGMP = false
    var sawICMP = false
    for (rule, isIngress) in ingress.map({ ($0, true) }) + egress.map({ ($0, false) }) {
      self.rule(rule, tier: tier, isIngress: isIngress)
      igmp(rule, &sawIGMP, &sawICMP)
    }
  }

  private mutating func names(_ rules: [JSONValue]) {
    var names: Set<String> = []
    for rule in rules {
      let name = rule["name"]?.string ?? ""
      if name.isEmpty { report(.schema, "a rule without a name") }
      if !names.insert(name).inserted { report(.webhook(3), "two rules have the name \(name)") }
    }
  }

  private mutating func appliedTo(
    _ spec: JSONValue, _ ingress: [JSONValue], _ egress: [JSONValue]
  ) {
    let atPolicy = spec["appliedTo"]?.array ?? []
    let withOwn = (ingress + egress).filter { $0["appliedTo"]?.array?.isEmpty == false }
    if !atPolicy.isEmpty, !withOwn.isEmpty { report(.webhook(4), "appliedTo twice") }
    if atPolicy.isEmpty, withOwn.isEmpty { report(.webhook(5), "no appliedTo") }
    if !withOwn.isEmpty, withOwn.count != ingress.count + egress.count {
      report(.webhook(6), "a rule without appliedTo")
    }
    targets(atPolicy, isEgress: !egress.isEmpty)
    for rule in ingress { targets(rule["appliedTo"]?.array ?? [], isEgress: false) }
    for rule in egress { targets(rule["appliedTo"]?.array ?? [], isEgress: true) }
  }

  private mutating func targets(_ targets: [JSONValue], isEgress: Bool) {
    for target in targets {
      let keys = target.object?.keys ?? []
      if keys.isEmpty { report(.schema, "an appliedTo entry that selects nothing") }
      for (key, number) in [
        ("group", 7), ("nodeSelector", 8), ("serviceAccount", 9), ("service", 10),
      ]
      where target[key] != nil && keys.count > 1 {
        report(.webhook(number), "appliedTo with \(keys.joined(separator: ", "))")
      }
      if target["service"] != nil, isEgress { report(.webhook(11), "appliedTo service in egress") }
      if let group = target["group"]?.string { reference(group: group) }
      for key in ["podSelector", "namespaceSelector"] {
        if let selector = target[key] { self.selector(selector, .webhook(12)) }
      }
    }
    let services = targets.filter { $0["service"] != nil }.count
    if services > 0, services < targets.count {
      report(.webhook(13), "services and others in appliedTo")
    }
  }

  private mutating func rule(_ rule: JSONValue, tier: String, isIngress: Bool) {
    let action = rule["action"]?.string ?? ""
    if !["Allow", "Drop", "Reject", "Pass"].contains(action) {
      report(.schema, "action \(action)")
    }
    if tier.lowercased() == "baseline", action == "Pass" { report(.webhook(2), "Pass in baseline") }
    for key in rule.object?.keys ?? [] where !Self.ruleFields.contains(key) {
      report(.schema, "unknown field \(key) in a rule")
    }
    for key in ["from", "to", "toServices", "ports", "protocols", "l7Protocols", "appliedTo"]
    where rule[key]?.array?.isEmpty == true { report(.schema, "empty \(key)") }
    if rule[isIngress ? "to" : "from"] != nil { report(.schema, "peers of the other direction") }
    if rule["toServices"] != nil,
      rule["to"] != nil || rule["ports"] != nil || rule["protocols"] != nil
    {
      report(.webhook(22), "toServices with to, ports or protocols")
    }
    if let label = rule["logLabel"]?.string, !LabelSyntax.isValue(label) {
      report(.schema, "logLabel \(label)")
    }
    peers(rule[isIngress ? "from" : "to"]?.array ?? [], action: action, isIngress: isIngress)
    for port in rule["ports"]?.array ?? [] { self.port(port) }
    for entry in rule["protocols"]?.array ?? [] { protocolEntry(entry, action: action) }
    if rule["l7Protocols"] != nil, action != "Allow" {
      report(.webhook(32), "l7Protocols with \(action)")
    }
    if rule["l7Protocols"] != nil, rule["toServices"] != nil {
      report(.webhook(33), "l7Protocols with toServices")
    }
    applications(rule)
  }

  private mutating func applications(_ rule: JSONValue) {
    let entries = rule["l7Protocols"]?.array ?? []
    for entry in entries where entry.object?.keys != ["http"] && entry.object?.keys != ["tls"] {
      report(.schema, "l7Protocols entry \(entry.object?.keys ?? [])")
    }
    guard entries.contains(where: { $0["http"] != nil }) else { return }
    for port in rule["ports"]?.array ?? [] {
      if let name = port["protocol"]?.string, name != "TCP" {
        report(.webhook(34), "http with \(name)")
      }
    }
    if rule["protocols"] != nil { report(.webhook(35), "http with protocols") }
  }

  private mutating func peers(_ peers: [JSONValue], action: String, isIngress: Bool) {
    var blocks: [JSONValue] = []
    for peer in peers {
      let keys = peer.object?.keys ?? []
      if keys.isEmpty { report(.schema, "a peer that selects nothing") }
      for (key, number) in [("group", 18), ("serviceAccount", 19), ("nodeSelector", 20)]
      where peer[key] != nil && keys.count > 1 {
        report(.webhook(number), "peer with \(keys.joined(separator: ", "))")
      }
      if peer["namespaceSelector"] != nil, peer["namespaces"] != nil {
        report(.webhook(14), "namespaceSelector with namespaces")
      }
      if peer["ipBlock"] != nil, keys.count > 1 { report(.webhook(27), "ipBlock with selectors") }
      if let block = peer["ipBlock"] { blocks.append(block) }
      if let group = peer["group"]?.string { reference(group: group) }
      for key in ["podSelector", "namespaceSelector"] {
        if let selector = peer[key] { self.selector(selector, .webhook(21)) }
      }
      if let fqdn = peer["fqdn"]?.string, isIngress || !fqdn.utf8.allSatisfy(Self.isFQDN) {
        report(.webhook(24), "fqdn \(fqdn)")
      }
    }
    if blocks.isEmpty { return }
    addresses(blocks, rule: 17, mixRule: 26)
    let multicast = blocks.contains {
      $0["cidr"]?.string.flatMap { CIDR($0) }?.address.isMulticast == true
    }
    if !isIngress, multicast, action == "Pass" || action == "Reject" {
      report(.webhook(25), "multicast with \(action)")
    }
  }

  private static func isFQDN(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || "-.*".utf8.contains(byte)
  }

  private mutating func port(_ port: JSONValue) {
    if let name = port["protocol"]?.string, !["TCP", "UDP", "SCTP"].contains(name) {
      report(.schema, "protocol \(name)")
    }
    for key in ["port", "endPort", "sourcePort", "sourceEndPort"] {
      if let number = port[key]?.integer, !(1...65535).contains(number) {
        report(.schema, "\(key) \(number)")
      }
    }
    if let end = port["endPort"]?.integer {
      guard let start = port["port"]?.integer, end >= start else {
        return report(.webhook(36), "endPort \(end)")
      }
    }
    if let end = port["sourceEndPort"]?.integer {
      guard let start = port["sourcePort"]?.integer, end >= start else {
        return report(.webhook(37), "sourceEndPort \(end)")
      }
    }
  }

  private mutating func protocolEntry(_ entry: JSONValue, action: String) {
    let keys = entry.object?.keys ?? []
    if keys != ["icmp"], keys != ["igmp"] { report(.schema, "protocols entry \(keys)") }
    for key in ["icmpType", "icmpCode"] {
      if let number = entry[path: "icmp", key]?.integer, !(0...255).contains(number) {
        report(.schema, "\(key) \(number)")
      }
    }
    if let igmp = entry["igmp"] {
      if let type = igmp["igmpType"]?.integer, ![0x11, 0x12, 0x16, 0x22].contains(type) {
        report(.schema, "igmpType \(type)")
      }
      if action == "Pass" || action == "Reject" { report(.webhook(29), "igmp with \(action)") }
      if let address = igmp["groupAddress"]?.string, IPAddress(address)?.isMulticast != true {
        report(.webhook(28), "igmp group \(address)")
      }
    }
  }

  /// Once a rule has IGMP, neither it nor a later one may have anything else.
  private mutating func igmp(_ rule: JSONValue, _ sawIGMP: inout Bool, _ sawICMP: inout Bool) {
    let protocols = rule["protocols"]?.array ?? []
    if protocols.contains(where: { $0["icmp"] != nil }) { sawICMP = true }
    if protocols.contains(where: { $0["igmp"] != nil }) { sawIGMP = true }
    guard sawIGMP else { return }
    let others = ["ports", "toServices", "from", "to"].contains { rule[$0] != nil }
    if others || sawICMP { report(.webhook(30), "IGMP with other traffic in a policy") }
  }
}
