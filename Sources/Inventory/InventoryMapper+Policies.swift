import AntreaModel
import Documents

extension InventoryMapper {
  func fillPolicy(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ kind: InventoryKind,
    _ index: InventoryIndex
  ) {
    addProject(to: &draft, object, index)
    draft["policy_type"] = kind.policyType.map { .string($0) }
    draft.spec()
    var observation = InventoryObservation(policy: object)
    if let given = observations.policies[draft.id] {
      if given.isHealthy != nil {
        observation.isHealthy = given.isHealthy
        observation.problems = given.problems
      }
      observation.properties.merge(given.properties) { $1 }
    }
    draft.observe(observation)
  }

  func fillIngress(
    _ draft: inout InventoryDraft, _ object: KubernetesObject, _ index: InventoryIndex
  ) {
    addProject(to: &draft, object, index)
    let spec = object.document["spec"] ?? [:]
    draft.spec()
    draft.properties(["ingress_class": spec["ingressClassName"]?.string])
    if !incompleteKinds.contains(.service) {
      var names: Set<String> = []
      func add(_ backend: JSONValue?) {
        if let name = backend?[path: "service", "name"]?.string { names.insert(name) }
      }
      add(spec["defaultBackend"])
      for rule in spec["rules"]?.array ?? [] {
        for path in rule[path: "http", "paths"]?.array ?? [] { add(path["backend"]) }
      }
      let ids = names.compactMap { index.uid(.service, object.namespace, $0) }
      draft.texts("container_application_ids", ids.sorted { utf8Order($0, $1) < 0 })
    }
    // NSX spells this member without the "r" here.
    if cluster.sendsNewMembers {
      draft["load_balance_ingress"] = loadBalancer(&draft, object, "load_balance_ingress")
    }
  }
}
