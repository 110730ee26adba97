import AntreaModel

extension ChangeSearch {
  /// What changes by the same two rules, in numbers of classes.
  struct Found {
    var kind: ConnectivityChange.Kind
    var end: FlowEnd
    var before: SideDecision
    var after: SideDecision
    /// The rule that passed the traffic on to what decides after.
    var sender: RuleReference?
    var family: IPFamily
    var isBetweenPods: Bool
    var sources: EndpointSet
    var destinations: EndpointSet
    var traffic: TrafficSet
    var isSameForAll = true
    /// The pairs of pods, or the pods.
    var pairs: Int
    var example: Flow
  }

  private struct Key: Hashable {
    var kind: ConnectivityChange.Kind
    var end: FlowEnd
    var before: SideDecision
    var after: SideDecision
    var sender: RuleReference?
    var source: EndpointNaming.Kind
    var destination: EndpointNaming.Kind
  }

  /// What was found, in the order of the first pairs.
  mutating func found(in universe: Universe) -> [Found] {
    var list: [Found] = []
    var positions: [Key: Int] = [:]
    for bucket in buckets.buckets {
      for (part, before, after) in parts(bucket) {
        let traffic = comparison.decisions.traffic[part]
        let key = Key(
          kind: bucket.key.kind, end: bucket.key.end, before: decision(before),
          after: decision(after), sender: reference(after.sender), source: bucket.key.source,
          destination: bucket.key.destination)
        if let position = positions[key] {
          list[position].add(bucket, traffic)
        } else {
          positions[key] = list.count
          list.append(first(key, bucket, traffic))
        }
      }
    }
    for index in list.indices where !list[index].isBetweenPods {
      list[index].pairs = Self.pods(list[index], universe)
    }
    return list
  }

  private mutating func parts(
    _ bucket: ChangeBuckets.Bucket
  ) -> [(traffic: Int32, before: DecisionTable.Piece, after: DecisionTable.Piece)] {
    var result: [(traffic: Int32, before: DecisionTable.Piece, after: DecisionTable.Piece)] = []
    for before in comparison.decisions.pieces(bucket.key.states.before) {
      let part = comparison.decisions.traffic.intersection(before.traffic, bucket.key.traffic)
      if part == TrafficTable.nothing { continue }
      for after in comparison.decisions.pieces(bucket.key.states.after) {
        let both = comparison.decisions.traffic.intersection(part, after.traffic)
        if both != TrafficTable.nothing { result.append((both, before, after)) }
      }
    }
    return result
  }

  private func first(
    _ key: Key, _ bucket: ChangeBuckets.Bucket, _ traffic: TrafficSet
  ) -> Found {
    let endpoints = comparison.world.endpoints
    return Found(
      kind: key.kind, end: key.end, before: key.before, after: key.after, sender: key.sender,
      family: comparison.family, isBetweenPods: key.source == .pod && key.destination == .pod,
      sources: bucket.sources, destinations: bucket.destinations, traffic: traffic,
      pairs: bucket.pairs,
      example: Flow(
        example: endpoints[bucket.example.source], endpoints[bucket.example.destination],
        traffic.example ?? .other(0)))
  }

  private func decision(_ piece: DecisionTable.Piece) -> SideDecision {
    SideDecision(piece.outcome, by: reference(piece.rule))
  }

  private func reference(_ number: Int32) -> RuleReference? {
    number < 0 ? nil : comparison.references[Int(number)]
  }

  private static func pods(_ found: Found, _ universe: Universe) -> Int {
    let isSource = EndpointNaming.kind(found.example.source) == .pod
    return universe.pods(in: isSource ? found.sources : found.destinations).count
  }
}

extension ChangeSearch.Found {
  fileprivate mutating func add(_ bucket: ChangeBuckets.Bucket, _ other: TrafficSet) {
    sources.formUnion(bucket.sources)
    destinations.formUnion(bucket.destinations)
    pairs += bucket.pairs
    if traffic != other {
      isSameForAll = false
      traffic = traffic.union(other)
    }
  }

  /// The larger first; then by kind, rules and ends.
  func precedes(_ other: ChangeSearch.Found) -> Bool {
    if pairs != other.pairs { return pairs > other.pairs }
    let (own, theirs) = (texts, other.texts)
    return own.lexicographicallyPrecedes(theirs)
  }

  private var texts: [String] {
    [
      kind.rawValue, end.rawValue, after.rule?.description ?? "", before.rule?.description ?? "",
      after.outcome.rawValue, before.outcome.rawValue, "\(family)", "\(example)",
    ]
  }

  func line(_ naming: EndpointNaming) -> ConnectivityChange.Line {
    ConnectivityChange.Line(
      kind: kind, sources: naming.group(sources), destinations: naming.group(destinations),
      traffic: traffic, isSameForAll: isSameForAll, end: end, before: before, after: after,
      passedOn: sender, pairs: pairs, example: example)
  }
}
