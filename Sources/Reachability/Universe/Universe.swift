import AntreaModel

/// All pods of a cluster and all addresses there are, as classes that no rule
/// can tell apart, with one endpoint for each.
///
/// What holds between two classes holds between all their members, so that the
/// work of every question grows with the rules' vocabulary, not with the pods.
/// The evaluators that are asked must be made for ``world``, and what their rules
/// mention must be in the vocabulary.
public struct Universe: Sendable {
  /// One endpoint for each class; it knows how many pods it stands for.
  public let world: World
  /// All pods, by namespace and name.
  public let pods: [Workload]
  /// Whether names in the DNS that rules mention were joined with every class of
  /// addresses. Where there would be too many, each name has one address, and a
  /// proof does not cover it at addresses that rules mention as well.
  public let hasNamesEverywhere: Bool
  /// By position in ``World/endpoints``: positions in ``pods``.
  private let members: [[Int]]
  /// By position in ``World/endpoints``: the addresses of a class of addresses.
  private let ranges: [[AddressRange]]
  /// The class of each pod at each of its addresses.
  private let classOfPod: [IPAddress: Int]
  private let classOfMembership: [IPFamily: [Int32: Int]]
  private let addressClasses: [IPFamily: AddressClasses]
  private let podNetworks: AddressSet

  /// Groups pods and addresses.
  ///
  /// - Parameters:
  ///   - pods: in any order. Families that no pod has are left out.
  ///   - podNetworks: networks whose addresses are those of pods or nobody's;
  ///     `nil` where they are not known.
  ///   - hostNames: names in the DNS that addresses of pods are known by.
  public init(
    pods: [Workload], nodes: [Node] = [], podNetworks: [CIDR]? = nil,
    hostNames: [IPAddress: Set<String>] = [:], vocabulary: Vocabulary
  ) {
    var builder = UniverseBuilder(
      pods: pods, nodes: nodes, podNetworks: podNetworks ?? [], hostNames: hostNames,
      vocabulary: vocabulary)
    builder.build()
    world = World(builder.endpoints, nodes: nodes.sorted { $0.name < $1.name })
    self.pods = builder.pods
    hasNamesEverywhere = builder.hasNamesEverywhere
    members = builder.members
    ranges = builder.ranges
    classOfPod = builder.classOfPod
    classOfMembership = builder.classOfMembership
    addressClasses = builder.addressClasses
    self.podNetworks = builder.podNetworks
  }

  /// The class of whoever has an address: a pod, or an address outside. `nil`
  /// for an unused address of the pod networks, and for a family that no pod has.
  public func endpoint(of address: IPAddress) -> Endpoint? {
    if let index = classOfPod[address] { return world.endpoints[index] }
    guard !podNetworks.contains(address), let classes = addressClasses[address.family],
      let index = classOfMembership[address.family]?[classes.membership(of: address)]
    else { return nil }
    return world.endpoints[index]
  }

  /// The classes of a pod, one for each of its addresses.
  public func endpoints(of pod: Workload) -> [Endpoint] {
    pod.addresses.compactMap { classOfPod[$0] }.map { world.endpoints[$0] }
  }

  /// The classes that have a pod for which a condition holds.
  public func endpoints(wherePod condition: (Workload) -> Bool) -> EndpointSet {
    world.endpoints { endpoint in members[endpoint.index].contains { condition(pods[$0]) } }
  }

  /// The pods of some classes, by namespace and name; each once, also where it
  /// has several addresses.
  public func pods(in set: EndpointSet) -> [Workload] {
    podSet(in: set).members.map { pods[$0] }
  }

  /// The positions in ``pods`` of the pods of some classes.
  func podSet(in set: EndpointSet) -> EndpointSet {
    var found = EndpointSet()
    set.forEach { index in for pod in members[index] { found.insert(pod) } }
    return found
  }

  /// The addresses of some classes of addresses, without those that single pods
  /// have.
  public func addresses(in set: EndpointSet) -> AddressSet {
    AddressSet(set.members.flatMap { ranges[$0] })
  }
}
