import AntreaModel

/// What a rule, or a part of it, says about every endpoint. The parts of a rule
/// share its reference and its place in the order.
struct AntreaRuleEntry: Sendable {
  enum Action: Sendable, Hashable {
    case decide(Outcome)
    /// On with what comes after the regular tiers.
    case pass
  }

  /// When a rule is asked: Kubernetes' NetworkPolicies stand between the tiers.
  enum Stage: Sendable {
    case regular
    case kubernetes
    case baseline
  }

  /// The place of a rule: by tier, policy, rule.
  struct Order: Sendable, Hashable, Comparable {
    /// The priority that stands for Kubernetes' NetworkPolicies: no tier can
    /// have it.
    static let kubernetesTier = 252
    /// The tier for what applies where nothing else does.
    static let baselineTier = 253

    var tier: Int
    var policy: Double
    var rule: Int

    static func < (left: Order, right: Order) -> Bool {
      (left.tier, left.policy, left.rule) < (right.tier, right.policy, right.rule)
    }
  }

  let reference: RuleReference
  let action: Action
  let order: Order
  /// Where the rule is enforced.
  let targets: EndpointSet
  /// The other end.
  let peers: EndpointSet
  /// The Services that the flow must have been sent to; `nil` for any flow.
  let services: Set<KubernetesService.Name>?
  /// `nil` for all traffic.
  let traffic: [AntreaTrafficMatch]?

  var stage: Stage {
    order.tier < Order.kubernetesTier
      ? .regular : order.tier == Order.kubernetesTier ? .kubernetes : .baseline
  }
}
