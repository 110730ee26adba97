import Translation

/// What the random estates of a run must have shown.
enum EstateCoverage {
  /// Constructs of ``ConstructCensus`` that must have been translated in a
  /// number of rules.
  static let translated: [String] =
    rules + groups + services + policies
    + ["Pod Tag", "Namespace Name", "Namespace Tag"].flatMap { key in
      ["EQUALS", "NOTEQUALS", "IN", "NOTIN"].map { "group \(key) \($0)" }
    }
    + ["Pod Tag", "Namespace Tag"].flatMap { key in
      ["EQUALS", "scope NOTEQUALS"].map { "group \(key) without value \($0)" }
    }

  private static let rules = [
    "action allow", "action drop", "action reject", "action jumpToApplication",
    "part of a rule that a jump left", "direction in", "direction out",
    "direction inOut", "both sides", "sources alone", "destinations alone", "no side", "no scope",
    "scope of the rule", "scope of the policy", "scope of the policy over the rule's",
    "ip_protocol ipv4", "ip_protocol ipv6", "logged", "logged with a tag", "address4 in a rule",
    "address6 in a rule", "list of several members", "excluded address",
    "excluded group Pod Tag EQUALS", "excluded group Namespace Name EQUALS",
    "excluded group with AND", "excluded group with OR", "excluded group with IPv4",
    "excluded group with IPv6", "excluded group of machines", "excluded group without members",
  ]

  private static let groups = [
    "group Service Name EQUALS", "group VirtualMachine Name STARTSWITH",
    "group VirtualMachine Tag EQUALS", "group of machines", "group with AND", "group with OR",
    "group with ExternalIDExpression", "group with IPv4", "group with IPv6",
    "group with MACAddressExpression", "group with a nested expression", "group with paths",
    "group without members",
  ]

  private static let services = [
    "entries alone", "services and entries", "list of services", "service in a service",
    "service TCP", "service UDP", "service TCP of all ports", "service UDP of all ports",
    "service by source ports", "service of pairs of ports", "service ICMPv4",
    "service ICMPv4 type", "service ICMPv4 code", "service ICMPv6", "service ICMPv6 type",
    "service ICMPv6 code", "service ALG FTP", "service ALG TFTP", "service protocol 1",
    "service protocol 2", "service IGMP", "domain names", "applications", "profile of everything",
    "service protocol 6", "service protocol 17", "service protocol 58", "service protocol 132",
  ]

  private static let policies = [
    "policy Emergency", "policy Infrastructure", "policy Environment", "policy Application",
    "policy without category", "policy of two clusters", "policy that logs",
    "policy with a local number", "rule beside a disabled one", "rule beside a gone one",
    "rules of one number", "default rule ALLOWLIST", "default rule ALLOWLIST, logged",
    "default rule DENYLIST", "default rule for a scope",
  ]

  /// Codes of refusals that must have been seen: all that refuse something, but
  /// for those that a random estate cannot show.
  static let refused = Set(FindingCode.allCases.filter { $0.severity == .error }).subtracting([
    // What Antrea would not take is a fault of the translation.
    .admission,
    // Nothing is left of the estate whose policy is missing.
    .missingPolicy, .ruleWithoutPolicy,
    // The schemas and the pods of a cluster are needed to tell.
    .unsupportedFeature, .labelCase,
  ])
}
