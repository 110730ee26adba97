import Documents

extension JSONReader {
  /// Reads the entries of a service or of a rule.
  mutating func serviceEntries() throws -> [ServiceEntry] {
    if try readNull() { return [] }
    var list: [ServiceEntry] = []
    try readArray { list.append(try $0.serviceEntry()) }
    return list
  }

  private mutating func serviceEntry() throws -> ServiceEntry {
    var type = ""
    var proto = ""
    var sources: [String] = []
    var destinations: [String] = []
    var icmpType: Int64?
    var icmpCode: Int64?
    var number: Int64?
    var alg = ""
    var nested = ""
    try readObject { key, reader in
      switch key {
      case "resource_type": type = try reader.optionalString() ?? ""
      case "l4_protocol", "protocol": proto = try reader.optionalString() ?? ""
      case "source_ports": sources = try reader.strings()
      case "destination_ports": destinations = try reader.strings()
      case "icmp_type": icmpType = try reader.optionalInteger()
      case "icmp_code": icmpCode = try reader.optionalInteger()
      case "protocol_number", "ether_type": number = try reader.optionalInteger()
      case "alg": alg = try reader.optionalString() ?? ""
      case "nested_service_path": nested = try reader.optionalString() ?? ""
      default: try reader.skip()
      }
    }
    switch type {
    case "L4PortSetServiceEntry":
      return .ports(protocol: proto, sources: sources, destinations: destinations)
    case "ICMPTypeServiceEntry": return .icmp(protocol: proto, type: icmpType, code: icmpCode)
    case "IGMPTypeServiceEntry": return .igmp
    case "IPProtocolServiceEntry": return .ipProtocol(number: number ?? -1)
    case "ALGTypeServiceEntry":
      return .alg(name: alg, sources: sources, destinations: destinations)
    case "EtherTypeServiceEntry": return .etherType(number ?? -1)
    case "NestedServiceServiceEntry": return .nested(path: nested)
    default: return .unknown(type)
    }
  }
}
