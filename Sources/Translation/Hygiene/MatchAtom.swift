import AntreaModel

/// Pods that a rule names in one piece.
enum PodAtom: Hashable {
  /// By labels.
  case selector(SelectorTerm)
  /// Behind a Kubernetes Service.
  case service(name: String, namespace: String)
  /// In a form that is only compared as a whole.
  case opaque(PolicyTarget)

  /// The pods of a selector; `nil` where its requirements contradict each other.
  init?(_ selector: WorkloadSelector) {
    let term = SelectorTerm(
      namespaces: selector.namespaces?.requirements ?? [],
      pods: selector.pods?.requirements ?? [])
    guard let term else { return nil }
    self = .selector(term)
  }

  /// Whether every pod of this atom is in the other one.
  func isInside(_ other: PodAtom) -> Bool {
    if self == other { return true }
    guard case .selector(let wide) = other else { return false }
    switch self {
    case .selector(let narrow): return narrow.isSubset(of: wide)
    case .service(_, let namespace):
      return SelectorTerm.namespace(namespace)?.isSubset(of: wide) ?? false
    case .opaque: return wide.isEveryPod
    }
  }
}

/// The other side of a rule in one piece.
enum PeerAtom: Hashable {
  /// Everything, pods and addresses.
  case any
  /// Pods.
  case pods(PodAtom)
  /// Addresses, whether or not they are pods'.
  case network(CIDR)
  /// In a form that is only compared as a whole.
  case opaque(PolicyPeer)
}

/// The groups of a translation in pieces.
struct GroupAtoms {
  private let groups: [String: ClusterGroup]

  init(_ groups: [ClusterGroup]) {
    self.groups = Dictionary(groups.map { ($0.metadata.name, $0) }) { first, _ in first }
  }

  /// The pods of targets. Their addresses select no pod.
  func pods(_ targets: [PolicyTarget]) -> [PodAtom] {
    var atoms: Set<PodAtom> = []
    for target in targets {
      if case .group(let name) = target {
        var networks: [AddressRange] = []
        read(name, &atoms, &networks)
      } else if case .workloads(let selector) = target {
        if let atom = PodAtom(selector) { atoms.insert(atom) }
      } else {
        atoms.insert(.opaque(target))
      }
    }
    return Array(atoms)
  }

  /// The pieces of peers; none stands for everything.
  func peers(_ peers: [PolicyPeer]) -> [PeerAtom] {
    if peers.isEmpty { return [.any] }
    var pods: Set<PodAtom> = []
    var networks: [AddressRange] = []
    var others: [PeerAtom] = []
    for peer in peers {
      if case .group(let name) = peer {
        read(name, &pods, &networks)
      } else if case .addresses(let network) = peer {
        networks.append(AddressRange(network))
      } else if case .workloads(let selector) = peer {
        if let atom = PodAtom(selector) { pods.insert(atom) }
      } else {
        others.append(.opaque(peer))
      }
    }
    // Merged, so that neighbours cover a network around both.
    let merged = AddressSet(networks)
    if merged.complement.isEmpty { return [.any] }
    return pods.map { .pods($0) } + merged.networks.map { .network($0) } + others
  }

  private func read(_ name: String, _ pods: inout Set<PodAtom>, _ networks: inout [AddressRange]) {
    guard let group = groups[name] else { return }
    if case .workloads(let selector) = group.members {
      if let atom = PodAtom(selector) { pods.insert(atom) }
    } else if case .service(let name, let namespace) = group.members {
      pods.insert(.service(name: name, namespace: namespace))
    } else if case .addresses(let list) = group.members {
      networks += list.map { AddressRange($0) }
    } else if case .children(let names) = group.members {
      // Children have no children.
      for name in names where groups[name]?.children == nil { read(name, &pods, &networks) }
    } else {
      pods.insert(.opaque(.group(name)))
    }
  }
}
