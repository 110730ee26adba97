import AntreaModel

/// Work that a search may still do, so that no estate makes it endless.
struct WorkBudget {
  private(set) var rest: Int

  init(_ steps: Int) { rest = steps }

  /// Whether it is spent.
  var isSpent: Bool { rest <= 0 }

  mutating func spend(_ steps: Int = 1) { rest -= steps }
}

/// Finds the atoms that contain a given one without looking at all of them:
/// pods by a label that both name, networks by their prefixes.
struct AtomIndex {
  private struct Place: Hashable {
    var isNamespace: Bool
    var key: String
    /// `nil` where a requirement names the key without values.
    var value: String?
  }

  private var podNumbers: [PodAtom: Int] = [:]
  private var podAtoms: [PodAtom] = []
  private var places: [Place: [Int]] = [:]
  /// Atoms that name no label.
  private var unrestricted: [Int] = []
  private var peerNumbers: [PeerAtom: Int] = [:]
  private var supersets: [Int: [Int]] = [:]
  private var peerSupersets: [Int: [Int]] = [:]
  private var prefixes: [IPFamily: Set<Int>] = [:]

  /// The number of pods; the same for the same pods.
  mutating func number(_ atom: PodAtom) -> Int {
    if let known = podNumbers[atom] { return known }
    let number = podAtoms.count
    podNumbers[atom] = number
    podAtoms.append(atom)
    guard case .selector(let selector) = atom else { return number }
    if let places = Self.places(of: selector) {
      for place in places { self.places[place, default: []].append(number) }
    } else {
      unrestricted.append(number)
    }
    return number
  }

  /// The number of a peer; the same for the same peer.
  mutating func number(_ peer: PeerAtom) -> Int {
    if let known = peerNumbers[peer] { return known }
    let number = peerNumbers.count
    peerNumbers[peer] = number
    switch peer {
    case .pods(let atom): _ = self.number(atom)
    case .network(let network): prefixes[network.family, default: []].insert(network.prefix)
    case .any, .opaque: break
    }
    return number
  }

  /// The numbers of the pods that contain an atom, itself among them. All
  /// atoms must have their numbers.
  mutating func containing(_ atom: PodAtom, _ budget: inout WorkBudget) -> [Int] {
    guard let own = podNumbers[atom] else { return [] }
    if let known = supersets[own] { return known }
    var candidates = Set(unrestricted)
    candidates.insert(own)
    for place in lookups(of: atom) { candidates.formUnion(places[place] ?? []) }
    budget.spend(candidates.count)
    let result = candidates.filter { atom.isInside(podAtoms[$0]) }.sorted()
    supersets[own] = result
    return result
  }

  /// The numbers of the peers that contain a peer, itself among them.
  mutating func containing(_ peer: PeerAtom, _ budget: inout WorkBudget) -> [Int] {
    guard let own = peerNumbers[peer] else { return [] }
    if let known = peerSupersets[own] { return known }
    var result = [own]
    if let any = peerNumbers[.any], any != own { result.append(any) }
    switch peer {
    case .pods(let atom):
      for number in containing(atom, &budget) {
        if let found = peerNumbers[.pods(podAtoms[number])], found != own { result.append(found) }
      }
    case .network(let network):
      for prefix in prefixes[network.family] ?? [] where prefix < network.prefix {
        let wider = CIDR(network.address, prefix: prefix)
        if let found = peerNumbers[.network(wider)] { result.append(found) }
      }
      budget.spend(prefixes[network.family]?.count ?? 0)
    case .any, .opaque: break
    }
    peerSupersets[own] = result
    return result
  }

  /// Where a selector is kept: at each value of a label that must have one of
  /// some, else at the key of a label.
  private static func places(of selector: SelectorTerm) -> [Place]? {
    var second: [Place]?
    for (isNamespace, side) in [(true, selector.namespaces), (false, selector.pods)] {
      for element in side.elements {
        if let values = element.values.choices {
          return values.map { Place(isNamespace: isNamespace, key: element.key, value: $0) }
        }
        second = second ?? [Place(isNamespace: isNamespace, key: element.key)]
      }
    }
    return second
  }

  /// Where selectors around an atom can be kept: they name no label that it does
  /// not, and where they name values, all of its own are among them.
  private func lookups(of atom: PodAtom) -> [Place] {
    let selector: SelectorTerm
    switch atom {
    case .opaque: return []
    case .selector(let own): selector = own
    case .service(_, let namespace):
      guard let own = SelectorTerm.namespace(namespace) else { return [] }
      selector = own
    }
    var result: [Place] = []
    for (isNamespace, side) in [(true, selector.namespaces), (false, selector.pods)] {
      for element in side.elements {
        result.append(Place(isNamespace: isNamespace, key: element.key))
        if let value = element.values.choices?.first {
          result.append(Place(isNamespace: isNamespace, key: element.key, value: value))
        }
      }
    }
    return result
  }
}

extension LabelValues {
  /// The values one of which the label must have; `nil` where others are
  /// possible.
  fileprivate var choices: [String]? { canBeMissing || isExclusion ? nil : values }
}
