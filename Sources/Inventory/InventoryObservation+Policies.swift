import AntreaModel
import Documents

extension InventoryObservation {
  /// What the status of a policy says: Antrea's realization and where the
  /// policy comes from. A policy of Kubernetes has no status and is healthy.
  ///
  /// Healthy are policies that are realized at their present generation, and
  /// those without rules, which Antrea never reports as realized.
  public init(policy object: KubernetesObject) {
    self.init(isHealthy: true)
    guard object.reference.group.hasSuffix("antrea.io") else { return }
    let status = object.document["status"]
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
      problems = texts.map { Problem(code: code, message: $0) }
    }
    properties["nsx.policy.path"] = object.annotations[Ownership.pathAnnotation]
    for (key, member) in [
      ("realized.nodes", "currentNodesRealized"), ("desired.nodes", "desiredNodesRealized"),
      ("observed.generation", "observedGeneration"),
    ] {
      properties[key] = status?[member]?.integer.map { String($0) }
    }
  }
}
