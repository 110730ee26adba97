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
      protocols: part.protocols, applications: part.applications, enableLogging: isLogged,
      logLabel: isLogged ? logLabel : "")
  }

  /// An Antrea rule on IGMP: on queries to the pods, or on their reports.
  func igmpRule(suffix: String, targets: [PolicyTarget], isIn: Bool) -> PolicyRule {
    var rule = rule(
      suffix: suffix + "-igmp", targets: targets, peers: [], part: TrafficPart(kind: .igmp))
    rule.igmp = [isIn ? .query : .reports]
    return rule
  }
}
