import Documents

extension FleetStatistics {
  /// The statistics in JSON, without what the run adds.
  public var document: JSONObject {
    var object = JSONObject()
    object["earlier"] = earlier.time
    object["policies"] = .array(
      policies.map { policy in
        [
          "path": text(policy.path), "displayName": .string(policy.displayName),
          "tier": .string(policy.tier), "objects": .array(policy.objects.map { .string($0) }),
          "total": policy.total.document, "clusters": byCluster(policy.clusters),
          "rules": .array(policy.rules.map(document)),
        ]
      })
    return object
  }

  private func document(_ rule: Rule) -> JSONValue {
    [
      "path": text(rule.path), "ruleId": rule.ruleID.map { .integer($0) } ?? .null,
      "displayName": .string(rule.displayName),
      "names": .array(rule.names.map { .string($0) }), "action": text(rule.action),
      "total": rule.total.document, "clusters": byCluster(rule.clusters),
    ]
  }

  private func byCluster(_ figures: [String: TrafficFigures]) -> JSONValue {
    .array(
      clusters.compactMap { name in
        figures[name].map { figures in
          var object = figures.document.object ?? JSONObject()
          object["name"] = .string(name)
          return .object(object)
        }
      })
  }

  private func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
