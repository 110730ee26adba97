import Documents

/// What is refused, one at a time.
extension EstateGenerator {
  /// Groups of which each is refused for a reason of its own.
  mutating func makeOddGroups() {
    let pod = Self.condition("Pod", "Tag", "EQUALS", "dis:k8s:app|a0")
    let other = Self.condition("Pod", "Tag", "NOTEQUALS", "dis:k8s:tier|t0")
    let address = addressExpression(["192.0.2.1"])
    let groups: [(String, [JSONValue])] = [
      ("odd-cycle", [pathExpression([Estate.group("odd-circle")])]),
      ("odd-circle", [pod, Self.conjunctionOr, pathExpression([Estate.group("odd-cycle")])]),
      ("odd-path", [pathExpression([Estate.group("gone")])]),
      ("odd-matches", [Self.condition("Pod", "Tag", "MATCHES", "dis:k8s:app|a.*")]),
      ("odd-key", [Self.condition("Pod", "OSName", "EQUALS", "linux")]),
      ("odd-type", [Self.condition("AntreaEgress", "Name", "EQUALS", "e")]),
      ("odd-bare", [Self.condition("Pod", "Tag", "EQUALS", "a0")]),
      ("odd-exclude", [pod.with("exclude", ["path_expression": ["paths": []]])]),
      ("odd-label", [Self.condition("Pod", "Tag", "EQUALS", "dis:k8s:app|a 0")]),
      (
        "odd-scope",
        [Self.condition("Pod", "Tag", "NOTEQUALS", "dis:k8s:app|a0", scope: "NOTEQUALS")]
      ),
      ("odd-service", [Self.condition("Service", "Name", "EQUALS", "svc0")]),
      ("odd-and", [pod, Self.conjunctionAnd, address]),
      ("odd-pair", [pod, other]),
      (
        "odd-conjunction",
        [pod, ["resource_type": "ConjunctionOperator", "conjunction_operator": "XOR"], other]
      ),
      ("odd-address", [addressExpression(["10.0.0.300"])]),
      ("odd-multicast", [addressExpression(["224.0.0.5-224.0.0.9"])]),
      ("odd-kind", [["resource_type": "GeoLocationExpression", "country_code": "DE"]]),
      ("odd-machines", [Self.condition("VirtualMachine", "Name", "EQUALS", "vm")]),
      (
        "odd-nested",
        [
          [
            "resource_type": "NestedExpression",
            "expressions": .array([pod, Self.conjunctionOr, other]),
          ]
        ]
      ),
    ]
    for (id, expression) in groups { add(group: id, .array(expression)) }
    // Its complement has 2^14 terms.
    let pairs = (0..<14).map { index in
      Self.nested([
        Self.condition("Pod", "Tag", "EQUALS", "dis:k8s:x\(index)|a"),
        Self.condition("Pod", "Tag", "EQUALS", "dis:k8s:y\(index)|b"),
      ])
    }
    add(group: "odd-many", .array(Self.joined(pairs, by: Self.conjunctionOr)))
    add(group: "odd-identity", .array([pod]))
    if case .object(var group) = estate.groups.removeLast() {
      group["extended_expression"] = [["resource_type": "IdentityGroupExpression"]]
      estate.groups.append(.object(group))
    }
    oddGroups = groups.map(\.0) + ["odd-identity", "gone"]
  }

  mutating func makeOddServices() {
    let services: [(String, [JSONValue])] = [
      ("odd-cycle", [Self.nestedService("odd-circle"), Self.ports("TCP", to: ["80"])]),
      ("odd-circle", [Self.nestedService("odd-cycle")]),
      ("odd-nested", [Self.nestedService("gone"), Self.ports("TCP", to: ["80"])]),
      ("odd-empty", []), ("odd-gre", [Self.ipProtocol(47)]),
      (
        "odd-pairs",
        [
          Self.ports(
            "TCP", to: (1...70).map { "\($0 * 2)" }, from: (1...70).map { "\($0 * 2)" })
        ]
      ),
      ("odd-ether", [["resource_type": "EtherTypeServiceEntry", "ether_type": 2048]]),
      ("odd-kind", [["resource_type": "WeatherServiceEntry"]]),
      ("odd-protocol", [Self.ports("DCCP", to: ["80"])]),
      ("odd-port", [Self.ports("TCP", to: ["http"])]),
      ("odd-range", [Self.ports("UDP", to: ["90-80", "53"])]),
      ("odd-zero", [Self.ports("TCP", to: ["0"])]),
      ("odd-icmp", [Self.icmp("ICMPv4", type: 256)]),
      ("odd-code", [Self.icmp("ICMPv4", code: 1)]),
      ("odd-alg", [Self.alg("SIP", "5060")]),
    ]
    for (id, entries) in services { add(service: id, entries) }
    oddServices = services.map(\.0) + ["gone"]
  }

  /// Makes a rule one that is refused, mostly.
  mutating func spoil(_ rule: inout JSONObject) {
    let group = JSONValue.string(Estate.group(dice.one(oddGroups)))
    switch dice.below(19) {
    case 18:
      rule["direction"] = "OUT"
      rule["source_groups"] = [.string(Estate.group("odd-many"))]
      rule["sources_excluded"] = true
    case 0...3: rule["source_groups"] = [group]
    case 4...6: rule["destination_groups"] = dice.one([[group], [group, "192.0.2.1"]])
    case 7: rule["scope"] = [group]
    case 8, 9: rule["services"] = [Self.service(dice.one(oddServices))]
    case 10: rule["services"] = [Self.service("alg"), Self.service("s0")]
    case 11:
      rule["action"] = .string(dice.one(["JUMP_TO_APPLICATION", "REDIRECT", ""]))
    case 12: rule["direction"] = "BOTH"
    case 13: rule["ip_protocol"] = "IPV5"
    case 14:
      rule["profiles"] = [
        .string(dice.one(["/infra/context-profiles/gone", "/infra/l7-access-profiles/gone"]))
      ]
    case 15: rule["scope"] = dice.one([["10.1.0.3"], ["ANY", .string(Estate.group("w0"))]])
    case 16:
      rule["source_groups"] = dice.one([
        ["10.0.0.300"], ["224.0.0.1"], ["ff02::/16"], ["ANY", "10.1.0.3"],
      ])
    default: rule["scope"] = [.string(Estate.group("a0"))]
    }
  }

  /// Makes a policy one that is refused.
  mutating func spoil(policy: inout JSONObject) {
    switch dice.below(9) {
    case 0: policy["stateful"] = false
    case 1: policy["scheduler_path"] = "/infra/firewall-schedulers/night"
    case 2: policy["category"] = dice.one(["Ethernet", "ThreatRules"])
    case 3: policy["application_connectivity_strategy"] = ["x"]
    case 4: policy["connectivity_preference"] = "SOMELIST"
    case 5: policy["rule_count"] = 9
    case 6:
      policy["internal_sequence_number"] = -1
      policy["sequence_number"] = -1
    case 7: policy["scope"] = [.string(Estate.group(dice.one(oddGroups)))]
    default: policy["scope"] = dice.one([["10.1.0.3"], [.string(Estate.group("a0"))]])
    }
  }
}
