import AntreaModel
import NSXModel

/// Turns single service entries into traffic.
enum EntryReader {
  /// Adds an entry that is not another service.
  static func read(
    _ entry: ServiceEntry, into result: inout ResolvedService
  ) throws(Problem) {
    switch entry {
    case .ports(let name, let sources, let destinations):
      guard let transport = PolicyPort.Transport(rawValue: name.uppercased()) else {
        throw Problem(.unknownService, "protocol \(name.isEmpty ? "missing" : name)")
      }
      result.traffic.ports.formUnion(try PortReader.ports(transport, sources, destinations))
    case .icmp(let name, let type, let code):
      let match = try PortReader.icmp(type: type, code: code)
      switch name.lowercased() {
      case "icmpv4": result.traffic.icmpV4.insert(match)
      case "icmpv6": result.traffic.icmpV6.insert(match)
      default: throw Problem(.unknownService, "ICMP protocol \(name.isEmpty ? "missing" : name)")
      }
    case .ipProtocol(let number): try read(ipProtocol: number, into: &result)
    case .alg(let name, let sources, let destinations):
      guard let transport = PortReader.algTransport(name) else {
        throw Problem(.unknownService, "ALG \(name.isEmpty ? "missing" : name)")
      }
      guard !destinations.isEmpty else { throw Problem(.invalidPort, "ALG \(name) without port") }
      result.algNames.insert(name)
      result.control.ports.formUnion(try PortReader.ports(transport, sources, destinations))
    case .igmp: result.traffic.hasIGMP = true
    case .etherType(let number):
      throw Problem(.etherTypeService, "EtherType \(number.map(String.init) ?? "missing")")
    case .unknown(let type):
      throw Problem(.unknownService, type.isEmpty ? "an entry without type" : type)
    case .nested(let path): throw Problem(.serviceCycle, "\(path) stands in itself")
    }
  }

  /// IP protocols that are another entry by number.
  private static func read(
    ipProtocol number: Int64?, into result: inout ResolvedService
  ) throws(Problem) {
    switch number {
    case 1: result.traffic.icmpV4.insert(ICMPMatch())
    case 2: result.traffic.hasIGMP = true
    case 6: result.traffic.ports.insert(PolicyPort(.tcp))
    case 17: result.traffic.ports.insert(PolicyPort(.udp))
    case 58: result.traffic.icmpV6.insert(ICMPMatch())
    case 132: result.traffic.ports.insert(PolicyPort(.sctp))
    case let number?: throw Problem(.ipProtocolService, "IP protocol \(number)")
    case nil: throw Problem(.ipProtocolService, "an IP protocol without number")
    }
  }
}
