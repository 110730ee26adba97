import AntreaModel

@testable import Reachability

/// Rules at random over a small world of two families, a pod on its Node's
/// network and an address, with a plain way to follow a flow through them.
struct RandomRuleBook {
  let book: RuleBook

  static let world = World(
    workloads: (1...5).map { number in
      Workload(
        name: "pod-\(number)", namespace: "shop",
        addresses: [IPAddress(family: .v4, value: UInt128(number))]
          + (number < 3 ? [IPAddress(family: .v6, value: UInt128(number))] : []),
        isHostNetwork: number == 5)
    },
    addresses: [IPAddress(family: .v4, value: 100), IPAddress(family: .v6, value: 100)])

  /// Sets of traffic, each with the traffic in it.
  static let traffic: [(set: TrafficSet, one: Traffic)] =
    [80, 443, 8080].map { port in
      (
        TrafficSet(.tcp, destination: port...port),
        .transport(.tcp, source: TrafficSpace.ephemeralPort, destination: port)
      )
    } + [
      (
        TrafficSet(icmp: .v4, type: 8).union(TrafficSet(icmp: .v6, type: 8)),
        .icmp(type: 8, code: 0)
      )
    ]

  static func rule(_ number: Int) -> RuleReference {
    RuleReference(policy: "p", rule: "\(number)")
  }

  init(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    func set() -> EndpointSet {
      EndpointSet(Self.world.endpoints.indices.filter { _ in Bool.random(using: &random) })
    }
    func steps(_ first: Int) -> [SymbolicRule] {
      (0..<Int.random(in: 1...6, using: &random)).map { number in
        let kinds = Self.traffic.filter { _ in Bool.random(using: &random) }.map(\.set)
        let outcome: Outcome = Bool.random(using: &random) ? .allow : .drop
        return SymbolicRule(
          // Some rules have two steps.
          reference: Self.rule(first + number / Int.random(in: 1...2, using: &random)), own: set(),
          peers: set(), traffic: kinds.isEmpty ? .all : kinds.reduce(TrafficSet()) { $0.union($1) },
          effect: Int.random(in: 0..<4, using: &random) == 0
            ? .resume(stage: Int.random(in: 1...2, using: &random)) : .decide(outcome),
          stage: number / 3)
      }
    }
    book = RuleBook(
      world: Self.world, egress: steps(10), ingress: steps(0), traffic: TrafficSpace())
  }

  /// All flows of all pairs for which somebody decides.
  var flows: [Flow] {
    Self.world.pairs.flatMap { pair in
      Self.traffic.map {
        Flow(source: pair.source, destination: pair.destination, traffic: $0.one)
      }
    }
  }

  /// The rules that take a flow at one end, step by step; the last one decides
  /// where the outcome is not `nil`.
  func takers(_ flow: Flow, _ end: FlowEnd) -> (rules: [RuleReference], outcome: Outcome?) {
    let (own, peer) =
      end == .egress ? (flow.source, flow.destination) : (flow.destination, flow.source)
    guard own.isEnforced else { return ([], nil) }
    var stage = 0
    var passed: [RuleReference] = []
    for step in book.rules(end)
    where step.stage >= stage && step.own.contains(own.index) && step.peers.contains(peer.index)
      && step.traffic.contains(flow.traffic, own.address.family)
    {
      passed.append(step.reference)
      switch step.effect {
      case .decide(let outcome): return (passed, outcome)
      case .resume(let later): stage = max(stage, later)
      }
    }
    return (passed, nil)
  }

  /// What both ends decide.
  func decision(_ flow: Flow) -> Decision {
    func side(_ end: FlowEnd) -> SideDecision {
      let (rules, outcome) = takers(flow, end)
      return outcome.map { SideDecision($0, by: rules.last) } ?? .unmatched
    }
    return Decision(egress: side(.egress), ingress: side(.ingress))
  }
}
