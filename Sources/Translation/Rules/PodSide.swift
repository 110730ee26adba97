import AntreaModel

/// The pods at which a rule is enforced.
enum PodSide: Equatable {
  /// No pod: the rule matches no traffic.
  case nothing
  /// These.
  case targets([PolicyTarget])

  /// Every pod of the cluster.
  static let everyPod = PodSide.targets([.workloads(.everyPod)])

  /// More terms than this in an intersection are refused.
  static let maximumTerms = 256

  /// The pods of the applied-to that are also on the rule's own side.
  static func resolve(
    appliedTo: Operand, side: Operand, excluded: Bool, podNetworks: [CIDR]?
  ) throws(Problems) -> PodSide {
    let problems = appliedTo.problems + side.problems + addressProblems(appliedTo)
    if !problems.isEmpty { throw Problems(list: problems) }
    if side.isAny {
      if excluded { return .nothing }
      return appliedTo.isAny ? .everyPod : groups(appliedTo)
    }
    try checkAddresses(of: side, podNetworks: podNetworks)
    if !excluded {
      if appliedTo.isAny { return groups(side) }
      let a = Set(appliedTo.groups.map(\.path))
      let b = Set(side.groups.map(\.path))
      if a == b { return groups(appliedTo) }
    }
    return try intersection(appliedTo, side, excluded: excluded)
  }

  private static func addressProblems(_ operand: Operand) -> [Problem] {
    operand.groups.filter { !$0.networks.isEmpty }.map {
      Problem(.addressesInAppliedTo, "group \($0.path) has addresses")
    }
      + operand.ranges.prefix(1).map { _ in
        Problem(.addressesInAppliedTo, "an address stands in applied-to")
      }
  }

  /// Refuses addresses that may be pods: which ones cannot be told by labels.
  private static func checkAddresses(
    of operand: Operand, podNetworks: [CIDR]?
  ) throws(Problems) {
    let possible = operand.groups.filter { !$0.areNetworksOutside }.flatMap(\.networks)
    let ranges = possible.map { AddressRange($0) } + operand.ranges
    if ranges.isEmpty { return }
    if let podNetworks {
      let pods = AddressSet(podNetworks.map { AddressRange($0) })
      if !AddressSet(ranges).intersects(pods) { return }
    }
    let names = operand.groups.filter { !$0.areNetworksOutside && !$0.networks.isEmpty }.map(\.path)
    throw Problems(list: [
      Problem(
        .addressesAtPodSide,
        names.isEmpty ? "addresses in the rule" : "group \(names.joined(separator: ", "))")
    ])
  }

  private static func groups(_ operand: Operand) -> PodSide {
    let names = Set(operand.groups.filter { !$0.pods.isEmpty }.map(\.name))
    return names.isEmpty ? .nothing : .targets(names.sorted().map { .group($0) })
  }

  private static func intersection(
    _ appliedTo: Operand, _ side: Operand, excluded: Bool
  ) throws(Problems) -> PodSide {
    var terms = excluded ? try complement(side.pods) : side.pods
    if !appliedTo.isAny { terms = try product(appliedTo.pods, terms) }
    if terms.isEmpty { return .nothing }
    var targets: [PolicyTarget] = []
    for term in terms {
      guard case .selector(let selector) = term else {
        throw Problems(list: [Problem(.serviceIntersection, term.key)])
      }
      targets.append(.workloads(selector.selector))
    }
    return .targets(targets)
  }

  private static func product(
    _ left: [PodTerm], _ right: [PodTerm]
  ) throws(Problems) -> [PodTerm] {
    if left.count * right.count > maximumTerms * maximumTerms { throw bound() }
    var terms: [PodTerm] = []
    for a in left {
      for b in right {
        switch (a, b) {
        case (.selector(let x), .selector(let y)):
          if let term = x.intersection(y) { terms.append(.selector(term)) }
        default:
          throw Problems(list: [Problem(.serviceIntersection, "\(a.key) with \(b.key)")])
        }
      }
    }
    terms = PodTerm.sorted(terms)
    if terms.count > maximumTerms { throw bound() }
    return terms
  }

  private static func complement(_ terms: [PodTerm]) throws(Problems) -> [PodTerm] {
    guard let everything = SelectorTerm(namespaces: [], pods: []) else { return [] }
    var result: [PodTerm] = [.selector(everything)]
    for term in terms {
      guard case .selector(let selector) = term else {
        throw Problems(list: [Problem(.serviceIntersection, "not \(term.key)")])
      }
      result = try product(result, selector.complement.map { .selector($0) })
    }
    return result
  }

  private static func bound() -> Problems {
    Problems(list: [Problem(.selectorBound, "more than \(maximumTerms) terms")])
  }
}
