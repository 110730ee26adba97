import Documents

/// Peers and Services of rules (rules 14 to 24).
enum PeerAdmission {
  /// Checks `from`, `to` and `toServices`.
  static func validate(_ spec: PolicySpec) throws {
    for rule in spec.rules {
      for peer in rule.peers { try validate(peer) }
    }
    for rule in spec.rules where rule.egress {
      guard rule.json["toServices"]?.array != nil else { continue }
      let lonely =
        rule.peers.isEmpty && rule.json["ports"] == nil && rule.json["protocols"] == nil
      try admit(
        22, lonely, "`toServices` cannot be used with `to`, `ports` or `protocols`")
    }
    let policyToServices = spec.appliedTo.contains { $0["service"] != nil }
    for rule in spec.rules where !rule.egress {
      guard policyToServices || rule.appliedTo.contains(where: { $0["service"] != nil }) else {
        continue
      }
      let onlyBlocks = rule.peers.allSatisfy { $0["ipBlock"] != nil && $0.object?.count == 1 }
      try admit(
        23, onlyBlocks,
        "a rule/policy that is applied to Services can only use ipBlock to select workloads")
    }
    for rule in spec.rules where rule.egress {
      for peer in rule.peers {
        let name = peer.text("fqdn")
        try admit(
          24, name.utf8.allSatisfy(isNameByte), "invalid characters in egress rule fqdn \(name)")
      }
    }
  }

  /// Checks an ipBlock of a rule (17) or a group (48).
  static func validate(block: JSONValue, rule: Int) throws {
    let text = block.text("cidr")
    guard let cidr = NetworkAddress.parseCIDR(text) else {
      throw AdmissionDenial(rule: rule, message: "invalid CIDR address: \(text)")
    }
    for except in block.list("except") {
      let text = except.string ?? ""
      guard let inner = NetworkAddress.parseCIDR(text) else {
        throw AdmissionDenial(rule: rule, message: "invalid CIDR address: \(text)")
      }
      try admit(
        rule, NetworkAddress.contains(cidr, inner.address) && inner.length > cidr.length,
        "except CIDR \(text) must be strictly inside of \(block.text("cidr"))")
    }
  }

  private static func validate(_ peer: JSONValue) throws {
    if let namespaces = peer["namespaces"] {
      try admit(
        14, peer["namespaceSelector"] == nil,
        "namespaces and namespaceSelector cannot be set at the same time for a single peer")
      try admit(
        15, namespaces["match"] == nil || namespaces["sameLabels"] == nil,
        "namespaces match and sameLabels cannot be set at the same time")
      for key in namespaces.list("sameLabels").compactMap(\.string) {
        try admit(16, QualifiedNames.isQualifiedName(key), "Invalid label key: \(key)")
      }
    }
    if let block = peer["ipBlock"] { try validate(block: block, rule: 17) }
    let alone = peer.object?.count == 1
    for (rule, field) in [(18, "group"), (19, "serviceAccount"), (20, "nodeSelector")]
    where peer[field] != nil {
      try admit(rule, alone, "\(field) cannot be set with other peers in rules")
    }
    try LabelAdmission.validate(peer, rule: 21)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "*"):
      true
    default: false
    }
  }
}
