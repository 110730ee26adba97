import AntreaModel
import NSXModel

/// What all Antrea rules of one NSX rule share.
struct RuleDraft {
  var rule: Rule
  var policy: SecurityPolicy
  var name: String
  var logLabel: String

  /// An Antrea rule.
  func rule(
    suffix: String, targets: [PolicyTarget], peers: [PolicyPeer], part: TrafficPart
  ) -> PolicyRule {
    let action: PolicyAction =
      switch rule.action {
      case .allow: .allow
      case .reject: .reject
      default: .drop
      }
    let isLogged = rule.isLogged || policy.isLoggingEnabled
    return PolicyRule(
      name: name + suffix, action: action, appliedTo: targets, peers: peers, ports: part.ports,
      protocols: part.protocols, enableLogging: isLogged, logLabel: isLogged ? logLabel : "")
  }
}

/// One direction of a rule as far as it could be translated.
struct DirectionResult {
  var direction: RuleDirection
  var suffix: String
  var pods: PodSide?
  var parts: [(part: TrafficPart, peers: PeerSide)] = []
  var problems: [Problem] = []

  init(direction: RuleDirection, suffix: String) {
    self.direction = direction
    self.suffix = suffix
  }

  /// Adds one part of the traffic. Where its peers cannot be told, the part
  /// stands with every peer, which only a deny may use.
  mutating func add(
    _ part: TrafficPart, limit: IPFamily?, target: ClusterTarget, other: OtherSide,
    _ names: PodNames, _ budget: inout SelectorBudget
  ) {
    var family = limit
    if let own = part.family {
      if let limit, limit != own { return }
      family = own
    }
    if let family, let families = target.families, !families.contains(family) { return }
    do {
      let peers = try other.resolve(target, family: family, names, &budget)
      parts.append((part, peers))
    } catch {
      problems += error.list
      parts.append((part, .any))
    }
  }
}
