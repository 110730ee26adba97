import AntreaModel
import Documents

/// A piece of NSX's JSON and what becomes of it.
struct ConstructSample {
  /// The estate that has it.
  var estate = Estate()
  /// The codes of all findings.
  var codes: Set<String> = []
  /// Texts that the rendered files have.
  var shows: [String] = []
  /// Whether the cluster's networks are known.
  var knowsNetworks = false

  /// A policy with members, and these rules or one for everything.
  static func policy(
    _ members: String, rules: [String] = [], category: String = "Application",
    number: Int = 60_000_001, _ codes: String..., shows: String...
  ) throws -> ConstructSample {
    var sample = try base(codes, shows)
    let all =
      rules.isEmpty ? [TranslationTests.rule(1, action: "DROP", #""direction":"IN""#)] : rules
    try sample.estate.policy(
      "p", category: category, number: number, extra: members.isEmpty ? "" : members + ",",
      rules: "[" + all.joined(separator: ",") + "]")
    return sample
  }

  /// A rule with members.
  static func rule(
    _ members: String, action: String = "DROP", knowsNetworks: Bool = false, _ codes: String...,
    shows: String...
  ) throws -> ConstructSample {
    var sample = try base(codes, shows)
    sample.knowsNetworks = knowsNetworks
    try sample.estate.policy(
      "p", rules: "[\(TranslationTests.rule(1, action: action, members))]")
    return sample
  }

  /// A group with an expression, as the sources of a rule.
  static func group(
    _ expression: String, more: String = "", types: String = #"["ANTREA"]"#,
    members: [String]? = nil, _ codes: String..., shows: String...
  ) throws -> ConstructSample {
    var sample = try base(codes, shows)
    let path = Estate.group("sample")
    sample.estate.groups.append(
      try JSONValue(
        json: """
          {"resource_type":"Group","id":"sample","path":"\(path)","group_type":\(types),
           "expression":[\(expression)]\(more)}
          """))
    sample.estate.memberIPs[path] = members
    try sample.estate.policy(
      "p",
      rules:
        "[\(TranslationTests.rule(1, action: "DROP", #""direction":"IN","source_groups":["\#(path)"]"#))]"
    )
    return sample
  }

  /// Service entries of a rule from or to `peers`.
  static func entries(
    _ entries: String, action: String = "DROP", peers: String? = nil, _ codes: String...,
    shows: String...
  ) throws -> ConstructSample {
    var sample = try base(codes, shows)
    let sources = peers.map { #","source_groups":["\#(Estate.group($0))"]"# } ?? ""
    try sample.estate.policy(
      "p",
      rules:
        "[\(TranslationTests.rule(1, action: action, #""direction":"IN","service_entries":[\#(entries)]\#(sources)"#))]"
    )
    return sample
  }

  /// A snapshot with one more object beside a rule for everything.
  static func beside(_ object: String) throws -> ConstructSample {
    var sample = try policy("")
    let value = try JSONValue(json: object)
    sample.estate.policies.append(value)
    sample.estate.planes[value["path"]?.string ?? ""] = []
    return sample
  }

  /// A snapshot with one object, and a span where it is a policy.
  static func bare(_ object: String, _ codes: String...) throws -> ConstructSample {
    var sample = try base(codes, [])
    let value = try JSONValue(json: object)
    sample.estate.policies.append(value)
    if value["resource_type"] != "SecurityPolicy" { sample.estate.planes[""] = [] }
    return sample
  }

  /// Groups and services that samples name: `web`, `db`, `shop` of pods, `lan`
  /// of addresses, `svc` behind a Service, `service` of TCP 443, `circle` which contains itself.
  private static func base(_ codes: [String], _ shows: [String]) throws -> ConstructSample {
    var sample = ConstructSample(codes: Set(codes), shows: shows)
    for name in ["web", "db"] {
      try sample.estate.group(name, "[\(Shape.pod("app", name))]")
    }
    try sample.estate.group("shop", "[\(Shape.namespace("shop"))]")
    try sample.estate.group("lan", "[\(Shape.addresses("10.20.0.0/16"))]")
    try sample.estate.group("svc", "[\(Shape.service("web", in: "shop"))]")
    try sample.estate.service(
      "service",
      #"[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443"]}]"#
    )
    try sample.estate.service(
      "circle",
      #"[{"resource_type":"NestedServiceServiceEntry","nested_service_path":"/infra/services/circle"}]"#
    )
    try sample.estate.service("none", "[]")
    return sample
  }
}
