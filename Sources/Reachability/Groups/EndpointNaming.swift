import AntreaModel

/// Finds words for sets of classes.
public struct EndpointNaming: Sendable {
  /// What an endpoint is to a reader.
  enum Kind: Int, Sendable, Hashable {
    /// A pod at which policies are enforced.
    case pod
    /// A pod that shares its Node's network.
    case hostPod
    /// An address that is no pod's.
    case address
    /// An address that was looked up by a name which rules mention.
    case hostName
  }

  let universe: Universe
  private let names: [EndpointSet: String]
  private let podsOfNamespace: [String: Int]
  private let everyPod: Int
  private let everyAddress: [IPFamily: AddressSet]

  /// - Parameter names: sets that have names; of several names for one set the
  ///   first by the alphabet is taken.
  public init(_ universe: Universe, names: [GroupName] = []) {
    self.universe = universe
    var known: [EndpointSet: String] = [:]
    for entry in names.sorted(by: { $0.name < $1.name }) {
      for family in IPFamily.allCases {
        let members = entry.members.intersection(universe.world.members(of: family))
        for set in [members, members.intersection(universe.world.enforced)]
        where !set.isEmpty && known[set] == nil { known[set] = entry.name }
      }
    }
    self.names = known
    var counts: [String: Int] = [:]
    for pod in universe.pods where !pod.isHostNetwork && !pod.addresses.isEmpty {
      counts[pod.namespace, default: 0] += 1
    }
    podsOfNamespace = counts
    everyPod = counts.values.reduce(0, +)
    everyAddress = Dictionary(
      uniqueKeysWithValues: IPFamily.allCases.map { family in
        let members = universe.world.members(of: family).members.filter {
          Self.kind(universe.world.endpoints[$0]) == .address
        }
        return (family, universe.addresses(in: EndpointSet(members)))
      })
  }

  static func kind(_ endpoint: Endpoint) -> Kind {
    if endpoint.workload == nil { return endpoint.hostNames.isEmpty ? .address : .hostName }
    return endpoint.isEnforced ? .pod : .hostPod
  }

  /// Words for a set of endpoints.
  public func group(_ set: EndpointSet) -> EndpointGroup {
    var result = EndpointGroup(
      words: "nobody", pods: 0, namespaces: [], labels: [:], addresses: [], hostNames: [],
      examples: [])
    var parts: [String] = []
    if let name = names[set] { result.name = name }
    let kinds = Dictionary(grouping: set.members) { Self.kind(universe.world.endpoints[$0]) }
    for (kind, members) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      parts.append(describe(kind, EndpointSet(members), &result))
    }
    if let name = result.name {
      result.words =
        "group \(name)" + (result.pods > 0 ? " (\(Self.count(result.pods, "pod")))" : "")
    } else if !parts.isEmpty {
      result.words = parts.joined(separator: " and ")
    }
    return result
  }

  private func describe(
    _ kind: Kind, _ set: EndpointSet, _ result: inout EndpointGroup
  ) -> String {
    switch kind {
    case .pod:
      let words = PodWords(
        universe.pods(in: set), podsOfNamespace: podsOfNamespace, everyPod: everyPod)
      result.pods = words.pods.count
      result.namespaces = words.namespaces
      result.labels = words.labels
      result.examples += words.pods.prefix(3).map { "\($0.namespace)/\($0.name)" }
      return words.text(but: { others(than: set) })
    case .hostPod:
      let pods = universe.pods(in: set)
      result.examples += pods.prefix(3).map { "\($0.namespace)/\($0.name)" }
      return "\(Self.count(pods.count, "pod")) on the Nodes' network"
    case .address:
      let addresses = universe.addresses(in: set)
      result.addresses = addresses.networks
      result.examples += set.members.prefix(1).map { "\(universe.world.endpoints[$0].address)" }
      return AddressWords.text(addresses, of: everyAddress)
    case .hostName:
      result.hostNames = Set(
        set.members.flatMap {
          universe.world.endpoints[$0].hostNames.map(HostNameWitness.pattern(of:))
        }
      ).sorted()
      return "host names " + Self.list(result.hostNames, limit: 3)
    }
  }

  /// The other pods at which policies are enforced.
  private func others(than set: EndpointSet) -> [Workload] {
    let own = Set(universe.pods(in: set).map { "\($0.namespace)/\($0.name)" })
    return universe.pods.filter {
      !$0.isHostNetwork && !$0.addresses.isEmpty && !own.contains("\($0.namespace)/\($0.name)")
    }
  }

  /// `1 pod`, `2 pods`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// Some of a list, with the rest counted.
  static func list(_ texts: [String], limit: Int) -> String {
    if texts.count <= limit { return texts.joined(separator: ", ") }
    return texts.prefix(limit).joined(separator: ", ") + " and \(texts.count - limit) more"
  }
}
