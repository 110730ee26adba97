import AntreaModel

/// The endpoints between which traffic is judged: single ones, or one for each
/// class of a ``Universe``.
public struct World: Sendable {
  /// The endpoints; each knows its position.
  public let endpoints: [Endpoint]
  /// The Nodes, whose addresses are endpoints too.
  public let nodes: [Node]
  /// Which endpoints have a label, a name or a Service.
  let labels: LabelIndex
  private let addresses: AddressIndex

  /// Creates the endpoints of pods, one per address, and of further addresses:
  /// those given, those of Nodes and those with host names. An address that a
  /// pod has stands for the pod.
  ///
  /// - Parameter hostNames: the names that an address is known by, which rules
  ///   with an `fqdn` ask for.
  public init(
    workloads: [Workload], addresses: [IPAddress] = [], nodes: [Node] = [],
    hostNames: [IPAddress: Set<String>] = [:]
  ) {
    var list: [Endpoint] = []
    var seen: Set<IPAddress> = []
    let owners = Dictionary(
      nodes.flatMap { node in node.addresses.map { ($0, node.name) } }, uniquingKeysWith: { $1 })
    func add(_ address: IPAddress, _ workload: Workload?) {
      list.append(
        Endpoint(
          index: list.count, address: address, workload: workload,
          hostNames: hostNames[address] ?? [], node: owners[address]))
      seen.insert(address)
    }
    for workload in workloads {
      for address in workload.addresses { add(address, workload) }
    }
    let others = addresses + nodes.flatMap(\.addresses) + hostNames.keys.sorted()
    for address in others where !seen.contains(address) { add(address, nil) }
    self.init(list, nodes: nodes)
  }

  /// Creates a world of endpoints that know their positions.
  init(_ endpoints: [Endpoint], nodes: [Node]) {
    self.endpoints = endpoints
    self.nodes = nodes
    labels = LabelIndex(endpoints)
    addresses = AddressIndex(endpoints)
  }

  /// All endpoints.
  public var everyone: EndpointSet { EndpointSet(all: endpoints.count) }

  /// The endpoints with addresses of a family.
  func members(of family: IPFamily) -> EndpointSet {
    endpoints { $0.address.family == family }
  }

  /// The endpoints at which policies are enforced.
  var enforced: EndpointSet { labels.everyone }

  /// The endpoints that meet a condition.
  func endpoints(where condition: (Endpoint) -> Bool) -> EndpointSet {
    var result = EndpointSet()
    for endpoint in endpoints where condition(endpoint) { result.insert(endpoint.index) }
    return result
  }

  /// The endpoints whose addresses are in ranges.
  func endpoints(in ranges: [AddressRange]) -> EndpointSet { addresses.members(of: ranges) }

  /// The endpoint with an address; where pods share their Node's, the first.
  public func endpoint(_ address: IPAddress) -> Endpoint? {
    let range = AddressRange(
      family: address.family, lower: address.value, upper: address.value)
    return endpoints(in: [range]).first.map { endpoints[$0] }
  }

  /// The pairs whose traffic policies can decide: of one family, not a pod with
  /// itself, with a pod at one end at least, and not a Node with its own pods.
  public var pairs: [(source: Endpoint, destination: Endpoint)] {
    var result: [(source: Endpoint, destination: Endpoint)] = []
    for source in endpoints {
      for destination in endpoints
      where source.address.family == destination.address.family
        && source.index != destination.index && (source.isEnforced || destination.isEnforced)
        && !source.isNode(of: destination)
      {
        if let pod = source.workload, pod == destination.workload { continue }
        result.append((source, destination))
      }
    }
    return result
  }
}
