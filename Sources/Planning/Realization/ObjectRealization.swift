import AntreaModel
import Documents

/// How far Antrea has realized one live object, by its `status`.
///
/// antrea-controller counts the Nodes whose agents have reported a policy's
/// generation; an agent reports after the flows are installed. Groups have a
/// condition instead, and tiers have no status.
public struct ObjectRealization: Sendable, Hashable {
  /// What the status says.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// There is no such object.
    case missing
    /// antrea-controller has not worked on this generation, or cannot.
    case pending
    /// Some of the Nodes have not reported.
    case realizing
    /// A Node has reported a failure.
    case failed
    /// All Nodes that it concerns have reported.
    case realized
    /// Realized, and it concerns no Node: it selects nothing that runs now.
    case noTargets
    /// A policy without rules, for which agents never report.
    case unreported
  }

  /// A condition of the status that is worth reading.
  public struct Condition: Sendable, Hashable {
    /// For example `RealizationFailure`.
    public var type: String
    /// `True`, `False` or `Unknown`.
    public var status: String
    /// One word, maybe empty.
    public var reason: String
    /// For people, maybe empty.
    public var message: String
  }

  /// The object.
  public var reference: KubernetesObject.Reference
  /// What the status says.
  public var state: State
  /// Nodes that have reported success.
  public var currentNodes = 0
  /// Nodes that it concerns.
  public var desiredNodes = 0
  /// The generation of the object.
  public var generation: Int64?
  /// The generation that the status is about.
  public var observedGeneration: Int64?
  /// The conditions that tell of something wrong.
  public var conditions: [Condition] = []

  /// Whether there is nothing to wait for.
  public var isDone: Bool { [.realized, .noTargets, .unreported].contains(state) }

  /// An object that is not there.
  public init(missing reference: KubernetesObject.Reference) {
    self.reference = reference
    state = .missing
  }

  /// Reads the status of a live object.
  public init(_ object: KubernetesObject) {
    reference = object.reference
    generation = object.document[path: "metadata", "generation"]?.integer
    let status = object.document["status"]
    observedGeneration = status?["observedGeneration"]?.integer
    currentNodes = Int(status?["currentNodesRealized"]?.integer ?? 0)
    desiredNodes = Int(status?["desiredNodesRealized"]?.integer ?? 0)
    let all = (status?["conditions"]?.array ?? []).map(Condition.init)
    conditions = all.filter(\.isTrouble)
    switch AntreaKinds.role(of: reference) {
    case .tier, .other: state = .realized
    case .group:
      // True says that its members were computed, not that there are any.
      let computed = all.contains { $0.type == "GroupMembersComputed" && $0.status == "True" }
      state = computed ? .realized : .pending
    case .policy: state = Self.state(of: object, status)
    }
  }

  private static func state(of policy: KubernetesObject, _ status: JSONValue?) -> State {
    let rules = ["ingress", "egress"].flatMap {
      policy.document[path: "spec", $0]?.array ?? []
    }
    let isCurrent =
      status?["observedGeneration"]?.integer
      == policy.document[path: "metadata", "generation"]?.integer
    let phase = isCurrent ? status?["phase"]?.string : nil
    switch phase {
    case "Realized"?:
      return (status?["desiredNodesRealized"]?.integer ?? 0) == 0 ? .noTargets : .realized
    // Of one without rules agents keep no trace, so that it stays at 0 of n.
    case _ where rules.isEmpty: return .unreported
    case "Failed"?: return .failed
    case "Realizing"?: return .realizing
    default: return .pending
    }
  }
}

extension ObjectRealization.Condition {
  init(_ document: JSONValue) {
    type = document["type"]?.string ?? ""
    status = document["status"]?.string ?? ""
    reason = document["reason"]?.string ?? ""
    message = document["message"]?.string ?? ""
  }

  /// Whether it says that something is wrong.
  var isTrouble: Bool {
    switch type {
    case "Realizable", "GroupMembersComputed": status != "True"
    case "RealizationFailure": status == "True"
    default: false
    }
  }

  /// The condition in JSON.
  var document: JSONValue {
    [
      "type": .string(type), "status": .string(status), "reason": .string(reason),
      "message": .string(message),
    ]
  }
}

extension ObjectRealization {
  /// The realization in JSON; nodes only where there is something to count.
  public var document: JSONValue {
    var object = JSONObject()
    object["object"] = reference.document
    object["state"] = .string(state.rawValue)
    object["currentNodes"] = .integer(Int64(currentNodes))
    object["desiredNodes"] = .integer(Int64(desiredNodes))
    object["generation"] = generation.map { .integer($0) } ?? .null
    object["observedGeneration"] = observedGeneration.map { .integer($0) } ?? .null
    object["conditions"] = .array(conditions.map(\.document))
    return .object(object)
  }
}
