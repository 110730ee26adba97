import AntreaModel

/// The traffic between groups of endpoints, for every pair of groups.
public struct ReachMatrix: Sendable {
  /// The traffic from one group to another.
  public struct Cell: Sendable, Hashable {
    /// What passes between every source and every destination.
    public var always: TrafficSet
    /// What passes between some of them.
    public var sometimes: TrafficSet
    /// The pairs of endpoints; 0 where a group has no members.
    public var pairs: Int

    /// Whether nothing passes.
    public var isClosed: Bool { sometimes.isEmpty }
    /// Whether everything passes between all.
    public var isOpen: Bool {
      pairs > 0 && always == sometimes && always.text(limit: 1) == "all traffic"
    }
  }

  /// The groups.
  public let groups: [GroupName]
  /// By source, then by destination.
  public let cells: [[Cell]]

  /// Asks about groups, which may overlap and contain addresses.
  public init(_ groups: [GroupName], in book: RuleBook) {
    var cells = Array(
      repeating: Array(
        repeating: Cell(always: TrafficSet(), sometimes: TrafficSet(), pairs: 0),
        count: groups.count), count: groups.count)
    for family in IPFamily.allCases where !book.world.members(of: family).isEmpty {
      var search = MatrixSearch(groups, book, family)
      search.run()
      for source in groups.indices {
        for destination in groups.indices {
          let found = search.cell(source, destination)
          if found.pairs > 0 { cells[source][destination].add(found, family) }
        }
      }
    }
    self.groups = groups
    self.cells = cells
  }

  /// Every namespace that has pods, as groups. The universe must tell namespaces
  /// apart, see ``Vocabulary/mentionEveryNamespace()``.
  public static func namespaces(of universe: Universe) -> [GroupName] {
    var groups: [String: EndpointSet] = [:]
    for endpoint in universe.world.endpoints {
      guard endpoint.isEnforced, let namespace = endpoint.workload?.namespace else { continue }
      groups[namespace, default: EndpointSet()].insert(endpoint.index)
    }
    return groups.sorted { $0.key < $1.key }.map { GroupName($0.key, members: $0.value) }
  }
}

extension ReachMatrix.Cell {
  /// Adds what holds for a family; what passes always must pass in each.
  fileprivate mutating func add(_ other: ReachMatrix.Cell, _ family: IPFamily) {
    sometimes = sometimes.union(other.sometimes)
    if pairs == 0 {
      always = other.always
    } else {
      // One family has no traffic of the other's ICMP.
      let (own, theirs): (IPFamily, IPFamily) = family == .v4 ? (.v6, .v4) : (.v4, .v6)
      always = always.union(TrafficSet(icmp: theirs))
        .intersection(other.always.union(TrafficSet(icmp: own)))
    }
    pairs += other.pairs
  }
}
