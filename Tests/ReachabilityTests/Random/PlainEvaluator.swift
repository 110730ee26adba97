import AntreaModel
import Documents
import Reachability

/// Decides one flow by reading the objects anew, rule by rule and pod by pod, as
/// the documentation of Antrea and Kubernetes puts it: no sets, no parts of
/// rules, nothing kept. It knows the forms that do what they say.
struct PlainEvaluator {
  /// How the other end is one of a rule's peers: by being a selected pod, where
  /// names of ports count, or by its address.
  struct PeerMatch {
    var isPod = false
    var isAddress = false
  }

  let objects: [KubernetesObject]
  let world: World
  private let ordered: [Policy]
  private let kubernetes: [KubernetesObject]

  init(objects: [KubernetesObject], world: World) {
    self.objects = objects
    self.world = world
    ordered = Self.ordered(objects)
    kubernetes = objects.filter { $0.reference.group == "networking.k8s.io" }
      .sorted { "\($0.reference)" < "\($1.reference)" }
  }

  /// What one end does, as `outcome policy rule`.
  func side(_ flow: Flow, _ direction: String) -> String {
    let own = direction == "ingress" ? flow.destination : flow.source
    let peer = direction == "ingress" ? flow.source : flow.destination
    guard own.isEnforced else { return "allow" }
    var hasPassed = false
    for policy in ordered where !(hasPassed && policy.tier < 250) {
      if policy.tier == 252 {
        if let text = kubernetes(own, peer, flow, direction) { return text }
        continue
      }
      if hasPassed, policy.tier < 253 { continue }
      for rule in policy.spec[direction]?.array ?? []
      where takes(rule, policy, own, peer, flow, direction) {
        let action = rule["action"]?.string?.lowercased() ?? ""
        if action != "pass" { return "\(action) \(policy.name) \(rule["name"]?.string ?? "")" }
        hasPassed = true
        break
      }
    }
    return "allow"
  }

  private struct Policy {
    var name: String
    var namespace: String?
    var tier: Int
    var priority: Double
    var spec: JSONValue
  }

  /// Tiers by their priorities, with a place for Kubernetes' policies.
  private static func ordered(_ objects: [KubernetesObject]) -> [Policy] {
    let tiers = ["emergency": 50, "middle": 240, "application": 250, "baseline": 253]
    var list = [Policy(name: "", tier: 252, priority: 0, spec: [:])]
    for object in objects
    where object.reference.group == "crd.antrea.io" && object.kind.hasSuffix("NetworkPolicy") {
      let spec = object.document["spec"] ?? [:]
      list.append(
        Policy(
          name: object.name, namespace: object.namespace,
          tier: tiers[(spec["tier"]?.string ?? "").lowercased()] ?? 0,
          priority: spec["priority"]?.double ?? 0, spec: spec))
    }
    return list.sorted { ($0.tier, $0.priority) < ($1.tier, $1.priority) }
  }

  private func takes(
    _ rule: JSONValue, _ policy: Policy, _ own: Endpoint, _ peer: Endpoint, _ flow: Flow,
    _ direction: String
  ) -> Bool {
    let targets = rule["appliedTo"]?.array ?? policy.spec["appliedTo"]?.array ?? []
    guard targets.contains(where: { match($0, own, own, policy.namespace).isPod }) else {
      return false
    }
    let list = rule[direction == "ingress" ? "from" : "to"]?.array ?? []
    let matches = list.map { match($0, peer, own, policy.namespace) }
    let found =
      list.isEmpty
      ? PeerMatch(isPod: peer.isEnforced, isAddress: true)
      : PeerMatch(
        isPod: matches.contains(where: \.isPod), isAddress: matches.contains(where: \.isAddress))
    return carries(rule, flow, found, direction)
  }

  private func kubernetes(
    _ own: Endpoint, _ peer: Endpoint, _ flow: Flow, _ direction: String
  ) -> String? {
    let type = direction == "ingress" ? "Ingress" : "Egress"
    var isolating: [String] = []
    for object in kubernetes {
      let spec = object.document["spec"] ?? [:]
      guard spec["policyTypes"]?.array?.contains(.string(type)) == true,
        own.workload?.namespace == object.namespace,
        selects(spec["podSelector"] ?? [:], own.workload?.labels ?? [:])
      else { continue }
      isolating.append("\(object.reference)")
      for (index, rule) in (spec[direction]?.array ?? []).enumerated() {
        let list = rule[direction == "ingress" ? "from" : "to"]?.array ?? []
        let matches = list.map { match($0, peer, own, object.namespace) }
        let found =
          list.isEmpty
          ? PeerMatch(isPod: peer.isEnforced, isAddress: true)
          : PeerMatch(
            isPod: matches.contains(where: \.isPod),
            isAddress: matches.contains(where: \.isAddress))
        if carries(rule, flow, found, direction) {
          return "allow \(object.name) \(direction)[\(index)]"
        }
      }
    }
    return isolating.isEmpty ? nil : "drop \(isolating.joined(separator: ", ")) isolation"
  }
}
