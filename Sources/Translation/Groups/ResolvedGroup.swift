import AntreaModel
import NSXModel

/// An NSX group in Antrea's terms.
struct ResolvedGroup {
  /// NSX path.
  var path: String
  /// Display name in NSX.
  var displayName: String
  /// `_revision`.
  var revision: Int64?
  /// Who changed it last, and when.
  var lastEdit = LastEdit()
  /// The name of its ClusterGroup.
  var name: String
  /// Its pods: the union of terms, sorted.
  var pods: [PodTerm] = []
  /// Its addresses: canonical networks, sorted, none within another.
  var networks: [CIDR] = []
  /// The members of a generic group, which are no pods of the cluster, gave
  /// all of ``networks``.
  var areNetworksOutside = true
  /// Why the group cannot be translated.
  var problems: [Problem] = []
  /// What is worth knowing about it.
  var notes: [Problem] = []

  /// Its addresses as ranges.
  var ranges: [AddressRange] { networks.map { AddressRange($0) } }

  /// The number of ClusterGroup forms that it takes.
  private var formCount: Int { pods.count + (networks.isEmpty ? 0 : 1) }

  /// The name of the ClusterGroup that has one form of the group: of the group
  /// itself or of a child, whose name depends on its content alone, so that the
  /// order of criteria does not matter.
  func name(ofForm key: String) -> String {
    formCount == 1 ? name : "\(name)-\(Naming.shortHash(key))"
  }

  /// Whether the group certainly has no member.
  var isEmpty: Bool { pods.isEmpty && networks.isEmpty }
}

/// Canonical lists of networks.
enum Networks {
  /// The networks of addresses, CIDRs and ranges: without host bits, sorted,
  /// none within another. Neighbours stay apart, so that one line in NSX is
  /// one line here.
  static func canonical(_ ranges: [AddressRange]) -> [CIDR] {
    var result: [CIDR] = []
    for network in ranges.flatMap(\.networks).sorted() {
      if let last = result.last, last.contains(network) { continue }
      result.append(network)
    }
    return result
  }

  /// Reads NSX's texts.
  static func ranges(_ texts: [String]) throws(Problems) -> [AddressRange] {
    var ranges: [AddressRange] = []
    var problems: [Problem] = []
    for text in texts {
      guard let range = AddressRange(text) else {
        problems.append(Problem(.invalidAddress, "\(text) is no address, CIDR or range"))
        continue
      }
      let multicast = multicast(range.family)
      // A network around all multicast addresses, as 0.0.0.0/0 is, has them by
      // the way; a range that ends within them does not become one network.
      if range.lower <= multicast.upper, range.upper >= multicast.lower,
        range.networks.contains(where: \.address.isMulticast)
      {
        problems.append(Problem(.multicastAddress, "\(text) is multicast"))
      }
      ranges.append(range)
    }
    if !problems.isEmpty { throw Problems(list: problems) }
    return ranges
  }
}
