import AntreaModel
import Documents

/// What part an object plays in a plan.
enum AntreaKinds {
  /// The API group of everything that nsx-antrea writes.
  static let group = "crd.antrea.io"

  enum Role { case tier, group, policy, other }

  /// Tiers that antrea-controller makes by itself.
  static let systemTiers: Set<String> = [
    "emergency", "securityops", "networkops", "platform", "application", "baseline",
  ]

  /// The role of an object, by group and kind: `NetworkPolicy` alone would be
  /// ambiguous with Kubernetes' own.
  static func role(of reference: KubernetesObject.Reference) -> Role {
    guard reference.group == group else { return .other }
    switch reference.kind {
    case "Tier": return .tier
    case "ClusterGroup", "Group": return .group
    case "ClusterNetworkPolicy", "NetworkPolicy": return .policy
    default: return .other
    }
  }

  /// What an object needs in order to mean what it says: a policy its tier and
  /// groups, a group its children.
  static func references(of object: KubernetesObject) -> Set<KubernetesObject.Reference> {
    let spec = object.document["spec"] ?? .null
    let groupKind = object.kind == "ClusterNetworkPolicy" || object.kind == "ClusterGroup"
    func groupNamed(_ name: String) -> KubernetesObject.Reference {
      KubernetesObject.Reference(
        group: group, kind: groupKind ? "ClusterGroup" : "Group",
        namespace: groupKind ? nil : object.namespace, name: name)
    }
    switch role(of: object.reference) {
    case .group:
      return Set((spec["childGroups"]?.array ?? []).compactMap(\.string).map(groupNamed))
    case .policy:
      var result: Set<KubernetesObject.Reference> = []
      let tier = CanonicalPolicy.tierName(spec["tier"]?.string)
      result.insert(.init(group: group, kind: "Tier", name: tier))
      func collect(_ peers: JSONValue?) {
        for peer in peers?.array ?? [] {
          if let name = peer["group"]?.string { result.insert(groupNamed(name)) }
        }
      }
      collect(spec["appliedTo"])
      for rule in (spec["ingress"]?.array ?? []) + (spec["egress"]?.array ?? []) {
        for key in ["appliedTo", "from", "to"] { collect(rule[key]) }
      }
      return result
    case .tier, .other: return []
    }
  }

  /// Whether no rule of a policy denies anything.
  static func onlyAllows(_ object: KubernetesObject) -> Bool {
    let rules =
      (object.document[path: "spec", "ingress"]?.array ?? [])
      + (object.document[path: "spec", "egress"]?.array ?? [])
    return rules.allSatisfy { ["Allow", "Pass"].contains($0["action"]?.string ?? "") }
  }
}

extension KubernetesObject.Reference {
  /// A total order that does not depend on the input.
  static func precedes(_ left: Self, _ right: Self) -> Bool {
    var order = utf8Order(left.kind, right.kind)
    if order == 0 { order = utf8Order(left.namespace ?? "", right.namespace ?? "") }
    if order == 0 { order = utf8Order(left.name, right.name) }
    if order == 0 { order = utf8Order(left.group, right.group) }
    return order < 0
  }
}
