import Documents

/// What a cluster with Antrea has before anybody writes to it.
enum ClusterSeeds {
  /// The system Tiers, the CRDs and the controller's own object.
  static func objects(
    version: String, catalogue: ResourceCatalogue, webhookAuthorityPEM: String?, agents: Int,
    now: Int64
  ) -> [JSONValue] {
    let time = JSONValue.string(Timestamps.text(now))
    let tiers: [JSONValue] = TierAdmission.systemTiers.map { tier in
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier",
        "metadata": ["name": .string(tier.name)],
        "spec": ["priority": .integer(tier.priority), "description": .string(tier.description)],
      ]
    }
    let controller: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaControllerInfo",
      "metadata": ["name": "antrea-controller"], "version": .string(version), "apiPort": 10349,
      "connectedAgentNum": .integer(Int64(agents)),
      "controllerConditions": [
        ["type": "ControllerHealthy", "status": "True", "lastHeartbeatTime": time]
      ],
    ]
    let authority = webhookAuthorityPEM ?? (try? SandboxCertificates().authorityPEM) ?? ""
    return tiers + [controller] + WebhookSeeds.objects(authorityPEM: authority)
      + catalogue.kinds.filter(\.isCustom).map { definition(of: $0, time: time) }
  }

  /// The CustomResourceDefinition of a resource.
  static func definition(of kind: ResourceKind, time: JSONValue) -> JSONValue {
    let names: JSONValue = [
      "kind": .string(kind.kind), "listKind": .string("\(kind.kind)List"),
      "plural": .string(kind.plural), "singular": .string(kind.singular),
      "shortNames": .array(kind.shortNames.map(JSONValue.string)),
    ]
    var version: JSONValue = [
      "name": .string(kind.version), "served": true, "storage": true,
      "schema": ["openAPIV3Schema": kind.schema ?? .object(JSONObject())],
    ]
    if kind.hasStatus {
      version.setMember(at: ["subresources", "status"], to: .object(JSONObject()))
    }
    let conditions: [JSONValue] = ["NamesAccepted", "Established"].map {
      ["type": .string($0), "status": "True", "lastTransitionTime": time]
    }
    return [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string(kind.groupResource), "labels": ["app": "antrea"]],
      "spec": [
        "group": .string(kind.group), "names": names,
        "scope": kind.namespaced ? "Namespaced" : "Cluster", "versions": [version],
        "conversion": ["strategy": "None"],
      ],
      "status": [
        "acceptedNames": names, "conditions": .array(conditions),
        "storedVersions": [.string(kind.version)],
      ],
    ]
  }
}
