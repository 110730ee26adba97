import AntreaModel

/// Any set that the other side of a rule can be: pods by labels, addresses
/// whoever has them, and the Nodes' own addresses among those of the pods.
///
/// Where the pods' networks are known, an address within them is a pod's or a
/// Node's, and one outside is neither a pod's that labels can select. Only that
/// makes differences of labels and addresses exact; what stays open is thrown.
struct PeerSelection: Equatable {
  let universe: PeerUniverse
  /// By labels, at any of their addresses.
  private(set) var pods: PodSelection
  /// By address.
  private(set) var addresses: AddressSet
  /// The addresses within the pods' networks that no pod has: the Nodes'
  /// gateways.
  private(set) var hasNodes: Bool
  /// Addresses that are known to be no pod's.
  private let outside: AddressSet

  /// Everything.
  static func everything(_ universe: PeerUniverse) -> PeerSelection {
    PeerSelection(universe, .everyPod, universe.everything, hasNodes: true, outside: nil)
  }

  /// Pods and addresses.
  ///
  /// - Parameter outside: addresses that are known to be no pod's where the
  ///   pods' networks are not known.
  init(
    _ universe: PeerUniverse, pods: PodSelection, addresses: AddressSet,
    outside: AddressSet = AddressSet([])
  ) {
    self.init(universe, pods, addresses, hasNodes: false, outside: outside)
  }

  private init(
    _ universe: PeerUniverse, _ pods: PodSelection, _ addresses: AddressSet, hasNodes: Bool,
    outside: AddressSet?
  ) {
    self.universe = universe
    self.pods = pods
    self.addresses = addresses.intersection(universe.everything)
    self.hasNodes = hasNodes
    self.outside = universe.outside ?? outside ?? AddressSet([])
    guard let networks = universe.podNetworks else {
      if isEverything { (self.pods, self.hasNodes) = (.everyPod, true) }
      return
    }
    // One form for each set: who has all addresses of the pods' networks has
    // all pods and Nodes, and the other way round.
    if networks.isEmpty {
      (self.pods, self.hasNodes) = (.nothing, false)
    } else if networks.isSubset(of: self.addresses) {
      (self.pods, self.hasNodes) = (.everyPod, true)
    } else if pods.isEveryPod, hasNodes {
      self.addresses = self.addresses.union(networks)
    }
  }

  /// Whether certainly nothing is in the set.
  var isEmpty: Bool { pods.isEmpty && addresses.isEmpty && !hasNodes }

  /// Whether everything is in the set.
  var isEverything: Bool { addresses == universe.everything }

  /// Whether every address that a pod may have is in the set.
  var hasAllPodNetworks: Bool {
    isEverything || universe.podNetworks?.isSubset(of: addresses) == true
  }

  /// Addresses that a pod may have, by what this set and another one know.
  private func inside(_ other: PeerSelection) -> AddressSet {
    addresses.subtracting(outside.union(other.outside))
  }

  private var selectsByLabel: Bool { !pods.isEmpty || hasNodes }

  /// Whether certainly nothing is in both sets.
  func isDisjoint(from other: PeerSelection) -> Bool {
    if hasNodes && other.hasNodes || addresses.intersects(other.addresses) { return false }
    if selectsByLabel, !other.inside(self).isEmpty { return false }
    if other.selectsByLabel, !inside(other).isEmpty { return false }
    return pods.isDisjoint(from: other.pods)
  }

  /// The part of the set that is in a smaller universe.
  func limited(to other: PeerUniverse) -> PeerSelection {
    PeerSelection(other, pods, addresses, hasNodes: hasNodes, outside: outside)
  }

  /// What is in one of the sets.
  func union(
    _ other: PeerSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PeerSelection {
    PeerSelection(
      universe, try pods.union(other.pods, &budget), addresses.union(other.addresses),
      hasNodes: hasNodes || other.hasNodes, outside: outside.union(other.outside))
  }

  /// What is in both sets.
  ///
  /// - Throws: `negated-selector` where it cannot be told which pods have
  ///   addresses of the other set; `selector-bound`.
  func intersection(
    _ other: PeerSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PeerSelection {
    if isEverything { return other }
    if other.isEverything { return self }
    if !hasAllPodNetworks, !other.hasAllPodNetworks { try checkLabels(other) }
    return PeerSelection(
      universe, try pods.intersection(other.pods, &budget),
      addresses.intersection(other.addresses), hasNodes: hasNodes && other.hasNodes,
      outside: outside.union(other.outside))
  }

  /// What is in this set and not in the other one.
  ///
  /// - Throws: as ``intersection(_:_:)``.
  func subtracting(
    _ other: PeerSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PeerSelection {
    let outside = outside.union(other.outside)
    func result(_ pods: PodSelection, _ addresses: AddressSet, _ hasNodes: Bool) -> PeerSelection {
      PeerSelection(
        universe, pods, addresses.subtracting(other.addresses), hasNodes: hasNodes,
        outside: outside)
    }
    if isDisjoint(from: other) { return self }
    if other.hasAllPodNetworks { return result(.nothing, addresses.intersection(outside), false) }
    // By address alone, nobody's labels matter.
    if hasAllPodNetworks, !other.selectsByLabel { return result(.nothing, addresses, false) }
    if isEverything, universe.podNetworks == nil {
      throw Problem(
        .negatedSelector,
        "everything but pods by their labels: which addresses are pods' is not known")
    }
    if hasAllPodNetworks {
      try other.checkInside()
      return result(
        try PodSelection.everyPod.subtracting(other.pods, &budget),
        addresses.intersection(outside), !other.hasNodes)
    }
    try checkLabels(other)
    return result(
      try pods.subtracting(other.pods, &budget), addresses, hasNodes && !other.hasNodes)
  }

  /// Refuses labels on one side where the other one has addresses of pods.
  private func checkLabels(_ other: PeerSelection) throws(Problem) {
    if selectsByLabel { try other.checkInside(self) }
    if other.selectsByLabel { try checkInside(other) }
  }

  private func checkInside(_ other: PeerSelection? = nil) throws(Problem) {
    guard let range = inside(other ?? self).ranges.first else { return }
    let network = range.networks[0]
    throw Problem(
      .negatedSelector,
      universe.podNetworks == nil
        ? "which pods have addresses of \(network) is not known"
        : "which pods have addresses of \(network), within the pods' networks, labels cannot tell")
  }
}
