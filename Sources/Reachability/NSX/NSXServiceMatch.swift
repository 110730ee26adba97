import AntreaModel
import NSXModel

/// One kind of traffic that a rule's services name.
enum NSXServiceMatch {
  case transport(Traffic.Transport, sources: [ClosedRange<Int>], destinations: [ClosedRange<Int>])
  case icmp(IPFamily, type: Int?, code: Int?)
  case number(Int)
  /// No traffic of this firewall's layers.
  case nothing
  /// Something that only NSX can decide.
  case open

  /// Whether traffic of a family is of this kind.
  func matches(_ traffic: Traffic, _ family: IPFamily) -> Truth {
    switch (self, traffic) {
    case (.open, _): .maybe
    case (
      .transport(let own, let sources, let destinations),
      .transport(let other, let source, let destination)
    ):
      Truth(
        own == other && (sources.isEmpty || sources.contains { $0.contains(source) })
          && (destinations.isEmpty || destinations.contains { $0.contains(destination) }))
    case (.icmp(let own, let ownType, let ownCode), .icmp(let type, let code)):
      Truth(own == family && ownType ?? type == type && ownCode ?? code == code)
    case (.number(let own), .other(let number)): Truth(own == number)
    default: .no
    }
  }

  /// Adds the boundaries of this kind of traffic.
  func divide(_ space: inout TrafficSpace) {
    switch self {
    case .transport(let transport, let sources, let destinations):
      for range in sources { space.divide(transport, source: range, destination: nil) }
      for range in destinations { space.divide(transport, source: nil, destination: range) }
    case .icmp(_, let type, let code): space.divide(icmpType: type, code: code)
    case .number(let number): space.divide(protocol: number)
    case .nothing, .open: break
    }
  }
}

/// Reads NSX's services.
struct NSXServiceReader {
  let snapshot: NSXSnapshot

  /// The traffic of a rule; `nil` for all.
  func traffic(of rule: Rule) -> [NSXServiceMatch]? {
    let hasServices = !isAny(rule.services)
    if !hasServices, rule.serviceEntries.isEmpty { return nil }
    var visited: Set<String> = []
    var result = rule.serviceEntries.flatMap { read($0, &visited) }
    if hasServices { result += rule.services.flatMap { service($0, &visited) } }
    return result
  }

  private func service(_ path: String, _ visited: inout Set<String>) -> [NSXServiceMatch] {
    guard let service = snapshot.services[path], !service.common.isMarkedForDelete,
      !service.entries.isEmpty, service.common.unknownMembers.isEmpty
    else { return [.open] }
    // A second visit adds nothing to a union.
    guard visited.insert(path).inserted else { return [] }
    return service.entries.flatMap { read($0, &visited) }
  }

  private func read(_ entry: ServiceEntry, _ visited: inout Set<String>) -> [NSXServiceMatch] {
    switch entry {
    case .ports(let name, let sources, let destinations):
      return ports(Traffic.Transport(rawValue: name.uppercased()), sources, destinations)
    case .alg(let name, let sources, let destinations):
      // The connections that the firewall opens for an application are not
      // connection attempts of their own: the control port is what matches.
      switch name {
      case "FTP", "ORACLE_TNS", "SUN_RPC_TCP", "MS_RPC_TCP":
        return destinations.isEmpty ? [.open] : ports(.tcp, sources, destinations)
      case "TFTP", "SUN_RPC_UDP", "MS_RPC_UDP", "NBNS_BROADCAST", "NBDG_BROADCAST":
        return destinations.isEmpty ? [.open] : ports(.udp, sources, destinations)
      default: return [.open]
      }
    case .icmp(let name, let type, let code):
      let bounds = 0...Int64(255)
      guard let family: IPFamily = ["icmpv4": .v4, "icmpv6": .v6][name.lowercased()],
        type != nil || code == nil, bounds.contains(type ?? 0), bounds.contains(code ?? 0)
      else { return [.open] }
      return [.icmp(family, type: type.map { Int($0) }, code: code.map { Int($0) })]
    case .igmp: return [.number(2)]
    case .ipProtocol(let number):
      switch number {
      case 1: return [.icmp(.v4, type: nil, code: nil)]
      case 6: return [.transport(.tcp, sources: [], destinations: [])]
      case 17: return [.transport(.udp, sources: [], destinations: [])]
      case 58: return [.icmp(.v6, type: nil, code: nil)]
      case 132: return [.transport(.sctp, sources: [], destinations: [])]
      case let number? where (0...255).contains(number): return [.number(Int(number))]
      default: return [.open]
      }
    case .etherType: return [.nothing]
    case .nested(let path): return service(path, &visited)
    case .unknown: return [.open]
    }
  }

  private func ports(
    _ transport: Traffic.Transport?, _ sources: [String], _ destinations: [String]
  ) -> [NSXServiceMatch] {
    guard let transport, let from = ranges(sources), let to = ranges(destinations) else {
      return [.open]
    }
    return [.transport(transport, sources: from, destinations: to)]
  }

  /// Port numbers and ranges, also separated by commas; `nil` where a text is
  /// neither.
  private func ranges(_ texts: [String]) -> [ClosedRange<Int>]? {
    var result: [ClosedRange<Int>] = []
    for text in texts {
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let bounds = part.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(bounds.count), let lower = port(bounds[0]),
          let upper = port(bounds[bounds.count - 1]), lower <= upper
        else { return nil }
        result.append(Int(lower)...Int(upper))
      }
    }
    return result
  }

  /// Digits with spaces around them at most.
  private func port(_ text: Substring) -> UInt16? {
    let digits = text.split(separator: " ")
    guard digits.count == 1, digits[0].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return UInt16(digits[0])
  }
}
