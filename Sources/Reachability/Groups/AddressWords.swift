import AntreaModel

/// Words for addresses.
enum AddressWords {
  /// Some networks with the rest counted; `all addresses outside`, `all
  /// addresses outside but 10.0.0.0/8` for what is everything or nearly so.
  ///
  /// - Parameter space: all addresses that are no pods'.
  static func text(_ addresses: AddressSet, of space: [IPFamily: AddressSet]) -> String {
    var parts: [String] = []
    for family in IPFamily.allCases {
      let own = addresses.only(family)
      if own.isEmpty { continue }
      let all = space[family] ?? AddressSet([])
      let suffix = family == .v6 ? " (IPv6)" : ""
      let rest = all.subtracting(own)
      let networks = own.networks
      if rest.isEmpty {
        parts.append("all addresses outside" + suffix)
      } else if rest.networks.count < networks.count {
        parts.append("all addresses outside but \(list(rest.networks))" + suffix)
      } else {
        parts.append(list(networks))
      }
    }
    return parts.joined(separator: " and ")
  }

  private static func list(_ networks: [CIDR]) -> String {
    EndpointNaming.list(
      networks.map { network in
        network.prefix == network.family.width ? "\(network.address)" : "\(network)"
      }, limit: 3)
  }
}
