import AntreaModel

/// Where policies of Antrea stand in the order of evaluation.
public struct AntreaTiers: Sendable {
  /// A place: the lower comes first.
  public struct Place: Sendable, Hashable, Comparable {
    /// The tier's priority.
    public var tier: Int64
    /// The policy's priority in it.
    public var policy: Double

    /// Before all others.
    static let first = Place(tier: 0, policy: 0)

    /// Whether it comes after Kubernetes' NetworkPolicies.
    public var isBaseline: Bool { tier >= AntreaTiers.baseline }

    /// By tier, then by priority.
    public static func < (left: Place, right: Place) -> Bool {
      (left.tier, left.policy) < (right.tier, right.policy)
    }
  }

  private static let baseline: Int64 = 253
  /// The tiers that every cluster has.
  private static let standard: [String: Int64] = [
    "emergency": 50, "securityops": 100, "networkops": 150, "platform": 200, "application": 250,
    "baseline": baseline,
  ]
  /// Spellings that stand for the tiers of every cluster.
  private static let spellings = [
    "Emergency", "SecurityOps", "NetworkOps", "Platform", "Application", "Baseline",
  ]

  private var priorities = standard

  /// Reads the Tier objects of a cluster; others are left out.
  public init(_ objects: [KubernetesObject]) {
    for object in objects where object.kind == "Tier" {
      if let priority = object.document[path: "spec", "priority"]?.integer {
        priorities[object.name] = priority
      }
    }
  }

  /// The place of a policy; `nil` where its tier or priority is not known.
  func place(of policy: KubernetesObject) -> Place? {
    let text = policy.document[path: "spec", "tier"]?.string ?? ""
    let name =
      text.isEmpty
      ? "application" : Self.spellings.contains(text) ? text.lowercased() : text
    guard let tier = priorities[name],
      let priority = policy.document[path: "spec", "priority"]?.double
    else { return nil }
    return Place(tier: tier, policy: priority)
  }
}
