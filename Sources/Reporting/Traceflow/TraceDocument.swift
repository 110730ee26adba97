import AntreaModel
import Documents

extension TraceReport {
  /// The report as a document with `schemaVersion` 1.
  public var document: JSONValue {
    var object = JSONObject()
    object["schemaVersion"] = 1
    object["cluster"] = .string(cluster)
    object["traceflow"] = .string(name)
    object["from"] = .string(from)
    object["to"] = .string(to)
    object["traffic"] = .string(traffic)
    object["phase"] = .string(status.phase.name)
    object["reason"] = .string(status.reason)
    object["result"] = .string(result.rawValue)
    object["egress"] = Self.document(egress)
    object["ingress"] = Self.document(ingress)
    object["path"] = .array(
      status.results.map { node in
        [
          "node": .string(node.node), "timestamp": node.timestamp.map { .integer($0) } ?? .null,
          "observations": .array(node.observations.map(document)),
        ]
      })
    object["capturedPacket"] = status.capturedPacket
    object["prediction"] = prediction?.document ?? .null
    object["comparison"] = .string(agreement.word)
    if case .notCompared(let reason) = agreement { object["notCompared"] = .string(reason) }
    object["causes"] = .texts(causes)
    object["notes"] = .texts(notes)
    return .object(object)
  }

  private static func document(_ side: Side?) -> JSONValue {
    guard let side else { return .null }
    return [
      "outcome": .string(side.outcome.rawValue), "rule": side.rule?.document ?? .null,
      "revision": side.revision.map { .integer($0) } ?? .null,
    ]
  }

  private func document(_ observation: TraceflowObservation) -> JSONValue {
    var object = JSONObject()
    object["component"] = .string(observation.component)
    object["action"] = .string(observation.action)
    func add(_ key: String, _ text: String?) {
      if let text, !text.isEmpty { object[key] = .string(text) }
    }
    add("componentInfo", observation.componentInfo)
    add("networkPolicy", observation.policy.map { "\($0.type):\($0.name)" })
    add("networkPolicyRule", observation.rule)
    add("pod", observation.pod)
    add("translatedSource", observation.translatedSource.map { "\($0)" })
    add("translatedDestination", observation.translatedDestination.map { "\($0)" })
    add("tunnelDestination", observation.tunnelDestination.map { "\($0)" })
    add("sourcePodAddress", observation.sourcePodAddress.map { "\($0)" })
    add("egress", observation.egress)
    add("egressAddress", observation.egressAddress)
    add("egressNode", observation.egressNode)
    if let side = side(of: observation), let rule = side.rule {
      object["rule"] = rule.document
      object["revision"] = side.revision.map { .integer($0) }
    }
    return .object(object)
  }
}
