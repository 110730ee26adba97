/// Makes estates of every construct that the translation accepts, and of some
/// that it refuses.
struct EstateGenerator {
  private var random: SeededGenerator
  /// How many of a hundred choices are something that is refused.
  private let oddity: Int
  /// Whether most rules are about jumps.
  private let hasManyJumps: Bool
  private var estate = Estate()

  /// Makes an estate.
  ///
  /// - Parameters:
  ///   - oddity: how many of a hundred choices are refused constructs.
  ///   - hasManyJumps: whether nearly all policies are of Environment, and many
  ///     of their rules jump.
  static func estate(seed: UInt64, oddity: Int, hasManyJumps: Bool = false) throws -> Estate {
    var generator = EstateGenerator(
      random: SeededGenerator(state: seed), oddity: oddity, hasManyJumps: hasManyJumps)
    return try generator.make()
  }

  private init(random: SeededGenerator, oddity: Int, hasManyJumps: Bool) {
    self.random = random
    self.oddity = oddity
    self.hasManyJumps = hasManyJumps
  }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
  private mutating func one(_ list: [String]) -> String { list[below(list.count)] }
  private mutating func isOdd() -> Bool { below(100) < oddity }

  private let or = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"}"#
  private let and = #"{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"}"#

  private func condition(_ type: String, _ key: String, _ comparison: String, _ value: String)
    -> String
  {
    #"{"resource_type":"Condition","member_type":"\#(type)","key":"\#(key)","operator":"\#(comparison)","value":"\#(value)"}"#
  }

  private mutating func pod() -> String {
    if isOdd() {
      return one([
        condition("Pod", "Tag", "CONTAINS", "dis:k8s:app|a"),
        condition("Pod", "Name", "EQUALS", "pod1"),
        condition("Pod", "Tag", "EQUALS", "|a1"),
        condition("Pod", "Tag", "EQUALS", "dis:k8s:app|a 1"),
      ])
    }
    let value = "a\(below(4))"
    switch below(8) {
    case 0: return condition("Pod", "Tag", "NOTEQUALS", "dis:k8s:app|\(value)")
    case 1: return condition("Pod", "Tag", "IN", "dis:k8s:app|\(value),a3")
    case 2: return condition("Pod", "Tag", "NOTIN", "dis:k8s:app|\(value),a0")
    case 3: return condition("Pod", "Tag", "EQUALS", "dis:k8s:tier|")
    case 4:
      return
        #"{"resource_type":"Condition","member_type":"Pod","key":"Tag","scope_operator":"NOTEQUALS","value":"dis:k8s:tier|"}"#
    case 5: return condition("Pod", "Tag", "EQUALS", "dis:k8s:tier|t\(below(2))")
    default: return condition("Pod", "Tag", "EQUALS", "dis:k8s:app|\(value)")
    }
  }

  private mutating func namespace() -> String {
    switch below(5) {
    case 0: condition("Namespace", "Tag", "EQUALS", "dis:k8s:env|e\(below(2))")
    case 1: condition("Namespace", "Tag", "NOTEQUALS", "dis:k8s:env|e\(below(2))")
    case 2: condition("Namespace", "Name", "NOTEQUALS", "ns\(below(4))")
    default: condition("Namespace", "Name", "EQUALS", "ns\(below(4))")
    }
  }

  private mutating func addresses() -> String {
    let texts =
      isOdd()
      ? ["10.0.0.300", "224.0.0.1", "10.244.0.2"]
      : [
        "10.1.0.3-10.1.7.1", "10.2.0.0/16", "192.0.2.1", "2001:db8:1::/64", "10.0.0.0/8",
        "2001:db8:1::5-2001:db8:1::ff", "198.51.100.9/24",
      ]
    return #"{"resource_type":"IPAddressExpression","ip_addresses":["\#(one(texts))"]}"#
  }

  private mutating func operand(_ index: Int) -> [String] {
    switch below(9) {
    case 0: return [namespace()]
    case 1: return [pod(), and, pod()]
    case 2:
      return [
        #"{"resource_type":"NestedExpression","expressions":[\#(namespace()),\#(and),\#(pod())]}"#
      ]
    case 3:
      let name = condition("Namespace", "Name", "EQUALS", "ns\(below(4))")
      let service = condition("Service", "Name", "EQUALS", "svc\(below(2))")
      return [
        #"{"resource_type":"NestedExpression","expressions":[\#(name),\#(and),\#(service)]}"#
      ]
    case 4: return [addresses()]
    case 5 where index > 2 || isOdd():
      let target = isOdd() ? one(["gone", "g\(index)"]) : "g\(below(max(index, 1)))"
      return [#"{"resource_type":"PathExpression","paths":["\#(Estate.group(target))"]}"#]
    default: return [pod()]
    }
  }

  private mutating func make() throws -> Estate {
    for index in 0..<12 {
      var parts = (0..<[0, 1, 1, 1, 2, 2, 3][below(7)]).map { _ in
        operand(index).joined(separator: ",")
      }
      // Machines beside pods: NSX resolves the addresses of the whole group.
      if below(10) == 0 {
        parts.append(condition("VirtualMachine", "Name", "STARTSWITH", "vm"))
        estate.memberIPs[Estate.group("g\(index)")] = ["10.3.0.1"]
      }
      try estate.group("g\(index)", "[" + parts.joined(separator: ",\(or),") + "]")
    }
    for index in 0..<8 {
      let term =
        switch below(4) {
        case 0: namespace()
        case 1: [pod(), and, pod()].joined(separator: ",")
        case 2: "\(pod()),\(or),\(namespace())"
        default: pod()
        }
      try estate.group("w\(index)", "[\(term)]")
    }
    try estate.group("lan", "[\(addresses())]")
    let vm = condition("VirtualMachine", "Tag", "EQUALS", "x|y")
    try estate.group("vms", "[\(vm)]", types: "[]")
    if !isOdd() { estate.memberIPs[Estate.group("vms")] = ["10.3.0.1", "2001:db8:2::/64"] }
    try services()
    for index in 0..<((hasManyJumps ? 5 : 2) + below(6)) { try policy(index) }
    return estate
  }

  private mutating func services() throws {
    func entry(_ type: String, _ members: String) -> String {
      #"{"resource_type":"\#(type)",\#(members)}"#
    }
    let l4 = "L4PortSetServiceEntry"
    let icmp = "ICMPTypeServiceEntry"
    for (name, entries) in [
      ("tcp", [entry(l4, #""l4_protocol":"TCP","destination_ports":["443","8000-8010"]"#)]),
      ("udp", [entry(l4, #""l4_protocol":"UDP","destination_ports":["53"]"#)]),
      ("from", [entry(l4, #""l4_protocol":"TCP","source_ports":["53","1024-65535"]"#)]),
      (
        "mix",
        [
          entry(l4, #""l4_protocol":"TCP","destination_ports":["80"],"source_ports":["1-1023"]"#),
          entry(icmp, #""protocol":"ICMPv4","icmp_type":8"#),
        ]
      ),
      ("ping", [entry(icmp, #""protocol":"ICMPv4""#), entry(icmp, #""protocol":"ICMPv6""#)]),
      ("ping6", [entry(icmp, #""protocol":"ICMPv6","icmp_type":128,"icmp_code":0"#)]),
      ("all-tcp", [entry(l4, #""l4_protocol":"TCP","destination_ports":["0-65535"]"#)]),
      ("sctp", [entry("IPProtocolServiceEntry", #""protocol_number":132"#)]),
      ("ftp", [entry("ALGTypeServiceEntry", #""alg":"FTP","destination_ports":["21"]"#)]),
      ("gre", [entry("IPProtocolServiceEntry", #""protocol_number":47"#)]),
      (
        "nest",
        [
          entry(
            "NestedServiceServiceEntry", #""nested_service_path":"/infra/services/udp""#),
          entry(l4, #""l4_protocol":"TCP","destination_ports":["1","65535"]"#),
        ]
      ),
    ] {
      try estate.service(name, "[" + entries.joined(separator: ",") + "]")
    }
  }

  private mutating func groups(_ prefix: String, of count: Int) -> String {
    let names = (0..<(1 + below(2))).map { _ in
      "\"" + Estate.group("\(prefix)\(below(count))") + "\""
    }
    return "[" + names.joined(separator: ",") + "]"
  }

  /// The pods that a rule is enforced at, or those of its own side.
  private mutating func workloads() -> String {
    switch below(12) {
    case 0...4: #"["ANY"]"#
    case 5: groups("g", of: 12)
    default: groups("w", of: 8)
    }
  }

  /// The other side of a rule.
  private mutating func peers() -> String {
    switch below(12) {
    case 0...2: #"["ANY"]"#
    case 3: #"["\#(Estate.group("lan"))"]"#
    case 4: #"["\#(Estate.group("vms"))"]"#
    case 5: #"["10.1.0.3","10.2.0.0/16","2001:db8:1::/65"]"#
    case 6...8: groups("g", of: 12)
    default: groups("w", of: 8)
    }
  }

  private mutating func service() -> String {
    let good = ["tcp", "udp", "from", "mix", "ping", "ping6", "all-tcp", "sctp", "nest"]
    if isOdd() { return #"["/infra/services/\#(one(["ftp", "gre", "gone"]))"]"# }
    switch below(4) {
    case 0, 1: return #"["ANY"]"#
    default: return #"["/infra/services/\#(one(good))"]"#
    }
  }

  private mutating func ruleText(_ number: Int, _ category: String) -> String {
    let odd = isOdd()
    let jumps = category == "Environment" ? below(hasManyJumps ? 3 : 6) == 0 : odd && below(2) == 0
    let action = jumps ? "JUMP_TO_APPLICATION" : one(["ALLOW", "ALLOW", "DROP", "REJECT"])
    let direction = one(["IN", "OUT", "IN_OUT"])
    // All traffic less some ports has no form.
    let services = jumps && hasManyJumps && below(5) > 0 ? #"["ANY"]"# : service()
    var members = [
      #""direction":"\#(direction)""#, #""services":\#(services)"#,
      #""source_groups":\#(direction == "IN" || isOdd() ? peers() : workloads())"#,
      #""destination_groups":\#(direction == "OUT" || isOdd() ? peers() : workloads())"#,
      #""scope":\#(isOdd() ? #"["10.1.0.3"]"# : workloads())"#,
    ]
    if below(10) == 0 { members.append(#""sources_excluded":true"#) }
    if below(10) == 0 { members.append(#""destinations_excluded":true"#) }
    if below(10) == 0 { members.append(#""disabled":true"#) }
    if below(8) == 0 { members.append(#""ip_protocol":"\#(one(["IPV4", "IPV6"]))""#) }
    if odd, below(4) == 0 { members.append(#""profiles":["/infra/context-profiles/x"]"#) }
    if below(6) == 0 {
      members.append(
        #""service_entries":[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["\#(1 + below(9))"]}]"#
      )
    }
    return rule(number, action: action, members.joined(separator: ","))
  }

  private mutating func policy(_ index: Int) throws {
    // The document's order is not the order of evaluation; some numbers tie.
    let isTied = below(4) == 0
    let category = one(
      hasManyJumps
        ? ["Environment", "Environment", "Environment", "Application"]
        : ["Emergency", "Infrastructure", "Environment", "Application"])
    let rules = (0..<(1 + below(hasManyJumps ? 3 : 5))).shuffled(using: &random).map { number in
      let text = ruleText(number, category)
      if !isTied { return text }
      return text.replacing(
        #""sequence_number":\#(number)"#, with: #""sequence_number":\#(number / 3)"#)
    }
    var extra = ""
    if below(3) == 0 { extra += #""scope":\#(workloads()),"# }
    if below(4) == 0 {
      extra += #""connectivity_preference":"\#(one(["ALLOWLIST", "DENYLIST"]))","#
    }
    if isOdd(), below(3) == 0 { extra += #""stateful":false,"# }
    try estate.policy(
      "p\(index)", category: category, number: below(9), extra: extra,
      rules: "[" + rules.joined(separator: ",") + "]")
  }
}
