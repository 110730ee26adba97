import AntreaModel

/// What one rule decides: the flows that reach it and that it takes, and the
/// earlier rules that take what it would take.
public struct RuleUse: Sendable {
  /// Flows between every source and every destination, for some traffic.
  public struct Part: Sendable, Hashable {
    /// Who opens the connections.
    public var sources: EndpointSet
    /// Who is spoken to.
    public var destinations: EndpointSet
    /// What is carried.
    public var traffic: TrafficSet
    /// The end at which the rule stands.
    public var end: FlowEnd
    /// Pairs of pods, or of pods and kinds of addresses.
    public var pairs: Int
  }

  /// An earlier rule that takes some of it.
  public struct Shadow: Sendable, Hashable {
    /// The earlier rule.
    public var rule: RuleReference
    /// What it takes: the traffic between any of the pairs.
    public var traffic: TrafficSet
    /// Pairs between which it takes some of the traffic.
    public var pairs: Int
  }

  /// What it decides, the most pairs first; empty for a rule that never decides.
  public private(set) var decided: [Part] = []
  /// What takes flows that it would take, the most pairs first.
  public private(set) var shadows: [Shadow] = []
  /// Whether the rule book has the rule at all.
  public private(set) var exists = false

  /// Asks about one rule.
  public init(of rule: RuleReference, in book: RuleBook) {
    var shadows: [RuleReference: Shadow] = [:]
    for end in FlowEnd.allCases {
      let steps = book.rules(end)
      for (index, step) in steps.enumerated() where step.reference == rule {
        exists = true
        for family in IPFamily.allCases {
          let members = book.world.members(of: family)
          var search = ShadowedStep(
            step, end, own: step.own.intersection(members).intersection(book.world.enforced),
            peers: step.peers.intersection(members), family, book.world)
          search.run(after: steps[..<index])
          decided += search.decided
          for shadow in search.shadows.values where shadow.rule != rule {
            var sum =
              shadows[shadow.rule] ?? Shadow(rule: shadow.rule, traffic: TrafficSet(), pairs: 0)
            sum.pairs += shadow.pairs
            sum.traffic = sum.traffic.union(shadow.traffic)
            shadows[shadow.rule] = sum
          }
        }
      }
    }
    decided.sort { ($1.pairs, $0.text) < ($0.pairs, $1.text) }
    self.shadows = shadows.values.sorted {
      ($1.pairs, "\($0.rule)") < ($0.pairs, "\($1.rule)")
    }
  }
}

extension RuleUse.Part {
  /// Something to sort by.
  fileprivate var text: String {
    "\(end) \(sources.first ?? -1) \(destinations.first ?? -1) \(traffic)"
  }
}
