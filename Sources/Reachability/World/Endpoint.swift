import AntreaModel

/// One end of a connection: a pod at one of its addresses, or an address that
/// is no pod's. In a ``Universe`` it stands for all that no rule can tell from
/// it.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// The position in ``World/endpoints``.
  public let index: Int
  /// The address.
  public let address: IPAddress
  /// The pod; `nil` for an address alone.
  public let workload: Workload?
  /// The names by which the address was found, as a resolver answers them.
  public let hostNames: Set<String>
  /// The name of the Node whose address this is.
  public let node: String?
  /// The pods that it stands for; 1 for addresses.
  public let count: Int
  /// Another of these pods, at its address.
  private let twin: Twin?

  private struct Twin: Hashable {
    var address: IPAddress
    var workload: Workload
  }

  init(
    index: Int, address: IPAddress, workload: Workload?, hostNames: Set<String> = [],
    node: String? = nil, count: Int = 1
  ) {
    self.index = index
    self.address = address
    self.workload = workload
    self.hostNames = hostNames
    self.node = node
    self.count = count
    twin = nil
  }

  private init(_ other: Endpoint, count: Int, twin: Twin?) {
    index = other.index
    address = other.address
    workload = other.workload
    hostNames = other.hostNames
    node = other.node
    self.count = count
    self.twin = twin
  }

  /// The same endpoint for a number of pods.
  ///
  /// - Parameter other: another of them, at its address.
  func standing(for count: Int, other: (workload: Workload, address: IPAddress)?) -> Endpoint {
    Endpoint(
      self, count: count,
      twin: other.map { Twin(address: $0.address, workload: $0.workload) })
  }

  /// Another pod that it stands for, which no rule can tell from the first: the
  /// other end of a flow between two of them. Itself where there is none.
  var sibling: Endpoint {
    guard let twin else { return self }
    return Endpoint(
      index: index, address: twin.address, workload: twin.workload, hostNames: hostNames,
      node: node, count: count)
  }

  /// Whether policies are enforced at this end.
  public var isEnforced: Bool { workload?.isHostNetwork == false }

  /// The pod that labels can select; `nil` for pods on their Node's network.
  var selectable: Workload? { isEnforced ? workload : nil }

  /// Whether this is the Node that a pod runs on: what comes from there, such as
  /// the kubelet's probes, reaches the pod whatever policies say.
  func isNode(of pod: Endpoint) -> Bool {
    guard let node, pod.isEnforced else { return false }
    return pod.workload?.node == node
  }

  /// `namespace/pod (address)`, `node name (address)`, or the address with its
  /// names.
  public var description: String {
    if let workload { return "\(workload.namespace)/\(workload.name) (\(address))" }
    if let node { return "node \(node) (\(address))" }
    return hostNames.isEmpty
      ? "\(address)" : "\(hostNames.sorted().joined(separator: " ")) (\(address))"
  }
}
