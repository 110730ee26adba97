/// What is known of one object beyond what its Kubernetes document says: how
/// it is realized, what it counts, how healthy it is.
public struct InventoryObservation: Sendable, Hashable {
  /// One entry of `network_errors`.
  public struct Problem: Sendable, Hashable {
    /// `error_code`: a text, for example `ACNP_FAILED`; `nil` for none.
    public var code: String?
    /// `error_message`.
    public var message: String
    /// `spec`: details as JSON text; `nil` for none.
    public var details: String?

    /// Creates a problem.
    public init(code: String? = nil, message: String, details: String? = nil) {
      self.code = code
      self.message = message
      self.details = details
    }
  }

  /// `network_status`; `nil` where nothing is known, and NSX keeps what it has.
  public var isHealthy: Bool?
  /// `network_errors` of an unhealthy object; a healthy one has none.
  public var problems: [Problem]
  /// `origin_properties`, by key. Keys that begin with one of
  /// ``InventoryObservations/keptPrefixes`` stay in NSX where an observation
  /// does not name them.
  public var properties: [String: String]

  /// Creates an observation.
  public init(
    isHealthy: Bool? = nil, problems: [Problem] = [], properties: [String: String] = [:]
  ) {
    self.isHealthy = isHealthy
    self.problems = problems
    self.properties = properties
  }
}

/// The input of an inventory that other reports make, so that all reports of a
/// cluster write the same into the members that they share.
public struct InventoryObservations: Sendable, Hashable {
  /// Of policies, by uid. What ``InventoryObservation/init(policy:)``
  /// reads from a policy's status holds where nothing else is said here.
  public var policies: [String: InventoryObservation]
  /// Of the cluster; `nil` where nothing is known of its health, and NSX keeps
  /// what it has.
  public var cluster: InventoryObservation?
  /// Whether the Antrea Agent of a Node works, by the Node's name; nothing is
  /// said of a Node that is missing here.
  public var agents: [String: Bool]

  /// Creates observations; none by default.
  public init(
    policies: [String: InventoryObservation] = [:], cluster: InventoryObservation? = nil,
    agents: [String: Bool] = [:]
  ) {
    self.policies = policies
    self.cluster = cluster
    self.agents = agents
  }

  /// Beginnings of the keys of `origin_properties` that reports of their own
  /// write: a report that does not know them leaves them as they are.
  public static let keptPrefixes = ["stats.", "health."]

  /// Whether a key belongs to a report of its own.
  static func isKept(_ key: String) -> Bool { keptPrefixes.contains { key.hasPrefix($0) } }
}
