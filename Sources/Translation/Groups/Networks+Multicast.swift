import AntreaModel

/// Antrea takes no multicast network beside others in one rule.
extension Networks {
  /// The networks of a set, none with both multicast addresses and others
  /// where one of the networks would begin with a multicast address.
  static func splitAtMulticast(_ set: AddressSet) -> [CIDR] {
    let networks = set.networks
    if !networks.contains(where: \.address.isMulticast) { return networks }
    return set.ranges.flatMap { range -> [CIDR] in
      let multicast = multicast(range.family)
      var parts: [AddressRange] = []
      func add(_ lower: UInt128, _ upper: UInt128) {
        if lower > upper { return }
        parts.append(AddressRange(family: range.family, lower: lower, upper: upper))
      }
      add(range.lower, min(range.upper, multicast.lower - 1))
      add(max(range.lower, multicast.lower), min(range.upper, multicast.upper))
      if multicast.upper < range.family.highest {
        add(max(range.lower, multicast.upper + 1), range.upper)
      }
      return parts.flatMap(\.networks)
    }
  }

  /// 224.0.0.0/4 or ff00::/8.
  static func multicast(_ family: IPFamily) -> AddressRange {
    AddressRange(
      CIDR(
        IPAddress(family: family, value: family == .v4 ? 0xE000_0000 : 0xFF << 120),
        prefix: family == .v4 ? 4 : 8))
  }
}

extension PolicyPeer {
  /// Whether this is a network of multicast addresses.
  var isMulticast: Bool {
    if case .addresses(let network) = self { network.address.isMulticast } else { false }
  }
}
