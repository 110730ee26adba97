import Documents

/// Antrea's webhooks as its manifest registers them, with the CA that
/// antrea-controller fills in (antrea facts, 5).
enum WebhookSeeds {
  /// The two configurations, and what stands behind their service.
  static func objects(authorityPEM: String) -> [JSONValue] {
    let bundle = JSONValue.string(Base64.encode(Array(authorityPEM.utf8)))
    let writes = ["CREATE", "UPDATE"]
    let validators = [
      ("tiervalidator", "tiers", writes + ["DELETE"], "tier"),
      ("acnpvalidator", "clusternetworkpolicies", writes, "acnp"),
      ("annpvalidator", "networkpolicies", writes, "annp"),
      ("clustergroupvalidator", "clustergroups", writes, "clustergroup"),
      ("groupvalidator", "groups", writes, "group"),
      ("traceflowvalidator", "traceflows", writes, "traceflow"),
    ].map { hook($0.0, $0.1, $0.2, path: "/validate/\($0.3)", bundle) }
    let mutators = [
      ("acnpmutator", "clusternetworkpolicies", "acnp"),
      ("annpmutator", "networkpolicies", "annp"),
    ].map { hook($0.0, $0.1, writes, path: "/mutate/\($0.2)", bundle) }
    return [
      configuration("ValidatingWebhookConfiguration", "crdvalidator.antrea.io", validators),
      configuration("MutatingWebhookConfiguration", "crdmutator.antrea.io", mutators),
      [
        "apiVersion": "v1", "kind": "Endpoints",
        "metadata": ["name": "antrea", "namespace": "kube-system", "labels": ["app": "antrea"]],
        "subsets": [
          [
            "addresses": [["ip": "192.168.0.1"]],
            "ports": [["port": 10349, "protocol": "TCP"]],
          ]
        ],
      ],
    ]
  }

  private static func configuration(
    _ kind: String, _ name: String, _ hooks: [JSONValue]
  ) -> JSONValue {
    [
      "apiVersion": "admissionregistration.k8s.io/v1", "kind": .string(kind),
      "metadata": [
        "name": .string(name), "labels": ["app": "antrea", "served-by": "antrea-controller"],
      ],
      "webhooks": .array(hooks),
    ]
  }

  private static func hook(
    _ name: String, _ resource: String, _ operations: [String], path: String, _ bundle: JSONValue
  ) -> JSONValue {
    [
      "name": .string("\(name).antrea.io"), "admissionReviewVersions": ["v1", "v1beta1"],
      "sideEffects": "None", "timeoutSeconds": 5, "failurePolicy": "Fail",
      "matchPolicy": "Equivalent",
      "clientConfig": [
        "caBundle": bundle,
        "service": [
          "name": "antrea", "namespace": "kube-system", "path": .string(path), "port": 443,
        ],
      ],
      "rules": [
        [
          "apiGroups": ["crd.antrea.io"], "apiVersions": ["v1alpha1", "v1beta1"],
          "operations": .array(operations.map { .string($0) }),
          "resources": [.string(resource)], "scope": "*",
        ]
      ],
    ]
  }
}
