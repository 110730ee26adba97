import AntreaModel

/// What is known about the addresses that a rule's other side can have.
struct PeerUniverse: Hashable {
  /// All addresses of the families in question.
  let everything: AddressSet
  /// The families in question are all that the cluster's pods have, so that
  /// labels need not say which.
  let isWhole: Bool
  /// The networks of the cluster's pods, as far as they are of those families;
  /// `nil` where they are not known.
  let podNetworks: AddressSet?
  /// The networks of its Nodes, likewise.
  let nodeNetworks: AddressSet?

  /// - Parameter family: the family that the traffic is limited to; `nil` for
  ///   all.
  init(_ target: ClusterTarget, family: IPFamily?) {
    let families = family.map { [$0] } ?? target.families ?? Set(IPFamily.allCases)
    let everything = AddressSet.all(families)
    func known(_ networks: [CIDR]?) -> AddressSet? {
      networks.map { AddressSet($0.map { AddressRange($0) }).intersection(everything) }
    }
    self.everything = everything
    isWhole = family == nil || target.families == families
    podNetworks = known(target.podNetworks)
    nodeNetworks = known(target.nodeNetworks)
  }

  /// The addresses that are known to be no pod's.
  var outside: AddressSet? { podNetworks.map { everything.subtracting($0) } }
}
