import AntreaModel

/// Reads NSX's texts of ports and numbers of ICMP.
enum PortReader {
  /// Every combination of source and destination ports; empty lists are all.
  static func ports(
    _ transport: PolicyPort.Transport, _ sources: [String], _ destinations: [String]
  ) throws(Problem) -> [PolicyPort] {
    let from = try ranges(sources)
    let to = try ranges(destinations)
    let (count, isOver) = from.count.multipliedReportingOverflow(by: to.count)
    if isOver || count > RuleTraffic.maximumPorts {
      throw Problem(.serviceBound, "\(from.count) source ports with \(to.count) ports")
    }
    var result: [PolicyPort] = []
    for destination in to {
      for source in from {
        result.append(PolicyPort(transport, destination: destination, source: source))
      }
    }
    return result
  }

  /// One range per text or comma-separated part; `nil` stands for all ports.
  private static func ranges(_ texts: [String]) throws(Problem) -> [PortRange?] {
    var result: [PortRange?] = []
    for text in texts {
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        result.append(try range(part))
      }
    }
    return result.isEmpty ? [nil] : result
  }

  private static func range(_ text: Substring) throws(Problem) -> PortRange? {
    let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map(trimmed)
    guard bounds.count <= 2, let first = bounds.first, let last = bounds.last,
      let lower = number(first), let upper = number(last), lower <= upper
    else { throw Problem(.invalidPort, "port \(text)") }
    if lower == 0 {
      guard upper == 65535 else { throw Problem(.invalidPort, "port \(text)") }
      return nil
    }
    return PortRange(lower, upper)
  }

  /// Without the spaces around it; one between digits is a fault.
  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 48 < 10 }),
      let value = Int(text), value <= 65535
    else { return nil }
    return value
  }

  /// An ICMP entry.
  static func icmp(type: Int64?, code: Int64?) throws(Problem) -> ICMPMatch {
    for value in [type, code] {
      if let value, !(0...255).contains(value) {
        throw Problem(.invalidICMP, "ICMP \(value)")
      }
    }
    if type == nil, code != nil { throw Problem(.invalidICMP, "a code without a type") }
    return ICMPMatch(type: type.map { Int($0) }, code: code.map { Int($0) })
  }

  /// The transport of an ALG's control connection; `nil` for an unknown ALG.
  static func algTransport(_ name: String) -> PolicyPort.Transport? {
    switch name {
    case "FTP", "ORACLE_TNS", "SUN_RPC_TCP", "MS_RPC_TCP": .tcp
    case "TFTP", "SUN_RPC_UDP", "MS_RPC_UDP", "NBNS_BROADCAST", "NBDG_BROADCAST": .udp
    default: nil
    }
  }
}
