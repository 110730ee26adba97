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
    Self.observe(
      observations.policies[object.uid ?? ""] ?? InventoryObservation(policy: object), in: &result)
    return .object(result)
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
