import AntreaModel

/// Finds where two firewalls over one world make different things of traffic,
/// for one family.
///
/// Ends with the same steps are one block. Where both firewalls have the same
/// sequence of peers, traffic and effects there, nothing is left to compare; else
/// only the peers of the steps that differ are looked at.
struct RuleBookComparison {
  /// Ends and other ends between which the firewalls differ, all in one way.
  struct Rectangle {
    var own: [Int]
    var peers: EndpointSet
    /// States of ``RuleBookComparison/decisions``.
    var left: Int32
    var right: Int32
  }

  /// The steps of both firewalls at one end of flows.
  struct End {
    var left: CompiledRules
    var right: CompiledRules
    var blocks: [OwnBlocks.Block]
    /// The position in ``blocks`` by endpoint; -1 where nothing is enforced.
    var blockOf: [Int32]
  }

  let world: World
  let counts: PairCounts
  let family: IPFamily
  /// The endpoints of the family.
  let members: EndpointSet
  var decisions = DecisionTable()
  private(set) var sets = EndpointSetTable()
  private(set) var ends: [FlowEnd: End] = [:]
  /// The rules that ``DecisionTable/Piece`` names by number.
  private(set) var references: [RuleReference] = []
  let start: Int32
  private var leftRow: PeerStates
  private var rightRow: PeerStates

  /// - Parameter tellsRulesApart: whether the states say which step decided.
  init(_ left: RuleBook, _ right: RuleBook, _ family: IPFamily, tellsRulesApart: Bool = false) {
    self.family = family
    let world = left.world
    self.world = world
    counts = PairCounts(world)
    members = world.members(of: family)
    start = decisions.start(family)
    leftRow = PeerStates(count: world.endpoints.count)
    rightRow = PeerStates(count: world.endpoints.count)
    var numbers: [RuleReference: Int32]? = tellsRulesApart ? [:] : nil
    let enforced = members.intersection(world.enforced)
    for end in FlowEnd.allCases {
      func compile(_ book: RuleBook) -> CompiledRules {
        CompiledRules(
          book.rules(end), family, members, &sets, &decisions, references: &numbers)
      }
      let (left, right) = (compile(left), compile(right))
      let blocks = OwnBlocks(enforced, of: [left, right], sets, count: world.endpoints.count).blocks
      var blockOf = Array(repeating: Int32(-1), count: world.endpoints.count)
      for (index, block) in blocks.enumerated() {
        for member in block.members { blockOf[member] = Int32(index) }
      }
      ends[end] = End(left: left, right: right, blocks: blocks, blockOf: blockOf)
    }
    references = (numbers ?? [:]).sorted { $0.value < $1.value }.map(\.key)
  }

  /// What differs at one end, by the first member of the ends, then of the peers.
  mutating func differences(at end: FlowEnd) -> [Rectangle] {
    guard let rules = ends[end] else { return [] }
    var result: [Rectangle] = []
    for block in rules.blocks {
      let left = rules.left.rules(standingAt: block.own)
      let right = rules.right.rules(standingAt: block.own)
      let scope = Self.scope(left, right, sets)
      if scope.isEmpty { continue }
      leftRow.run(left, in: scope, from: start, sets, &decisions)
      rightRow.run(right, in: scope, from: start, sets, &decisions)
      var found: [UInt64: Int] = [:]
      scope.forEach { peer in
        let (a, b) = (leftRow.states[peer], rightRow.states[peer])
        if a == b { return }
        let key = UInt64(UInt32(bitPattern: a)) << 32 | UInt64(UInt32(bitPattern: b))
        if let index = found[key] {
          if index >= 0 { result[index].peers.insert(peer) }
        } else if decisions.isSame(a, b) {
          found[key] = -1
        } else {
          found[key] = result.count
          result.append(
            Rectangle(own: block.members, peers: EndpointSet([peer]), left: a, right: b))
        }
      }
    }
    return result
  }

  /// The peers of the steps in which two lists differ: those before the first
  /// and after the last difference do the same on both sides.
  private static func scope(
    _ left: [CompiledRules.Rule], _ right: [CompiledRules.Rule], _ sets: EndpointSetTable
  ) -> EndpointSet {
    func isSame(_ a: CompiledRules.Rule, _ b: CompiledRules.Rule) -> Bool {
      a.peers == b.peers && a.action == b.action
    }
    var start = 0
    let shorter = min(left.count, right.count)
    while start < shorter, isSame(left[start], right[start]) { start += 1 }
    var end = 0
    while end < shorter - start,
      isSame(left[left.count - 1 - end], right[right.count - 1 - end])
    {
      end += 1
    }
    var scope = EndpointSet()
    for list in [left, right] {
      for rule in list[start..<(list.count - end)] { scope.formUnion(sets[rule.peers]) }
    }
    return scope
  }

  /// Whether two lists of steps at a block have steps that differ.
  func mayDiffer(at end: FlowEnd, _ block: OwnBlocks.Block) -> Bool {
    guard let rules = ends[end] else { return false }
    return !Self.scope(
      rules.left.rules(standingAt: block.own), rules.right.rules(standingAt: block.own), sets
    ).isEmpty
  }

  /// Puts what both firewalls make of the traffic of a block with everybody into
  /// the rows.
  mutating func run(at end: FlowEnd, _ block: OwnBlocks.Block) {
    guard let rules = ends[end] else { return }
    let left = rules.left.rules(standingAt: block.own)
    let right = rules.right.rules(standingAt: block.own)
    leftRow.run(left, in: members, from: start, sets, &decisions)
    rightRow.run(right, in: members, from: start, sets, &decisions)
  }

  /// Puts into the rows that nothing is enforced.
  mutating func resetRows() {
    leftRow.run([], in: members, from: start, sets, &decisions)
    rightRow.run([], in: members, from: start, sets, &decisions)
  }

  /// What stands in the rows for a peer.
  func states(_ peer: Int) -> IngressTable.States {
    IngressTable.States(before: leftRow.states[peer], after: rightRow.states[peer])
  }

  /// What one firewall makes of the traffic of one pair, at one end.
  mutating func state(
    at end: FlowEnd, own: Int, peer: Int, isLeft: Bool
  ) -> Int32? {
    guard let rules = ends[end], rules.blockOf[own] >= 0 else { return nil }
    let block = rules.blocks[Int(rules.blockOf[own])]
    let list = (isLeft ? rules.left : rules.right).rules(standingAt: block.own)
    var state = start
    for rule in list where sets[rule.peers].contains(peer) {
      state = decisions.apply(rule.action, to: state)
    }
    return state
  }
}
