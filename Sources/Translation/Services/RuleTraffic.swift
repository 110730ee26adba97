import AntreaModel
import NSXModel

/// What kinds of traffic a rule is about.
enum RuleTraffic {
  /// All.
  case everything
  /// What its services name.
  case services(ResolvedService)

  /// More ports than this in one rule are refused.
  static let maximumPorts = 4096

  /// Whether its services name IGMP, whatever else they name.
  var namesIGMP: Bool {
    if case .services(let services) = self { services.traffic.hasIGMP } else { false }
  }

  /// Whether what its services are is not known, so that IGMP may be among it.
  var mayHaveIGMP: Bool {
    if case .services(let services) = self { !services.problems.isEmpty } else { false }
  }

  /// Whether it is all traffic, and IGMP so too.
  var isEverything: Bool {
    if case .everything = self { true } else { false }
  }

  /// The parts, one for each Antrea rule; never empty.
  ///
  /// - Throws: why they cannot be told exactly for a rule with this action and
  ///   these profiles.
  func parts(action: RuleAction, _ match: ProfileMatch) throws(Problems) -> [TrafficPart] {
    switch match {
    case .everything: return try parts(action: action)
    case .names:
      // NSX knows names for TCP and UDP only.
      if isEverything {
        return [TrafficPart(kind: .ports, ports: [PolicyPort(.tcp), PolicyPort(.udp)])]
      }
      let parts = try parts(action: action)
      guard parts.allSatisfy({ $0.hasOnly([.tcp, .udp]) }) else {
        throw Problems(list: [Problem(.fqdnRule, "the services are not TCP and UDP alone")])
      }
      return parts
    case .applications(let applications):
      var parts = try parts(action: action)
      guard parts.count == 1, parts[0].hasOnly([.tcp]) else {
        throw Problems(list: [Problem(.l7AccessProfile, "the services are not TCP alone")])
      }
      parts[0].applications = applications
      return parts
    }
  }

  private func parts(action: RuleAction) throws(Problems) -> [TrafficPart] {
    guard case .services(var result) = self else { return [.everything] }
    if !result.algNames.isEmpty {
      switch action {
      case .drop, .reject: result.traffic.formUnion(result.control)
      default:
        result.problems.insert(
          Problem(.algService, "ALG \(result.algNames.sorted().joined(separator: ", "))"))
      }
    }
    if result.traffic.ports.count > Self.maximumPorts {
      result.problems.insert(
        Problem(.serviceBound, "\(result.traffic.ports.count) combinations of ports"))
    }
    if !result.problems.isEmpty {
      throw Problems(
        list: result.problems.sorted {
          ($0.code.rawValue, $0.message) < ($1.code.rawValue, $1.message)
        })
    }
    let parts = result.traffic.parts
    if parts.isEmpty {
      throw Problems(list: [Problem(.emptyService, "the rule's services have no entry")])
    }
    return parts
  }
}
