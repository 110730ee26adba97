import Documents

/// An Antrea cluster network policy.
public struct ClusterNetworkPolicy: AntreaObject, Hashable {
  /// `ClusterNetworkPolicy`.
  public static let kind = "ClusterNetworkPolicy"
  /// Name, labels, annotations.
  public var metadata: ObjectMetadata
  /// `spec.tier`.
  public var tier: String
  /// `spec.priority`, 1 to 10000, lower first.
  public var priority: Double
  /// Rules on traffic into the pods, in order.
  public var ingress: [PolicyRule]
  /// Rules on traffic out of the pods, in order.
  public var egress: [PolicyRule]

  /// Creates a policy.
  public init(
    metadata: ObjectMetadata, tier: String, priority: Double, ingress: [PolicyRule] = [],
    egress: [PolicyRule] = []
  ) {
    self.metadata = metadata
    self.tier = tier
    self.priority = priority
    self.ingress = ingress
    self.egress = egress
  }

  /// `spec`; lists that are empty are left out.
  public var spec: JSONValue {
    var object = JSONObject()
    if !egress.isEmpty { object["egress"] = .array(egress.map { $0.document(peers: "to") }) }
    if !ingress.isEmpty { object["ingress"] = .array(ingress.map { $0.document(peers: "from") }) }
    object["priority"] = .number(priority)
    object["tier"] = .string(tier)
    return .object(object)
  }
}
