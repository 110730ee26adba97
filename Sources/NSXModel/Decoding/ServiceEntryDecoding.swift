import Documents

extension JSONReader {
  /// Reads the entries of a service or of a rule.
  ///
  /// - Parameter names: gets the members that nothing is known about, each with
  ///   the place of its entry.
  mutating func serviceEntries(noting names: inout [String]) throws -> [ServiceEntry] {
    var list: [ServiceEntry] = []
    try readArray { reader in
      var unknown: [String] = []
      list.append(try reader.serviceEntry(noting: &unknown))
      let place = list.count - 1
      for name in unknown where names.count < KnownMembers.maximumNames {
        names.append("service_entries[\(place)].\(name)")
      }
    }
    return list
  }

  /// Reads one entry.
  mutating func serviceEntry(noting unknown: inout [String]) throws -> ServiceEntry {
    var fields = ServiceEntryFields()
    try readMembers { key, reader in try fields.read(key, &reader) }
    return fields.entry(noting: &unknown)
  }
}

/// A service entry as it is being read: the union of the fields of all kinds,
/// because `resource_type` may come last.
private struct ServiceEntryFields {
  private struct Members: OptionSet {
    let rawValue: Int
    static let layer4 = Members(rawValue: 1)
    static let ports = Members(rawValue: 2)
    static let icmpProtocol = Members(rawValue: 4)
    static let icmp = Members(rawValue: 8)
    static let number = Members(rawValue: 16)
    static let etherType = Members(rawValue: 32)
    static let alg = Members(rawValue: 64)
    static let nested = Members(rawValue: 128)

    static let names: [(Members, String)] = [
      (.layer4, "l4_protocol"), (.ports, "source_ports or destination_ports"),
      (.icmpProtocol, "protocol"), (.icmp, "icmp_type or icmp_code"),
      (.number, "protocol_number"), (.etherType, "ether_type"), (.alg, "alg"),
      (.nested, "nested_service_path"),
    ]
  }

  private var unknown: [String] = []
  private var type = ""
  private var found: Members = []
  private var layer4 = ""
  private var icmpProtocol = ""
  private var sources: [String] = []
  private var destinations: [String] = []
  private var icmpType: Int64?
  private var icmpCode: Int64?
  private var number: Int64?
  private var etherType: Int64?
  private var alg = ""
  private var nested = ""

  mutating func read(_ key: JSONReader.Key, _ reader: inout JSONReader) throws {
    switch key {
    case "resource_type": type = try reader.readString()
    case "l4_protocol":
      found.insert(.layer4)
      layer4 = try reader.readString()
    case "protocol":
      found.insert(.icmpProtocol)
      icmpProtocol = try reader.readString()
    case "source_ports":
      found.insert(.ports)
      sources = try reader.strings()
    case "destination_ports":
      found.insert(.ports)
      destinations = try reader.strings()
    case "icmp_type":
      found.insert(.icmp)
      icmpType = try reader.integer()
    case "icmp_code":
      found.insert(.icmp)
      icmpCode = try reader.integer()
    case "protocol_number":
      found.insert(.number)
      number = try reader.integer()
    case "ether_type":
      found.insert(.etherType)
      etherType = try reader.integer()
    case "alg":
      found.insert(.alg)
      alg = try reader.readString()
    case "nested_service_path":
      found.insert(.nested)
      nested = try reader.readString()
    default: try reader.skip(key, noting: &unknown)
    }
  }

  /// The entry; members of other kinds are as unknown as any.
  func entry(noting names: inout [String]) -> ServiceEntry {
    let known: Members
    let result: ServiceEntry
    switch type {
    case "L4PortSetServiceEntry":
      known = [.layer4, .ports]
      result = .ports(protocol: layer4, sources: sources, destinations: destinations)
    case "ICMPTypeServiceEntry":
      known = [.icmpProtocol, .icmp]
      result = .icmp(protocol: icmpProtocol, type: icmpType, code: icmpCode)
    case "IGMPTypeServiceEntry": (known, result) = ([], .igmp)
    case "IPProtocolServiceEntry": (known, result) = (.number, .ipProtocol(number: number))
    case "ALGTypeServiceEntry":
      known = [.alg, .ports]
      result = .alg(name: alg, sources: sources, destinations: destinations)
    case "EtherTypeServiceEntry": (known, result) = (.etherType, .etherType(etherType))
    case "NestedServiceServiceEntry": (known, result) = (.nested, .nested(path: nested))
    default: return .unknown(type)
    }
    names += unknown
    for (member, name) in Members.names where found.subtracting(known).contains(member) {
      names.append(name)
    }
    return result
  }
}
