import AntreaModel
import Documents
import NSXModel
import Reachability
import Testing

/// NSX's semantics on public topologies, which lie beside the checkout. What is
/// expected was worked out by hand from the rules.
@Suite struct TopologyTests {
  /// The topologies as pods, or `nil` where the data is not there.
  static func read(
    _ name: String, _ membership: CollectorTopology.Membership
  ) throws -> CollectorTopology? {
    guard let bytes = SharedData.read("nsx/np-guard/\(name).json"),
      let services = SharedData.read("nsx/np-guard/services.json")
    else { return nil }
    return CollectorTopology(
      try JSONValue(json: bytes), catalogue: try JSONValue(json: services),
      membership: membership)
  }

  static let names = TopologyVerdicts.all.keys.sorted()

  @Test(arguments: names) func verdictsAreThoseWorkedOutByHand(name: String) throws {
    for membership in [CollectorTopology.Membership.resolved, .expressions] {
      guard let topology = try Self.read(name, membership) else { return }
      let nsx = NSXEvaluator(
        try topology.estate.snapshot(), controlPlane: Estate.plane, world: topology.world)
      for expected in TopologyVerdicts.all[name] ?? [] {
        let decision = nsx.decide(try flow(expected.flow, topology))
        let isQualified = expected.verdict.contains("/")
        #expect(
          [decision.egress, decision.ingress].map { text($0, isQualified) }
            .joined(separator: " | ") == expected.verdict,
          "\(name), \(membership): \(expected.flow): \(expected.reason)")
      }
    }
  }

  @Test func everyTopologyHasVerdicts() {
    #expect(Self.names.count == 20)
    #expect(TopologyVerdicts.all.values.allSatisfy { $0.count > 2 })
  }

  /// The expressions and the members that NSX resolved must say the same.
  @Test(arguments: names) func expressionsGiveTheResolvedMembers(name: String) throws {
    guard let resolved = try Self.read(name, .resolved),
      let expressions = try Self.read(name, .expressions)
    else { return }
    func nsx(_ topology: CollectorTopology) throws -> NSXEvaluator {
      NSXEvaluator(
        try topology.estate.snapshot(), controlPlane: Estate.plane, world: topology.world)
    }
    let (left, right) = (try nsx(resolved), try nsx(expressions))
    #expect(left.world.endpoints == right.world.endpoints)
    for (source, destination) in left.world.pairs {
      let (a, b) = (
        left.path(from: source, to: destination), right.path(from: source, to: destination)
      )
      for traffic in left.traffic.representatives
      where left.decide(traffic, on: a) != right.decide(traffic, on: b) {
        Issue.record("\(name): \(source) -> \(destination) \(traffic)")
      }
    }
  }

  /// What is refused in the topologies, by code. In two of them a rule for some
  /// ports jumps before a rule for all traffic: all traffic but some ports has
  /// no form in Antrea.
  private static let refused: [String: Set<String>] = [
    "ExampleGroup2": ["addresses-at-pod-side"], "ExampleHogwarts": ["jump-remainder"],
    "basic_jump_to_app_test": ["jump-remainder"],
  ]

  @Test(arguments: names) func theTranslationIsProved(name: String) throws {
    guard let topology = try Self.read(name, .resolved) else { return }
    let trial = try Trial(
      topology.estate, topology.world,
      podNetworks: ["10.99.0.0/24", "192.168.0.0/16", "fd00:99::/64"].compactMap { CIDR($0) },
      nodeNetworks: [])
    let errors = trial.translation.findings.filter { $0.severity == .error }
    #expect(Set(errors.map(\.code.rawValue)) == Self.refused[name] ?? [], "\(name)")
    if trial.translation.isApplicable {
      #expect(try trial.check(limit: 3).differences.map(\.description) == [], "\(name)")
    }
  }

  /// `name -> name 80/TCP` as a flow between addresses of one family.
  private func flow(_ text: String, _ topology: CollectorTopology) throws -> Flow {
    let words = text.split(separator: " ").map(String.init)
    let family: IPFamily = words[0].contains(":") || words[2].contains(":") ? .v6 : .v4
    let kind: Traffic
    let numbers = words[words.count - 1].split(separator: "/")
    switch words[3] {
    case "ICMP":
      kind = .icmp(type: try #require(Int(numbers[0])), code: try #require(Int(numbers[1])))
    case "protocol": kind = .other(try #require(Int(words[4])))
    default:
      kind = .transport(
        try #require(Traffic.Transport(rawValue: String(numbers[1]))),
        source: TrafficSpace.ephemeralPort, destination: try #require(Int(numbers[0])))
    }
    return Flow(
      source: try #require(topology.endpoint(words[0], family), "\(text)"),
      destination: try #require(topology.endpoint(words[2], family), "\(text)"), traffic: kind)
  }

  /// `allow 1003`; with the policy where a topology uses a number twice.
  private func text(_ side: SideDecision, _ isQualified: Bool) -> String {
    guard let rule = side.rule else { return "\(side.outcome.rawValue) -" }
    let id = rule.rule.split(separator: "/").last.map(String.init) ?? ""
    let policy = rule.policy.split(separator: "/").last.map(String.init) ?? ""
    let needsPolicy = isQualified && id == "10230"
    return "\(side.outcome.rawValue) \(needsPolicy ? "\(policy)/" : "")\(id)"
  }
}
