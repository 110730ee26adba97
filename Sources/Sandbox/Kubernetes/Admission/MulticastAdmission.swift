import Documents

/// Multicast addresses and IGMP (rules 25 to 30).
enum MulticastAdmission {
  /// Checks egress blocks, then IGMP in both directions.
  static func validate(_ spec: PolicySpec) throws {
    for rule in spec.rules where rule.egress { try validateBlocks(rule) }
    var igmpSeen = false
    var icmpSeen = false
    for rule in spec.rules {
      for entry in rule.protocols {
        if let igmp = entry["igmp"] {
          igmpSeen = true
          try validate(igmp: igmp, in: rule)
        }
        if entry["icmp"] != nil { icmpSeen = true }
      }
      guard igmpSeen else { continue }
      let bare =
        rule.ports.isEmpty && rule.peers.isEmpty && rule.json.list("toServices").isEmpty
        && !icmpSeen
      try admit(
        30, bare, "protocol IGMP can not be used with other protocols or other properties")
    }
  }

  private static func validate(igmp: JSONValue, in rule: PolicySpec.Rule) throws {
    let address = igmp.text("groupAddress")
    if !address.isEmpty {
      let multicast = NetworkAddress.parse(address).map(NetworkAddress.isMulticast) ?? false
      try admit(28, multicast, "groupAddress \(address) is not a multicast address")
    }
    try admit(
      29, rule.action != "Pass" && rule.action != "Reject",
      "protocol IGMP does not support Pass or Reject")
  }

  private static func validateBlocks(_ rule: PolicySpec.Rule) throws {
    var multicast = false
    var unicast = false
    var selectors = false
    for peer in rule.peers {
      guard let cidr = NetworkAddress.parseCIDR((peer["ipBlock"] ?? .null).text("cidr")) else {
        continue
      }
      if NetworkAddress.isMulticast(cidr.address) { multicast = true } else { unicast = true }
      let others = ["podSelector", "namespaceSelector", "externalEntitySelector"]
      if others.contains(where: { peer[$0] != nil }) { selectors = true }
    }
    guard multicast else { return }
    try admit(
      25, rule.action != "Pass" && rule.action != "Reject",
      "multicast does not support action Pass or Reject")
    try admit(26, !unicast, "can not set multicast groupAddress and unicast ip address together")
    try admit(27, !selectors, "can not set multicast groupAddress together with selectors")
  }
}
