import AntreaModel

/// Finds all pairs of ends of one family between which traffic begins or ceases
/// to pass, and groups them by what makes it.
///
/// It goes through the sources one by one, with all destinations in a row; the
/// cost of a pair is a comparison of numbers.
struct ChangeSearch {
  var comparison: RuleBookComparison
  private(set) var buckets = ChangeBuckets(blocks: 0)
  private var regions = ChangeRegions(blocks: 0)
  private let kinds: [EndpointNaming.Kind]
  /// By kind of change: the pairs of pods with traffic that changes.
  private var pairsOfPods = Array(repeating: 0, count: ConnectivityChange.Kind.allCases.count)
  /// By kind of change: the pods whose traffic with what is no pod changes.
  private var podsAlone = Array(
    repeating: EndpointSet(), count: ConnectivityChange.Kind.allCases.count)

  init(_ before: RuleBook, _ after: RuleBook, _ family: IPFamily) {
    comparison = RuleBookComparison(before, after, family, tellsRulesApart: true)
    kinds = before.world.endpoints.map { EndpointNaming.kind($0) }
  }

  /// The pairs of pods with traffic that changes.
  func podPairs(_ kind: ConnectivityChange.Kind) -> Int { pairsOfPods[kind.position] }

  /// The pods whose traffic with what is no pod changes.
  func podsToAddresses(_ kind: ConnectivityChange.Kind) -> EndpointSet {
    podsAlone[kind.position]
  }

  /// Searches, unless both firewalls are the same.
  mutating func run() {
    let isChanged = FlowEnd.allCases.contains { end in
      comparison.ends[end]?.blocks.contains { comparison.mayDiffer(at: end, $0) } ?? false
    }
    if !isChanged { return }
    let ingress = IngressTable(&comparison)
    regions = ChangeRegions(blocks: ingress.usual.count)
    buckets = ChangeBuckets(blocks: ingress.usual.count)
    let enforced = comparison.members.intersection(comparison.world.enforced)
    var row = EgressRow(comparison.world.endpoints.count)
    var blocks = BlockRow(ingress.usual, &comparison.decisions)
    let all = comparison.members.members
    for block in comparison.ends[.egress]?.blocks ?? [] {
      comparison.run(at: .egress, block)
      row.fill(all, &comparison)
      search(from: block.members, ingress, all, row, &blocks)
    }
    // Sources at which nothing is enforced.
    comparison.resetRows()
    row.fill(all, &comparison)
    search(
      from: comparison.members.subtracting(enforced).members, ingress, enforced.members, row,
      &blocks)
  }

  /// Goes through sources with the same egress, which stands in a row.
  private mutating func search(
    from sources: [Int], _ ingress: IngressTable, _ destinations: [Int], _ row: EgressRow,
    _ blocks: inout BlockRow
  ) {
    for source in sources {
      let exceptions = ingress.exceptions[source]
      for exception in exceptions { blocks.set(exception, &comparison.decisions) }
      if row.isChanged {
        for destination in destinations { add(source, destination, row, blocks, ingress) }
      } else {
        var changed = Set(ingress.changed)
        for exception in exceptions where blocks.isChanged(exception.block) {
          changed.insert(exception.block)
        }
        for block in changed.sorted() where blocks.isChanged(block) {
          for destination in ingress.blocks[block].members {
            add(source, destination, row, blocks, ingress)
          }
        }
      }
      for exception in exceptions { blocks.reset(exception.block) }
    }
  }

  @inline(__always)
  private mutating func add(
    _ source: Int, _ destination: Int, _ row: EgressRow, _ blocks: BlockRow,
    _ ingress: IngressTable
  ) {
    let block = ingress.blockOf[destination]
    let key = ChangeRegions.Key(
      egressBefore: row.passages[destination].before,
      ingressBefore: blocks.passages[block].before,
      egressAfter: row.passages[destination].after, ingressAfter: blocks.passages[block].after)
    if key.isUnchanged { return }
    let parts = regions.parts(of: key, at: block, &comparison.decisions)
    if parts.isEmpty { return }
    let pairs = comparison.pairs(source, destination, at: .egress)
    if pairs == 0 { return }
    let (own, peer) = (kinds[source], kinds[destination])
    var last = -1
    for index in parts {
      let part = regions.parts[index]
      if part.kind.position != last {
        last = part.kind.position
        if own != .pod {
          podsAlone[last].insert(destination)
        } else if peer != .pod {
          podsAlone[last].insert(source)
        } else {
          pairsOfPods[last] += pairs
        }
      }
      let states = part.end == .egress ? row.states[destination] : blocks.states[block]
      buckets.add(
        ChangeBuckets.Key(
          kind: part.kind, end: part.end, states: states, traffic: part.traffic, source: own,
          destination: peer), at: block, source, destination, pairs)
    }
  }
}

/// What egress makes of the traffic with every destination.
private struct EgressRow {
  var states: [IngressTable.States]
  /// See ``DecisionTable/passage(_:)``.
  var passages: [IngressTable.States]
  var isChanged = false

  init(_ count: Int) {
    states = Array(repeating: IngressTable.States(before: 0, after: 0), count: count)
    passages = states
  }

  mutating func fill(_ destinations: [Int], _ comparison: inout RuleBookComparison) {
    isChanged = false
    for destination in destinations {
      let states = comparison.states(destination)
      let passages = comparison.decisions.passages(of: states)
      self.states[destination] = states
      self.passages[destination] = passages
      if passages.before != passages.after { isChanged = true }
    }
  }
}

/// What ingress makes of the traffic of one source, by block of destinations.
private struct BlockRow {
  private let usual: [IngressTable.States]
  private let usualPassages: [IngressTable.States]
  private(set) var states: [IngressTable.States]
  private(set) var passages: [IngressTable.States]

  init(_ usual: [IngressTable.States], _ decisions: inout DecisionTable) {
    self.usual = usual
    states = usual
    usualPassages = usual.map { decisions.passages(of: $0) }
    passages = usualPassages
  }

  func isChanged(_ block: Int) -> Bool { passages[block].before != passages[block].after }

  mutating func set(_ exception: IngressTable.Exception, _ decisions: inout DecisionTable) {
    states[exception.block] = exception.states
    passages[exception.block] = decisions.passages(of: exception.states)
  }

  mutating func reset(_ block: Int) {
    states[block] = usual[block]
    passages[block] = usualPassages[block]
  }
}

extension DecisionTable {
  /// What passes before and after, by number.
  mutating func passages(of states: IngressTable.States) -> IngressTable.States {
    let before = passage(states.before)
    return IngressTable.States(
      before: before, after: states.after == states.before ? before : passage(states.after))
  }
}

extension RuleBookComparison {
  /// Whether two states let other traffic pass.
  mutating func isChanged(_ states: IngressTable.States) -> Bool {
    let passages = decisions.passages(of: states)
    return passages.before != passages.after
  }
}
