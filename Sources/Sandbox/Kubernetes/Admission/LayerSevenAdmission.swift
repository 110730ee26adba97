import Documents

/// Layer-7 protocols (rules 31 to 35).
enum LayerSevenAdmission {
  /// Checks every rule with `l7Protocols`.
  static func validate(_ spec: PolicySpec, enabled: Bool) throws {
    for rule in spec.rules where !rule.l7.isEmpty {
      try admit(
        31, enabled, "layer 7 protocols can only be used when L7NetworkPolicy is enabled")
      try admit(
        32, rule.action == "Allow", "layer 7 protocols only support Allow")
      try admit(
        33, rule.json.list("toServices").isEmpty,
        "layer 7 protocols can not be used with toServices")
      guard rule.l7.contains(where: { $0["http"] != nil }) else { continue }
      let onlyTCP = rule.ports.allSatisfy { ["", "TCP"].contains($0.text("protocol")) }
      try admit(34, onlyTCP, "HTTP protocol can only be used when layer 4 protocol is TCP or unset")
      try admit(
        35, rule.protocols.isEmpty, "HTTP protocol can not be used with protocol IGMP or ICMP")
    }
  }
}

/// Port ranges (rules 36 and 37).
enum PortAdmission {
  /// Checks every entry of `ports`.
  static func validate(_ spec: PolicySpec) throws {
    for port in spec.rules.flatMap(\.ports) {
      if let end = port["endPort"]?.integer {
        try admit(36, port["port"] != nil, "if `endPort` is specified `port` must be specified")
        guard let start = port["port"]?.integer else {
          throw AdmissionDenial(
            rule: 36, message: "if `port` is a string `endPort` cannot be specified")
        }
        try admit(36, end >= start, "`endPort` should be greater than or equal to `port`")
      }
      if let end = port["sourceEndPort"]?.integer {
        guard let start = port["sourcePort"]?.integer else {
          throw AdmissionDenial(
            rule: 37, message: "if `sourceEndPort` is specified `sourcePort` must be specified")
        }
        try admit(
          37, end >= start, "`sourceEndPort` should be greater than or equal to `sourcePort`")
      }
    }
  }
}
