import AntreaModel
import Documents
import Reachability

/// The way of a packet through Nodes and components, as Agents report it.
struct TraceflowPath: Sendable {
  private let probe: TraceflowProbe
  private let decision: Decision
  private let inventory: ClusterInventory
  /// Antrea's own namespaced policies with their rules, which look like
  /// Kubernetes' by name.
  private let antreaRules: Set<RuleReference>

  /// Finds the way of a packet.
  ///
  /// - Parameter isOpen: whether no policy is in force.
  init(
    _ probe: TraceflowProbe, _ policies: [KubernetesObject], _ inventory: ClusterInventory,
    isOpen: Bool
  ) {
    self.probe = probe
    self.inventory = inventory
    let pods = [probe.source.pod, probe.destination?.pod].compactMap(\.self)
    let addresses = [probe.source.address] + (probe.destination.map { [$0.address] } ?? [])
    let world = World(
      workloads: pods.count == 2 && pods[0] == pods[1] ? [pods[0]] : pods, addresses: addresses,
      nodes: inventory.nodes,
      hostNames: inventory.hostNames.filter { addresses.contains($0.key) })
    var decision = Decision(egress: .unmatched, ingress: .unmatched)
    if !isOpen, let source = Self.endpoint(probe.source, world),
      let destination = probe.destination.flatMap({ Self.endpoint($0, world) })
    {
      decision = AntreaEvaluator(live: policies, world: world).decide(
        Flow(
          source: source, destination: destination, traffic: probe.traffic,
          service: probe.service?.id))
    }
    self.decision = decision
    antreaRules = Set(
      policies.filter { $0.kind == "NetworkPolicy" && $0.reference.group == "crd.antrea.io" }
        .flatMap { policy in
          ["ingress", "egress"].flatMap { policy.document[path: "spec", $0]?.array ?? [] }.map {
            RuleReference(policy: "\(policy.reference)", rule: $0["name"]?.string ?? "")
          }
        })
  }

  private static func endpoint(_ end: TraceflowProbe.End, _ world: World) -> Endpoint? {
    world.endpoints.first { $0.address == end.address && $0.workload == end.pod }
  }

  /// Whether a policy drops or rejects the packet.
  var isStopped: Bool {
    [decision.egress, decision.ingress].contains { [.drop, .reject].contains($0.outcome) }
  }

  /// Whether a policy stops it at the source.
  var isStoppedAtSource: Bool { Self.stops(decision.egress) }

  /// A rule of the cluster that decided, with where Antrea counts it.
  struct DecidingRule: Sendable {
    /// `plural.group` of its policy.
    var resource: String
    /// The policy.
    var key: ObjectKey
    /// Name of the rule; empty for a policy of Kubernetes, which is counted as a whole.
    var name: String
    /// Whether it stops what it matches.
    var isStop: Bool
  }

  /// The rules that decided: at the source, and where the packet came so far, at the
  /// destination. What isolates a pod is no rule.
  var decidingRules: [DecidingRule] {
    let sides = isStoppedAtSource ? [decision.egress] : [decision.egress, decision.ingress]
    return sides.compactMap { side in
      guard let rule = side.rule else { return nil }
      let parts = rule.policy.split(separator: "/").map(String.init)
      guard let name = parts.last else { return nil }
      let key = ObjectKey(namespace: parts.count == 3 ? parts[1] : "", name: name)
      if parts[0] == "ClusterNetworkPolicy" {
        return DecidingRule(
          resource: "clusternetworkpolicies.crd.antrea.io", key: key, name: rule.rule,
          isStop: Self.stops(side))
      }
      if antreaRules.contains(rule) {
        return DecidingRule(
          resource: "networkpolicies.crd.antrea.io", key: key, name: rule.rule,
          isStop: Self.stops(side))
      }
      if Self.stops(side) { return nil }
      return DecidingRule(
        resource: "networkpolicies.networking.k8s.io", key: key, name: "", isStop: false)
    }
  }

  /// What the Node of the destination sees of a packet from anywhere.
  func arrival(_ now: Int64) -> JSONValue {
    let received: JSONValue = ["component": "Forwarding", "action": "Received"]
    return result(
      probe.destination?.pod?.node ?? "",
      [received] + policy(decision.ingress, "Ingress") + delivery, now)
  }

  /// `results`: what the Node of the source saw, then that of the destination.
  func results(_ now: Int64) -> [JSONValue] {
    let own = probe.source.pod?.node ?? ""
    let peer = probe.destination?.pod
    let isRemote = peer?.isHostNetwork == false && peer?.node != probe.source.pod?.node
    var sender: [JSONValue] = []
    if probe.source.pod != nil {
      sender = [
        [
          "component": "SpoofGuard", "action": "Forwarded",
          "srcPodIP": .string("\(probe.source.address)"),
        ]
      ]
      if probe.service != nil, let end = probe.destination {
        var step: JSONValue = [
          "component": "LB", "action": "Forwarded", "translatedDstIP": .string("\(end.address)"),
        ]
        if let pod = end.pod {
          step.setMember(at: ["pod"], to: .string("\(pod.namespace)/\(pod.name)"))
        }
        sender.append(step)
      }
      sender += policy(decision.egress, "Egress")
      if Self.stops(decision.egress) { return [result(own, sender, now)] }
    }
    let arrival = policy(decision.ingress, "Ingress") + delivery
    if probe.source.pod == nil { return [self.arrival(now)] }
    guard isRemote, let peer else { return [result(own, sender + arrival, now)] }
    let tunnel = inventory.nodes.first { $0.name == peer.node }?.addresses.first
    var leaving: JSONValue = [
      "component": "Forwarding", "componentInfo": "Output", "action": "Forwarded",
    ]
    if let tunnel { leaving.setMember(at: ["tunnelDstIP"], to: .string("\(tunnel)")) }
    let received: JSONValue = ["component": "Forwarding", "action": "Received"]
    return [
      result(own, sender + [leaving], now), result(peer.node ?? "", [received] + arrival, now),
    ]
  }

  private func result(_ node: String, _ observations: [JSONValue], _ now: Int64) -> JSONValue {
    ["node": .string(node), "timestamp": .integer(now), "observations": .array(observations)]
  }

  /// The last step; none where a policy at the destination stopped the packet.
  private var delivery: [JSONValue] {
    if Self.stops(decision.ingress) { return [] }
    guard let end = probe.destination else { return [] }
    let isOwnNode = inventory.nodes.contains {
      $0.name == probe.source.pod?.node && $0.addresses.contains(end.address)
    }
    let isInside = end.pod?.isHostNetwork == false || isOwnNode
    return [
      [
        "component": "Forwarding", "componentInfo": "Output",
        "action": isInside ? "Delivered" : "ForwardedOutOfNetwork",
      ]
    ]
  }

  private static func stops(_ side: SideDecision) -> Bool {
    side.outcome == .drop || side.outcome == .reject
  }

  /// What a policy did at one end; nothing where none decided.
  private func policy(_ side: SideDecision, _ direction: String) -> [JSONValue] {
    guard let rule = side.rule else { return [] }
    let isStopped = Self.stops(side)
    var step: JSONValue = [
      "component": "NetworkPolicy",
      "action": side.outcome == .reject ? "Rejected" : isStopped ? "Dropped" : "Forwarded",
      "componentInfo": .string(direction + (isStopped ? "Metric" : "Rule")),
    ]
    if rule.policy.hasPrefix("ClusterNetworkPolicy/") {
      let name = rule.policy.dropFirst("ClusterNetworkPolicy/".count)
      step.setMember(at: ["networkPolicy"], to: .string("AntreaClusterNetworkPolicy:\(name)"))
      step.setMember(at: ["networkPolicyRule"], to: .string(rule.rule))
    } else if antreaRules.contains(rule) {
      let name = rule.policy.dropFirst("NetworkPolicy/".count)
      step.setMember(at: ["networkPolicy"], to: .string("AntreaNetworkPolicy:\(name)"))
      step.setMember(at: ["networkPolicyRule"], to: .string(rule.rule))
    } else if isStopped {
      // What isolates a pod is not told.
      step.setMember(at: ["componentInfo"], to: .string("\(direction)DefaultRule"))
    } else {
      let name = rule.policy.dropFirst("NetworkPolicy/".count)
      step.setMember(at: ["networkPolicy"], to: .string("K8sNetworkPolicy:\(name)"))
    }
    return [step]
  }
}
