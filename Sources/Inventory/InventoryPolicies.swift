import AntreaModel
import Documents

extension InventoryMapper {
  func networkPolicy(
    _ object: KubernetesObject, type: String, _ index: InventoryIndex
  ) -> JSONValue? {
    guard var result = base(.networkPolicy, object) else { return nil }
    addProject(to: &result, object, index)
    result["policy_type"] = .string(type)
    result["spec"] = .string(InventoryText.spec(of: object.document["spec"] ?? [:]))
    if type != "NETWORK_POLICY" { addRealization(to: &result, object, type) }
    return .object(result)
  }

  /// What Antrea says about the realization, and where the policy comes from.
  private func addRealization(
    to result: inout JSONObject, _ object: KubernetesObject, _ type: String
  ) {
    let status = object.document["status"]
    let phase = status?["phase"]?.string ?? "Pending"
    let isCurrent =
      status?["observedGeneration"]?.integer
      == object.document[path: "metadata", "generation"]?.integer
    let rules = ["ingress", "egress"].flatMap { object.document["spec"]?[$0]?.array ?? [] }
    // Antrea never reports a policy without rules as realized.
    if !rules.isEmpty, phase != "Realized" || !isCurrent {
      var errors = messages(status?["conditions"]) { condition in
        let isTrue = condition["status"]?.string == "True"
        return isTrue == (condition["type"]?.string == "RealizationFailure")
      }
      let current = status?["currentNodesRealized"]?.integer ?? 0
      let desired = status?["desiredNodesRealized"]?.integer ?? 0
      if errors.isEmpty { errors = ["\(phase): \(current) of \(desired) Nodes"] }
      result.setHealth(errors: errors, code: "\(type)_\(phase == "Failed" ? "FAILED" : "PENDING")")
    }
    func number(_ key: String) -> String? { status?[key]?.integer.map { String($0) } }
    result["origin_properties"] = InventoryText.properties([
      "nsx.policy.path": object.annotations[Ownership.pathAnnotation],
      "realized.nodes": number("currentNodesRealized"),
      "desired.nodes": number("desiredNodesRealized"),
      "observed.generation": number("observedGeneration"),
    ])
  }

  func ingress(_ object: KubernetesObject, _ index: InventoryIndex) -> JSONValue? {
    guard var result = base(.ingressPolicy, object) else { return nil }
    addProject(to: &result, object, index)
    let spec = object.document["spec"] ?? [:]
    result["spec"] = .string(InventoryText.spec(of: spec))
    if !incompleteKinds.contains("Service") {
      var names: Set<String> = []
      func add(_ backend: JSONValue?) {
        if let name = backend?[path: "service", "name"]?.string { names.insert(name) }
      }
      add(spec["defaultBackend"])
      for rule in spec["rules"]?.array ?? [] {
        for path in rule[path: "http", "paths"]?.array ?? [] { add(path["backend"]) }
      }
      let ids = names.compactMap { index.uid("Service", object.namespace, $0) }
      result["container_application_ids"] = InventoryText.texts(
        ids.sorted { utf8Order($0, $1) < 0 })
    }
    // NSX spells this member without the "r" here.
    if cluster.sendsNewMembers { result["load_balance_ingress"] = loadBalancer(object) }
    return .object(result)
  }
}
