import Documents

/// What a rule does.
public enum PolicyAction: String, Sendable, Hashable {
  /// Permit.
  case allow = "Allow"
  /// Discard.
  case drop = "Drop"
  /// Refuse with an answer.
  case reject = "Reject"
}

/// One rule of a policy.
public struct PolicyRule: Sendable, Hashable {
  /// The name, unique over ingress and egress.
  public var name: String
  /// What the rule does.
  public var action: PolicyAction
  /// The pods that it is enforced at.
  public var appliedTo: [PolicyTarget]
  /// Sources of an ingress rule, destinations of an egress rule; empty for any.
  public var peers: [PolicyPeer]
  /// Ports; empty together with ``protocols`` for all traffic.
  public var ports: [PolicyPort]
  /// ICMP.
  public var protocols: [ICMPMatch]
  /// IGMP; stands alone in a rule, and such rules in a policy of their own.
  public var igmp: [IGMPMatch]
  /// `l7Protocols`: of the traffic that the rule allows, what does not have one
  /// of these applications is refused.
  public var applications: [ApplicationMatch]
  /// Whether the first packet of a connection is logged.
  public var enableLogging: Bool
  /// The label in the log; empty for none.
  public var logLabel: String

  /// Creates a rule.
  public init(
    name: String, action: PolicyAction, appliedTo: [PolicyTarget], peers: [PolicyPeer] = [],
    ports: [PolicyPort] = [], protocols: [ICMPMatch] = [], igmp: [IGMPMatch] = [],
    applications: [ApplicationMatch] = [], enableLogging: Bool = false, logLabel: String = ""
  ) {
    self.name = name
    self.action = action
    self.appliedTo = appliedTo
    self.peers = peers
    self.ports = ports
    self.protocols = protocols
    self.igmp = igmp
    self.applications = applications
    self.enableLogging = enableLogging
    self.logLabel = logLabel
  }

  /// The rule; `peers` names the member for ``peers``.
  func document(peers key: String) -> JSONValue {
    var object = JSONObject()
    object["action"] = .string(action.rawValue)
    object["appliedTo"] = .array(appliedTo.map(\.document))
    object["enableLogging"] = .bool(enableLogging)
    if !applications.isEmpty { object["l7Protocols"] = .array(applications.map(\.document)) }
    if !peers.isEmpty { object[key] = .array(peers.map(\.document)) }
    if !logLabel.isEmpty { object["logLabel"] = .string(logLabel) }
    object["name"] = .string(name)
    if !ports.isEmpty { object["ports"] = .array(ports.map(\.document)) }
    let others = protocols.map(\.document) + igmp.map(\.document)
    if !others.isEmpty { object["protocols"] = .array(others) }
    return .object(object)
  }
}

/// An entry of `appliedTo`.
public enum PolicyTarget: Sendable, Hashable {
  /// A ClusterGroup.
  case group(String)
  /// Pods by labels.
  case workloads(WorkloadSelector)

  var document: JSONValue {
    var object = JSONObject()
    switch self {
    case .group(let name): object["group"] = .string(name)
    case .workloads(let selector): selector.write(to: &object)
    }
    return .object(object)
  }
}

/// An entry of `from` or `to`.
public enum PolicyPeer: Sendable, Hashable {
  /// A ClusterGroup.
  case group(String)
  /// Addresses.
  case addresses(CIDR)
  /// Pods by labels.
  case workloads(WorkloadSelector)
  /// The addresses of all Nodes: their own, and those of their gateways in the
  /// pod network. Antrea 1.6 or later.
  case nodes
  /// A domain name (`fqdn`), in which `*` stands for any characters; only in
  /// egress rules.
  case name(String)

  var document: JSONValue {
    switch self {
    case .group(let name): return ["group": .string(name)]
    case .addresses(let cidr): return ["ipBlock": ["cidr": .string(cidr.description)]]
    case .workloads(let selector):
      var object = JSONObject()
      selector.write(to: &object)
      return .object(object)
    case .nodes: return ["nodeSelector": [:]]
    case .name(let name): return ["fqdn": .string(name)]
    }
  }
}
