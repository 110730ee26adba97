import AntreaModel

/// Groups pods and addresses into classes.
struct UniverseBuilder {
  private struct PodKey: Hashable {
    var pod: Workload
    var membership: Int32
    var hostNames: Set<String>
  }

  let pods: [Workload]
  let podNetworks: AddressSet
  private(set) var endpoints: [Endpoint] = []
  private(set) var members: [[Int]] = []
  private(set) var ranges: [[AddressRange]] = []
  private(set) var classOfPod: [IPAddress: Int] = [:]
  private(set) var classOfMembership: [IPFamily: [Int32: Int]] = [:]
  private(set) var addressClasses: [IPFamily: AddressClasses] = [:]
  /// Whether every name stands at every class of addresses.
  private(set) var hasNamesEverywhere = true
  private let vocabulary: Vocabulary
  private let hostNames: [IPAddress: Set<String>]
  private let addressSets: [AddressSet]
  private var reduced: ReducedPods

  init(
    pods: [Workload], nodes: [Node], podNetworks: [CIDR], hostNames: [IPAddress: Set<String>],
    vocabulary: Vocabulary
  ) {
    self.pods = pods.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    self.podNetworks = AddressSet(podNetworks.map { AddressRange($0) })
    self.vocabulary = vocabulary
    reduced = ReducedPods(vocabulary: vocabulary)
    self.hostNames = hostNames.mapValues { names in
      names.filter { name in vocabulary.hostNames.contains { HostNameWitness.mayMatch($0, name) } }
    }
    addressSets = (vocabulary.addresses + Self.nodeSets(nodes, vocabulary)).sorted {
      $0.ranges.lexicographicallyPrecedes($1.ranges, by: Self.precedes)
    }
  }

  /// The addresses of Nodes that rules cannot tell apart.
  private static func nodeSets(_ nodes: [Node], _ vocabulary: Vocabulary) -> [AddressSet] {
    if vocabulary.nodeLabels.isEmpty { return [] }
    let groups = Dictionary(grouping: nodes) { node in
      node.labels.filter { vocabulary.nodeLabels.contains($0.key) }
    }
    return groups.values.map { group in
      AddressSet(
        group.flatMap(\.addresses).map {
          AddressRange(family: $0.family, lower: $0.value, upper: $0.value)
        })
    }
  }

  private static func precedes(_ left: AddressRange, _ right: AddressRange) -> Bool {
    (left.family.rawValue, left.lower, left.upper)
      < (right.family.rawValue, right.lower, right.upper)
  }

  /// The classes: IPv4 before IPv6, pods before addresses before host names.
  mutating func build() {
    let taken = Set(pods.flatMap(\.addresses))
    for family in IPFamily.allCases where taken.contains(where: { $0.family == family }) {
      let classes = AddressClasses(addressSets, family)
      addressClasses[family] = classes
      addPods(family, classes)
      addAddresses(family, classes, taken)
    }
  }

  private mutating func addPods(_ family: IPFamily, _ classes: AddressClasses) {
    var positions: [PodKey: Int] = [:]
    var others: [Int: (workload: Workload, address: IPAddress)] = [:]
    for (index, pod) in pods.enumerated() {
      for address in pod.addresses where address.family == family {
        let key = PodKey(
          pod: reduced.representative(of: pod), membership: classes.membership(of: address),
          hostNames: hostNames[address] ?? [])
        let position = positions[key] ?? members.count
        if position == members.count {
          positions[key] = position
          members.append([])
          ranges.append([])
          // Which Node a pod runs on is not told apart.
          var representative = pod
          representative.node = nil
          endpoints.append(
            Endpoint(
              index: position, address: address, workload: representative,
              hostNames: key.hostNames))
        } else if others[position] == nil, members[position].first != index {
          var other = pod
          other.node = nil
          others[position] = (other, address)
        }
        members[position].append(index)
        // Pods on their Node's network share its address: the first has it.
        if classOfPod[address] == nil { classOfPod[address] = position }
      }
    }
    for position in positions.values {
      endpoints[position] = endpoints[position].standing(
        for: members[position].count, other: others[position])
    }
  }

  private mutating func addAddresses(
    _ family: IPFamily, _ classes: AddressClasses, _ taken: Set<IPAddress>
  ) {
    let names = HostNameWitness.names(for: vocabulary.hostNames)
    var named: [(address: IPAddress, ranges: [AddressRange])] = []
    for (membership, all) in classes.classes {
      let ranges = podNetworks.isEmpty ? all : AddressSet(all).subtracting(podNetworks).ranges
      guard let address = ExampleAddress.first(in: ranges, without: taken) else { continue }
      classOfMembership[family, default: [:]][membership] = endpoints.count
      add(address, ranges, [])
      named.append((address, ranges))
    }
    if names.count * named.count > Self.maximumNamed {
      // One address for each name, the one that no rule mentions where there is one.
      hasNamesEverywhere = false
      let plain = classOfMembership[family]?[MembershipSets.nothing].map { position in
        (address: endpoints[position].address, ranges: ranges[position])
      }
      named = (plain ?? named.first).map { [$0] } ?? []
    }
    for name in names { for (address, ranges) in named { add(address, ranges, [name]) } }
  }

  /// The number of endpoints of one family that have names in the DNS.
  static let maximumNamed = 50_000

  private mutating func add(
    _ address: IPAddress, _ ranges: [AddressRange], _ names: Set<String>
  ) {
    endpoints.append(
      Endpoint(index: endpoints.count, address: address, workload: nil, hostNames: names))
    members.append([])
    self.ranges.append(ranges)
  }
}
