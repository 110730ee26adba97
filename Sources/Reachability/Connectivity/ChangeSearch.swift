import AntreaModel

/// Finds all pairs of ends of one family between which traffic begins or ceases
/// to pass, and groups them by what makes it.
///
/// It goes through the sources one by one, with all destinations in a row; the
/// cost of a pair is a comparison of numbers.
struct ChangeSearch {
  private let family: IPFamily
  var comparison: RuleBookComparison
  private var regions = ChangeRegions()
  private(set) var buckets = ChangeBuckets()
  /// The pairs of pods with traffic that changes.
  private(set) var podPairs: [ConnectivityChange.Kind: Int] = [:]
  /// The pods whose traffic with what is no pod changes.
  private(set) var podsToAddresses: [ConnectivityChange.Kind: EndpointSet] = [:]
  private let kinds: [EndpointNaming.Kind]

  init(_ before: RuleBook, _ after: RuleBook, _ family: IPFamily) {
    self.family = family
    comparison = RuleBookComparison(before, after, family, tellsRulesApart: true)
    kinds = before.world.endpoints.map { EndpointNaming.kind($0) }
  }

  /// Searches, unless both firewalls are the same.
  mutating func run() {
    let isChanged = FlowEnd.allCases.contains { end in
      comparison.ends[end]?.blocks.contains { comparison.mayDiffer(at: end, $0) } ?? false
    }
    if !isChanged { return }
    let ingress = IngressTable(&comparison)
    let enforced = comparison.members.intersection(comparison.world.enforced)
    for block in comparison.ends[.egress]?.blocks ?? [] {
      comparison.run(at: .egress, block)
      search(from: block.members, ingress, comparison.members)
    }
    // Sources at which nothing is enforced.
    comparison.resetRows()
    search(from: comparison.members.subtracting(enforced).members, ingress, enforced)
  }

  /// Goes through sources with the same egress, which stands in the rows.
  private mutating func search(
    from sources: [Int], _ ingress: IngressTable, _ destinations: EndpointSet
  ) {
    if sources.isEmpty { return }
    var row = EgressRow(comparison.world.endpoints.count)
    row.fill(destinations, &comparison)
    var usual = BlockRow(ingress.usual, &comparison.decisions)
    let all = destinations.members
    for source in sources {
      let exceptions = ingress.exceptions[source]
      for exception in exceptions { usual.set(exception, &comparison.decisions) }
      if row.isChanged {
        for destination in all { add(source, destination, row, usual, ingress) }
      } else {
        var blocks = Set(ingress.changed)
        for exception in exceptions where usual.isChanged(exception.block) {
          blocks.insert(exception.block)
        }
        for block in blocks.sorted() where usual.isChanged(block) {
          for destination in ingress.blocks[block].members {
            add(source, destination, row, usual, ingress)
          }
        }
      }
      for exception in exceptions { usual.reset(exception.block) }
    }
  }

  @inline(__always)
  private mutating func add(
    _ source: Int, _ destination: Int, _ row: EgressRow, _ usual: BlockRow,
    _ ingress: IngressTable
  ) {
    let block = ingress.blockOf[destination]
    let key = ChangeRegions.Key(
      egressBefore: row.passages[destination].before,
      ingressBefore: usual.passages[block].before,
      egressAfter: row.passages[destination].after, ingressAfter: usual.passages[block].after)
    if key.egressBefore == key.egressAfter, key.ingressBefore == key.ingressAfter { return }
    let parts = regions.parts(key, &comparison.decisions)
    if parts.isEmpty { return }
    let pairs = comparison.pairs(source, destination, at: .egress)
    if pairs == 0 { return }
    count(parts, source, destination, pairs)
    let (own, peer) = (kinds[source], kinds[destination])
    for part in parts {
      let states = part.end == .egress ? row.states[destination] : usual.states[block]
      buckets.add(
        ChangeBuckets.Key(
          kind: part.kind, end: part.end, states: states, traffic: part.traffic, source: own,
          destination: peer), source, destination, pairs)
    }
  }

  private mutating func count(
    _ parts: [ChangeRegions.Part], _ source: Int, _ destination: Int, _ pairs: Int
  ) {
    var last: ConnectivityChange.Kind?
    for part in parts where part.kind != last {
      last = part.kind
      switch (kinds[source], kinds[destination]) {
      case (.pod, .pod): podPairs[part.kind, default: 0] += pairs
      case (.pod, _): podsToAddresses[part.kind, default: EndpointSet()].insert(source)
      default: podsToAddresses[part.kind, default: EndpointSet()].insert(destination)
      }
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

  mutating func fill(_ destinations: EndpointSet, _ comparison: inout RuleBookComparison) {
    destinations.forEach { destination in
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
