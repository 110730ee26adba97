import AntreaModel

/// The other side of a rule: `from` or `to`.
enum PeerSide: Equatable {
  /// Everything.
  case any
  /// Nothing: the rule matches no traffic.
  case nothing
  /// These.
  case peers([PolicyPeer])

  /// Whether networks of multicast addresses are among the peers.
  var hasMulticast: Bool {
    if case .peers(let peers) = self { peers.contains(where: \.isMulticast) } else { false }
  }

  /// The peers that an operand stands for.
  ///
  /// - Parameters:
  ///   - families: the families that the traffic is limited to; `nil` for both.
  ///   - isSingleFamily: whether pods of the cluster have only those families.
  static func resolve(
    _ operand: Operand, excluded: Bool, family: IPFamily?, podsMatchFamily: Bool
  ) throws(Problems) -> PeerSide {
    if !operand.problems.isEmpty { throw Problems(list: operand.problems) }
    if operand.isAny {
      if excluded { return .nothing }
      guard let family, !podsMatchFamily else { return .any }
      return .peers([.addresses(.everything(family))])
    }
    if excluded { return try complement(operand, family: family) }
    var names: Set<String> = []
    var networks: [AddressRange] = operand.ranges
    for group in operand.groups where !group.isEmpty {
      guard let family else {
        names.insert(group.name)
        continue
      }
      if group.networks.allSatisfy({ $0.family == family }), group.pods.isEmpty || podsMatchFamily {
        names.insert(group.name)
      } else if group.pods.isEmpty {
        networks += group.networks.map { AddressRange($0) }
      } else {
        throw Problems(list: [
          Problem(
            .familyOfSelector, "group \(group.path) has pods, and the rule is IPv\(family.rawValue)"
          )
        ])
      }
    }
    let kept = Networks.canonical(networks.filter { family == nil || $0.family == family })
    let peers = names.sorted().map { PolicyPeer.group($0) } + kept.map { .addresses($0) }
    return peers.isEmpty ? .nothing : .peers(peers)
  }

  private static func complement(
    _ operand: Operand, family: IPFamily?
  ) throws(Problems) -> PeerSide {
    for group in operand.groups where !group.pods.isEmpty {
      throw Problems(list: [Problem(.negatedSelector, "group \(group.path) is excluded")])
    }
    var rest = AddressSet(operand.allRanges).complement
    if let family { rest = rest.only(family) }
    if operand.allRanges.isEmpty, family == nil { return .any }
    let networks = Networks.splitAtMulticast(rest)
    if networks.count > 1024 {
      throw Problems(list: [
        Problem(.selectorBound, "the complement has \(networks.count) networks")
      ])
    }
    return networks.isEmpty ? .nothing : .peers(networks.map { .addresses($0) })
  }
}
