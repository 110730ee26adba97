import AntreaModel

/// What another set of policies does to connectivity: the traffic between pods,
/// and between pods and addresses, that begins or ceases to pass.
///
/// A flow passes when both the source's egress and the destination's ingress let
/// it. Where nothing differs between the sets, nothing is computed.
public struct ConnectivityChange: Sendable {
  /// What happens to traffic.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// It did not pass and does.
    case newlyAllowed = "newly-allowed"
    /// It passed and does not.
    case newlyBlocked = "newly-blocked"
    /// It passed, and does as far as its content is right.
    case newlyInspected = "newly-inspected"
    /// It passed as far as its content was right, and passes.
    case noLongerInspected = "no-longer-inspected"

    /// The position in ``allCases``.
    var position: Int {
      switch self {
      case .newlyAllowed: 0
      case .newlyBlocked: 1
      case .newlyInspected: 2
      case .noLongerInspected: 3
      }
    }
  }

  /// Traffic that changes by the same two rules.
  public struct Line: Sendable, Hashable, CustomStringConvertible {
    /// What happens.
    public var kind: Kind
    /// Who opens the connections.
    public var sources: EndpointGroup
    /// Who is spoken to.
    public var destinations: EndpointGroup
    /// The traffic; for some of the pairs it may be a part of it only, see
    /// ``isSameForAll``.
    public var traffic: TrafficSet
    /// Whether ``traffic`` is what changes for every pair.
    public var isSameForAll: Bool
    /// The end that makes the change: where both do, the source.
    public var end: FlowEnd
    /// What that end decided before.
    public var before: SideDecision
    /// What it decides now.
    public var after: SideDecision
    /// The rule that passed the traffic on to what decides now.
    public var passedOn: RuleReference?
    /// The pairs of pods; where one side is addresses, the pods.
    public var pairs: Int
    /// One of the flows.
    public var example: Flow

    /// One line, for example `newly blocked: 12 pod pairs on 5432/TCP: shop:
    /// app=web (3 pods) -> shop: app=db (4 pods), in: drop by … (before: allow)`.
    public var description: String {
      func text(_ side: SideDecision) -> String {
        side.outcome.rawValue + (side.rule.map { " by \($0)" } ?? "")
      }
      let kind = kind.rawValue.replacing("-", with: " ")
      let isBetweenPods = sources.pods > 0 && destinations.pods > 0
      let size = EndpointNaming.count(pairs, isBetweenPods ? "pod pair" : "pod")
      let ports = (isSameForAll ? "" : "up to ") + traffic.text(limit: 4)
      return "\(kind): \(size) on \(ports): \(sources) -> \(destinations), "
        + "\(end == .egress ? "out" : "in"): \(text(after)) (before: \(text(before)))"
    }
  }

  /// How much changes.
  public struct Count: Sendable, Hashable {
    /// The ordered pairs of pods with traffic that changes; once for each family.
    public var podPairs = 0
    /// The pods whose traffic with addresses changes.
    public var podsToAddresses = 0

    /// Whether nothing changes.
    public var isEmpty: Bool { podPairs == 0 && podsToAddresses == 0 }
  }

  /// The changes, the largest first, at most as many as were asked for.
  public private(set) var lines: [Line] = []
  /// How many lines there are beyond ``lines``.
  public private(set) var omittedLines = 0
  /// How much changes in each way, lines that are not shown included.
  public private(set) var counts: [Kind: Count] = [:]

  /// Whether nothing changes.
  public var isEmpty: Bool { counts.values.allSatisfy(\.isEmpty) }

  /// Compares two sets of policies over one universe.
  ///
  /// - Parameters:
  ///   - names: names for sets of endpoints, such as NSX's groups.
  ///   - limit: the number of lines to show.
  public init(
    before: RuleBook, after: RuleBook, universe: Universe, names: [GroupName] = [],
    limit: Int = 50
  ) {
    var found: [ChangeSearch.Found] = []
    var pods: [Kind: EndpointSet] = [:]
    for family in IPFamily.allCases where !universe.world.members(of: family).isEmpty {
      var search = ChangeSearch(before, after, family)
      search.run()
      for kind in Kind.allCases {
        counts[kind, default: Count()].podPairs += search.podPairs(kind)
        pods[kind, default: EndpointSet()].formUnion(search.podsToAddresses(kind))
      }
      found += search.found(in: universe)
    }
    for (kind, set) in pods {
      counts[kind, default: Count()].podsToAddresses = universe.pods(in: set).count
    }
    counts = counts.filter { !$0.value.isEmpty }
    let sorted = Self.merged(found, universe).sorted { $0.precedes($1) }
    omittedLines = max(sorted.count - limit, 0)
    if sorted.isEmpty { return }
    let naming = EndpointNaming(universe, names: names)
    lines = sorted.prefix(limit).map { $0.line(naming) }
  }

  /// One for both families where they change alike between the same pods.
  private static func merged(
    _ found: [ChangeSearch.Found], _ universe: Universe
  ) -> [ChangeSearch.Found] {
    struct Key: Hashable {
      var kind: Kind
      var end: FlowEnd
      var before: SideDecision
      var after: SideDecision
      var sources: EndpointSet
      var destinations: EndpointSet
    }
    if Set(found.map(\.family)).count < 2 { return found }
    var result: [ChangeSearch.Found] = []
    var positions: [Key: Int] = [:]
    for item in found {
      guard item.isBetweenPods else {
        result.append(item)
        continue
      }
      let key = Key(
        kind: item.kind, end: item.end, before: item.before, after: item.after,
        sources: universe.podSet(in: item.sources),
        destinations: universe.podSet(in: item.destinations))
      if let position = positions[key] {
        result[position].sources.formUnion(item.sources)
        result[position].destinations.formUnion(item.destinations)
        result[position].traffic = result[position].traffic.union(item.traffic)
        if !item.isSameForAll { result[position].isSameForAll = false }
      } else {
        positions[key] = result.count
        result.append(item)
      }
    }
    return result
  }
}
