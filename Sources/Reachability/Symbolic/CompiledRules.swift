import AntreaModel

/// The steps of one firewall at one end for one family, by numbers.
struct CompiledRules {
  struct Rule {
    /// Numbers of sets in ``EndpointSetTable``.
    var own: Int32
    var peers: Int32
    /// The number of an action in ``DecisionTable``.
    var action: Int32
    /// The position in ``RuleBook``'s list.
    var index: Int32
  }

  private(set) var rules: [Rule] = []
  /// Positions in ``rules`` by number of own set.
  private(set) var byOwn: [Int32: [Int32]] = [:]

  /// Leaves out the steps that take nothing of a family.
  ///
  /// - Parameters:
  ///   - members: the endpoints of the family.
  ///   - references: numbers of rules; `nil` where rules are not told apart.
  init(
    _ list: [SymbolicRule], _ family: IPFamily, _ members: EndpointSet,
    _ sets: inout EndpointSetTable, _ decisions: inout DecisionTable,
    references: inout [RuleReference: Int32]?
  ) {
    rules.reserveCapacity(list.count)
    for (index, rule) in list.enumerated() {
      let own = sets.number(of: rule.own.intersection(members))
      let peers = sets.number(of: rule.peers.intersection(members))
      if own == EndpointSetTable.nobody || peers == EndpointSetTable.nobody { continue }
      let traffic = decisions.traffic.number(of: rule.traffic.only(family))
      if traffic == TrafficTable.nothing { continue }
      let action = decisions.number(
        of: DecisionTable.Action(
          traffic: traffic, effect: rule.effect, stage: Int32(rule.stage),
          rule: Self.number(of: rule.reference, &references)))
      byOwn[own, default: []].append(Int32(rules.count))
      rules.append(Rule(own: own, peers: peers, action: action, index: Int32(index)))
    }
  }

  private static func number(
    of reference: RuleReference, _ references: inout [RuleReference: Int32]?
  ) -> Int32 {
    guard let count = references?.count else { return -1 }
    if let number = references?[reference] { return number }
    references?[reference] = Int32(count)
    return Int32(count)
  }

  /// The steps that stand at ends which are in all of some own sets, in order.
  func rules(standingAt own: [Int32]) -> [Rule] {
    own.flatMap { byOwn[$0] ?? [] }.sorted().map { rules[Int($0)] }
  }
}

/// Sets of endpoints by number: each is kept once.
struct EndpointSetTable {
  /// The number of the empty set.
  static let nobody: Int32 = 0

  private var numbers: [EndpointSet: Int32] = [EndpointSet(): 0]
  private var sets = [EndpointSet()]

  subscript(number: Int32) -> EndpointSet { sets[Int(number)] }

  /// The number of a set.
  mutating func number(of set: EndpointSet) -> Int32 {
    if let number = numbers[set] { return number }
    let number = Int32(sets.count)
    numbers[set] = number
    sets.append(set)
    return number
  }
}
