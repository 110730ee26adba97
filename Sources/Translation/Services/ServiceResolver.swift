import AntreaModel
import NSXModel

/// Turns services and service entries into traffic.
final class ServiceResolver {
  /// A service in Antrea's terms.
  struct Resolved {
    var traffic = TrafficSet()
    /// Control ports of ALG services: exact only where the rule denies.
    var control = TrafficSet()
    var algNames: Set<String> = []
    var problems: [Problem] = []
  }

  private let snapshot: NSXSnapshot
  private var cache: [String: Resolved] = [:]

  init(_ snapshot: NSXSnapshot) { self.snapshot = snapshot }

  /// The traffic of a rule.
  ///
  /// - Returns: one part per Antrea rule; never empty.
  func traffic(of rule: Rule) throws(Problems) -> [TrafficPart] {
    if isAny(rule.services), rule.serviceEntries.isEmpty { return [.everything] }
    var visiting: Set<String> = []
    var result = Resolved()
    if !isAny(rule.services) {
      for path in rule.services.sorted() { merge(resolve(path, &visiting), into: &result) }
    }
    read(rule.serviceEntries, owner: rule.path, into: &result, &visiting)
    if !result.algNames.isEmpty {
      switch rule.action {
      case .drop, .reject: result.traffic.formUnion(result.control)
      default:
        result.problems.append(
          Problem(.algService, "ALG \(result.algNames.sorted().joined(separator: ", "))"))
      }
    }
    if !result.problems.isEmpty { throw Problems(list: result.problems) }
    let parts = result.traffic.parts
    if parts.isEmpty {
      throw Problems(list: [Problem(.emptyService, "the rule's services have no entry")])
    }
    return parts
  }

  private func resolve(_ path: String, _ visiting: inout Set<String>) -> Resolved {
    if let known = cache[path] { return known }
    var result = Resolved()
    guard let service = snapshot.services[path], !service.common.isMarkedForDelete else {
      result.problems = [Problem(.danglingService, "service \(path) is not in the snapshot")]
      cache[path] = result
      return result
    }
    if service.entries.isEmpty {
      result.problems = [Problem(.emptyService, "service \(path) has no entry")]
    }
    visiting.insert(path)
    read(service.entries, owner: path, into: &result, &visiting)
    visiting.remove(path)
    cache[path] = result
    return result
  }

  private func merge(_ other: Resolved, into result: inout Resolved) {
    result.traffic.formUnion(other.traffic)
    result.control.formUnion(other.control)
    result.algNames.formUnion(other.algNames)
    for problem in other.problems where !result.problems.contains(problem) {
      result.problems.append(problem)
    }
  }

  private func read(
    _ entries: [ServiceEntry], owner: String, into result: inout Resolved,
    _ visiting: inout Set<String>
  ) {
    for entry in entries {
      do throws(Problem) {
        try read(entry, owner: owner, into: &result, &visiting)
      } catch {
        result.problems.append(Problem(error.code, "\(owner): \(error.message)"))
      }
    }
    result.problems.sort { ($0.code.rawValue, $0.message) < ($1.code.rawValue, $1.message) }
  }

  private func read(
    _ entry: ServiceEntry, owner: String, into result: inout Resolved,
    _ visiting: inout Set<String>
  ) throws(Problem) {
    switch entry {
    case .ports(let name, let sources, let destinations):
      guard let transport = PolicyPort.Transport(rawValue: name.uppercased()) else {
        throw Problem(.unknownService, "protocol \(name)")
      }
      result.traffic.ports.formUnion(try PortReader.ports(transport, sources, destinations))
    case .icmp(let name, let type, let code):
      let match = try PortReader.icmp(type: type, code: code)
      switch name.lowercased() {
      case "icmpv4": result.traffic.icmpV4.insert(match)
      case "icmpv6": result.traffic.icmpV6.insert(match)
      default: throw Problem(.unknownService, "protocol \(name)")
      }
    case .ipProtocol(let number): try read(ipProtocol: number, into: &result)
    case .alg(let name, let sources, let destinations):
      guard let transport = PortReader.algTransport(name) else {
        throw Problem(.unknownService, "ALG \(name)")
      }
      guard !destinations.isEmpty else { throw Problem(.invalidPort, "ALG \(name) without port") }
      result.algNames.insert(name)
      result.control.ports.formUnion(try PortReader.ports(transport, sources, destinations))
    case .igmp: throw Problem(.igmpService, "IGMP")
    case .etherType(let number): throw Problem(.etherTypeService, "EtherType \(number)")
    case .unknown(let type):
      throw Problem(.unknownService, type.isEmpty ? "an entry without type" : type)
    case .nested(let path):
      if visiting.contains(path) || visiting.count > 64 {
        throw Problem(.serviceCycle, "\(path) contains itself")
      }
      merge(resolve(path, &visiting), into: &result)
    }
  }

  /// IP protocols that are another entry by number.
  private func read(ipProtocol number: Int64, into result: inout Resolved) throws(Problem) {
    switch number {
    case 1: result.traffic.icmpV4.insert(ICMPMatch())
    case 6: result.traffic.ports.insert(PolicyPort(.tcp))
    case 17: result.traffic.ports.insert(PolicyPort(.udp))
    case 58: result.traffic.icmpV6.insert(ICMPMatch())
    case 132: result.traffic.ports.insert(PolicyPort(.sctp))
    default: throw Problem(.ipProtocolService, "IP protocol \(number)")
    }
  }
}
