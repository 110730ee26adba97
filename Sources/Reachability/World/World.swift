import AntreaModel

/// One end of a connection: a pod at one of its addresses, or an address
/// outside the cluster.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// The position in ``World/endpoints``.
  public let index: Int
  /// The address.
  public let address: IPAddress
  /// The pod; `nil` for an address alone.
  public let workload: Workload?

  /// Whether policies are enforced at this end.
  public var isEnforced: Bool { workload?.isHostNetwork == false }

  /// The pod that labels can select; `nil` for pods on their Node's network.
  var selectable: Workload? { isEnforced ? workload : nil }

  /// `namespace/pod (address)`, or the address.
  public var description: String {
    workload.map { "\($0.namespace)/\($0.name) (\(address))" } ?? "\(address)"
  }
}

/// The endpoints between which traffic is judged.
public struct World: Sendable {
  /// The endpoints; each knows its position.
  public let endpoints: [Endpoint]

  /// Creates the endpoints of pods, one per address, and of further addresses.
  /// An address that a pod has stands for the pod.
  public init(workloads: [Workload], addresses: [IPAddress] = []) {
    var list: [Endpoint] = []
    var seen: Set<IPAddress> = []
    for workload in workloads {
      for address in workload.addresses {
        list.append(Endpoint(index: list.count, address: address, workload: workload))
        seen.insert(address)
      }
    }
    for address in addresses where seen.insert(address).inserted {
      list.append(Endpoint(index: list.count, address: address, workload: nil))
    }
    endpoints = list
  }

  /// All endpoints.
  public var everyone: EndpointSet { EndpointSet(all: endpoints.count) }

  /// The endpoints that meet a condition.
  func endpoints(where condition: (Endpoint) -> Bool) -> EndpointSet {
    var result = EndpointSet()
    for endpoint in endpoints where condition(endpoint) { result.insert(endpoint.index) }
    return result
  }

  /// The endpoint with an address; where pods share their Node's, the first.
  public func endpoint(_ address: IPAddress) -> Endpoint? {
    endpoints.first { $0.address == address }
  }

  /// The pairs whose traffic policies can decide: of one family, not a pod with
  /// itself, and with a pod at one end at least.
  public var pairs: [(source: Endpoint, destination: Endpoint)] {
    var result: [(source: Endpoint, destination: Endpoint)] = []
    for source in endpoints {
      for destination in endpoints
      where source.address.family == destination.address.family
        && source.index != destination.index && (source.isEnforced || destination.isEnforced)
      {
        if let pod = source.workload, pod == destination.workload { continue }
        result.append((source, destination))
      }
    }
    return result
  }
}
