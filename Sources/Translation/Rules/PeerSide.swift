import AntreaModel

/// The other side of a rule: `from` or `to`.
enum PeerSide: Equatable {
  /// Everything.
  case any
  /// Nothing: the rule matches no traffic.
  case nothing
  /// These.
  case peers([PolicyPeer])

  /// More networks than this in one side are refused.
  static let maximumNetworks = 1024

  /// Whether networks of multicast addresses are among the peers.
  var hasMulticast: Bool {
    if case .peers(let peers) = self { peers.contains(where: \.isMulticast) } else { false }
  }

  /// Addresses; a set with all of them is everything where no other end can
  /// have another one.
  private static func networks(
    _ set: AddressSet, of universe: PeerUniverse
  ) throws(Problem) -> PeerSide {
    if set == universe.everything, universe.isWhole { return .any }
    let networks = Networks.splitAtMulticast(set)
    if networks.count > maximumNetworks {
      throw Problem(.selectorBound, "\(networks.count) networks")
    }
    return networks.isEmpty ? .nothing : .peers(networks.map { .addresses($0) })
  }

  /// A set as Antrea names it.
  ///
  /// - Parameter candidates: the groups that the set was made from.
  init(
    _ set: PeerSelection, _ names: PodNames, candidates: [ResolvedGroup],
    _ budget: inout SelectorBudget
  ) throws(Problem) {
    // Who has all addresses that a pod may have needs no labels.
    if set.hasAllPodNetworks || set.pods.isEmpty && !set.hasNodes {
      self = try Self.networks(set.addresses, of: set.universe)
      return
    }
    if !set.universe.isWhole {
      throw Problem(.familyOfSelector, "labels select pods of both families")
    }
    // A group brings its addresses along.
    let candidates =
      candidates.filter {
        !$0.networks.isEmpty && AddressSet($0.ranges).isSubset(of: set.addresses)
      } + candidates.filter(\.networks.isEmpty)
    let references = try names.references(set.pods, candidates: candidates, &budget)
    let named = candidates.filter { references.contains(.group($0.name)) }
    let rest = set.addresses.subtracting(AddressSet(named.flatMap(\.ranges)))
    var peers = references.map(\.peer)
    if case .peers(let networks) = try Self.networks(rest, of: set.universe) { peers += networks }
    if set.hasNodes {
      try set.checkNodes()
      peers.append(.nodes)
    }
    self = peers.isEmpty ? .nothing : .peers(peers)
  }
}

extension PeerSelection {
  /// Refuses Nodes' gateways where some Node's own address is not in the set:
  /// Antrea has one form for both.
  fileprivate func checkNodes() throws(Problem) {
    let outside = universe.outside ?? universe.everything
    let nodes = universe.nodeNetworks?.subtracting(
      universe.podNetworks ?? AddressSet([]))
    if nodes?.isSubset(of: addresses) ?? outside.isSubset(of: addresses) { return }
    throw Problem(
      .negatedSelector,
      nodes == nil
        ? "whether excluded addresses are Nodes' is not known" : "excluded addresses are Nodes'")
  }
}

/// The other end of a rule, in one direction.
struct OtherSide {
  var operand: Operand
  var isExcluded: Bool
  /// Domain names that the other end must have been found by; empty for any.
  var domainNames: [String] = []

  /// The peers as a set.
  func selection(
    _ universe: PeerUniverse, _ budget: inout SelectorBudget
  ) throws(Problem) -> PeerSelection {
    if operand.isAny {
      return isExcluded
        ? PeerSelection(universe, pods: .nothing, addresses: AddressSet([]))
        : .everything(universe)
    }
    let set = PeerSelection(
      universe, pods: try operand.selection(&budget), addresses: AddressSet(operand.allRanges),
      outside: AddressSet(operand.groups.filter(\.areNetworksOutside).flatMap(\.ranges)))
    if !isExcluded { return set }
    return try PeerSelection.everything(universe).subtracting(set, &budget)
  }

  /// The peers as Antrea names them.
  ///
  /// - Parameter family: the family that the traffic is limited to; `nil` for
  ///   both.
  func resolve(
    _ target: ClusterTarget, family: IPFamily?, _ names: PodNames,
    _ budget: inout SelectorBudget
  ) throws(Problems) -> PeerSide {
    if !operand.problems.isEmpty { throw Problems(list: operand.problems) }
    if !domainNames.isEmpty {
      // Which of a name's addresses pods ask for is as open as their own.
      if let family, target.families != [family] {
        throw Problems(list: [Problem(.familyOfSelector, "domain names have both families")])
      }
      return .peers(domainNames.map { .name($0) })
    }
    if operand.isAny, !isExcluded, family == nil { return .any }
    if operand.isAny || isExcluded {
      let universe = PeerUniverse(target, family: family)
      do {
        let set = try selection(universe, &budget)
        return try PeerSide(set, names, candidates: [], &budget)
      } catch {
        throw Problems(list: [describe(error)])
      }
    }
    return try named(family, podsMatchFamily: family.map { target.families == [$0] } ?? false)
  }

  private func describe(_ problem: Problem) -> Problem {
    if problem.code != .negatedSelector { return problem }
    let groups = operand.groups.filter { !$0.pods.isEmpty }.map(\.path)
    return Problem(
      problem.code, "\(groups.joined(separator: ", ")) is excluded: \(problem.message)")
  }

  /// The groups by name, and addresses.
  ///
  /// - Parameter podsMatchFamily: whether pods have addresses of that family
  ///   only.
  func named(
    _ family: IPFamily?, podsMatchFamily: Bool
  ) throws(Problems) -> PeerSide {
    var names: Set<String> = []
    var networks: [AddressRange] = operand.ranges
    for group in operand.groups where !group.isEmpty {
      guard let family else {
        names.insert(group.name)
        continue
      }
      if group.networks.allSatisfy({ $0.family == family }), group.pods.isEmpty || podsMatchFamily {
        names.insert(group.name)
      } else if group.pods.isEmpty {
        networks += group.ranges
      } else {
        throw Problems(list: [
          Problem(
            .familyOfSelector, "group \(group.path) has pods, and the rule is IPv\(family.rawValue)"
          )
        ])
      }
    }
    let kept = Networks.canonical(networks.filter { family == nil || $0.family == family })
    let peers = names.sorted().map { PolicyPeer.group($0) } + kept.map { .addresses($0) }
    return peers.isEmpty ? .nothing : .peers(peers)
  }
}
