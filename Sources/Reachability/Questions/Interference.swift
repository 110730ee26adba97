import AntreaModel

/// Rules of others because of which a cluster does something else than our rules
/// alone would do: policies at a tier above, of namespaces, of Kubernetes.
public struct Interference: Sendable {
  /// What one rule of others does.
  public struct Entry: Sendable, Hashable, CustomStringConvertible {
    /// The rule.
    public var rule: RuleReference
    /// What it does to traffic, compared with our rules alone.
    public var kind: ConnectivityChange.Kind
    /// Whether it overrules rules of ours; else ours say nothing about the
    /// traffic.
    public var overrulesOurs: Bool
    /// Who opens the connections.
    public var sources: EndpointGroup
    /// Who is spoken to.
    public var destinations: EndpointGroup
    /// The traffic: for some of the pairs it may be a part of it only.
    public var traffic: TrafficSet
    /// The pairs of pods, or of pods with addresses.
    public var pairs: Int
    /// One of the flows.
    public var example: Flow
    /// What our rules alone decide about it at the end in question.
    public var ours: SideDecision
    /// What the cluster decides there.
    public var all: SideDecision

    /// One line.
    public var description: String {
      func text(_ side: SideDecision) -> String {
        side.outcome.rawValue + (side.rule.map { " by \($0)" } ?? "")
      }
      return "\(rule): \(kind.rawValue.replacing("-", with: " ")): \(pairs) pairs on "
        + "\(traffic.text(limit: 4)): \(sources) -> \(destinations), "
        + "for example \(example): \(text(all)) instead of \(text(ours))"
    }
  }

  /// Rules that overrule ours first, the most pairs first.
  public let entries: [Entry]

  /// Compares what our rules do alone with what all rules of a cluster do.
  ///
  /// - Parameters:
  ///   - ours: the policies that NSX asks for.
  ///   - all: these and whatever else stands in the cluster.
  ///   - isForeign: whether a rule is not ours.
  public init(
    ours: RuleBook, all: RuleBook, universe: Universe, names: [GroupName] = [],
    isForeign: (RuleReference) -> Bool
  ) {
    struct Key: Hashable {
      var rule: RuleReference
      var kind: ConnectivityChange.Kind
      var overrulesOurs: Bool
    }
    var list: [ChangeSearch.Found] = []
    var keys: [Key] = []
    var positions: [Key: Int] = [:]
    for family in IPFamily.allCases where !universe.world.members(of: family).isEmpty {
      var search = ChangeSearch(ours, all, family)
      search.run()
      for item in search.found(in: universe) {
        // What passes on what ours would decide interferes like what decides.
        guard let rule = [item.after.rule, item.sender].compactMap(\.self).first(where: isForeign)
        else { continue }
        let key = Key(rule: rule, kind: item.kind, overrulesOurs: item.before.rule != nil)
        guard let position = positions[key] else {
          positions[key] = list.count
          keys.append(key)
          list.append(item)
          continue
        }
        list[position].sources.formUnion(item.sources)
        list[position].destinations.formUnion(item.destinations)
        list[position].traffic = list[position].traffic.union(item.traffic)
        list[position].pairs += item.pairs
      }
    }
    let naming = EndpointNaming(universe, names: names)
    entries = zip(keys, list).map { key, item in
      Entry(
        rule: key.rule, kind: key.kind, overrulesOurs: key.overrulesOurs,
        sources: naming.group(item.sources), destinations: naming.group(item.destinations),
        traffic: item.traffic, pairs: item.pairs, example: item.example, ours: item.before,
        all: item.after)
    }.sorted { left, right in
      if left.overrulesOurs != right.overrulesOurs { return left.overrulesOurs }
      if left.pairs != right.pairs { return left.pairs > right.pairs }
      return (left.rule.description, left.kind.rawValue)
        < (right.rule.description, right.kind.rawValue)
    }
  }
}
