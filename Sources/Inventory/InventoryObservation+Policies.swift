import AntreaModel
import Documents

extension InventoryObservation {
  /// What the status of a policy says: Antrea's realization and where the
  /// policy comes from. A policy of Kubernetes is healthy unless its status says
  /// otherwise, which only Kubernetes 1.24 to 1.27 have.
  ///
  /// Healthy are policies that are realized at their present generation, and
  /// those without rules, which Antrea never reports as realized.
  public init(policy object: KubernetesObject) {
    self.init(isHealthy: true)
    let status = object.document["status"]
    guard object.reference.group.hasSuffix("antrea.io") else {
      // `Accepted` is good when True, `PartialFailure` and `Failure` are when False.
      let texts = messages(status?["conditions"]) { condition in
        condition["status"]?.string == (condition["type"]?.string == "Accepted" ? "False" : "True")
      }
      isHealthy = texts.isEmpty
      problems = texts.map { Problem(code: "NETWORK_POLICY_FAILED", message: $0) }
      return
    }
    let phase = status?["phase"]?.string ?? "Pending"
    let isCurrent =
      status?["observedGeneration"]?.integer
      == object.document[path: "metadata", "generation"]?.integer
    let rules = ["ingress", "egress"].flatMap { object.document["spec"]?[$0]?.array ?? [] }
    if !rules.isEmpty, phase != "Realized" || !isCurrent {
      isHealthy = false
      let type = object.kind == "ClusterNetworkPolicy" ? "ACNP" : "ANP"
      let code = "\(type)_\(phase == "Failed" ? "FAILED" : "PENDING")"
      var texts = messages(status?["conditions"]) { condition in
        let isTrue = condition["status"]?.string == "True"
        return isTrue == (condition["type"]?.string == "RealizationFailure")
      }
      if texts.isEmpty {
        let current = status?["currentNodesRealized"]?.integer ?? 0
        let desired = status?["desiredNodesRealized"]?.integer ?? 0
        texts = ["\(phase): \(current) of \(desired) Nodes"]
      }
      let details = Self.details(of: object)
      problems = texts.map { Problem(code: code, message: $0, details: details) }
    }
    properties["nsx.policy.path"] = object.annotations[Ownership.pathAnnotation]
    for (key, member) in [
      ("realized.nodes", "currentNodesRealized"), ("desired.nodes", "desiredNodesRealized"),
      ("observed.generation", "observedGeneration"),
    ] {
      properties[key] = status?[member]?.integer.map { String($0) }
    }
  }

  /// What Antrea says of a policy that is not realized, as JSON text.
  private static func details(of object: KubernetesObject) -> String {
    let status = object.document["status"]
    var details = JSONObject()
    details["generation"] = object.document[path: "metadata", "generation"]
    for member in [
      "phase", "observedGeneration", "currentNodesRealized", "desiredNodesRealized", "conditions",
    ] {
      details[member] = status?[member]
    }
    // Valid JSON, whatever it has to leave out.
    if "\(JSONValue.object(details))".utf8.count > 1024 { details["conditions"] = nil }
    return "\(JSONValue.object(details))"
  }
}
