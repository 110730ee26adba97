extension ResourceCatalogue {
  /// The core group, as far as the tool reads it.
  static let core: [ResourceKind] = [
    ResourceKind(
      group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"],
      namespaced: true),
    ResourceKind(
      group: "", version: "v1", kind: "Endpoints", plural: "endpoints", shortNames: ["ep"],
      namespaced: true),
    ResourceKind(
      group: "", version: "v1", kind: "Namespace", plural: "namespaces", shortNames: ["ns"],
      hasStatus: true, columns: [PrinterColumn("Status", ".status.phase")]),
    ResourceKind(
      group: "", version: "v1", kind: "Node", plural: "nodes", shortNames: ["no"],
      hasStatus: true,
      columns: [PrinterColumn("Version", ".status.nodeInfo.kubeletVersion")]),
    ResourceKind(
      group: "", version: "v1", kind: "Pod", plural: "pods", shortNames: ["po"],
      namespaced: true, hasStatus: true,
      columns: [
        PrinterColumn("Status", ".status.phase"),
        PrinterColumn("IP", ".status.podIP", priority: 1),
        PrinterColumn("Node", ".spec.nodeName", priority: 1),
      ]),
    ResourceKind(
      group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true,
      columns: [PrinterColumn("Type", ".type")]),
    ResourceKind(
      group: "", version: "v1", kind: "ServiceAccount", plural: "serviceaccounts",
      shortNames: ["sa"], namespaced: true),
    ResourceKind(
      group: "", version: "v1", kind: "Service", plural: "services", shortNames: ["svc"],
      namespaced: true, hasStatus: true,
      columns: [
        PrinterColumn("Type", ".spec.type"), PrinterColumn("Cluster-IP", ".spec.clusterIP"),
      ]),
  ]

  /// The other groups of Kubernetes itself.
  static let standard: [ResourceKind] = [
    ResourceKind(
      group: "apps", version: "v1", kind: "DaemonSet", plural: "daemonsets", shortNames: ["ds"],
      namespaced: true, hasStatus: true, countsGenerations: true),
    ResourceKind(
      group: "apps", version: "v1", kind: "Deployment", plural: "deployments",
      shortNames: ["deploy"], namespaced: true, hasStatus: true, countsGenerations: true),
    ResourceKind(
      group: "networking.k8s.io", version: "v1", kind: "Ingress", plural: "ingresses",
      shortNames: ["ing"], namespaced: true, hasStatus: true, countsGenerations: true,
      columns: [PrinterColumn("Class", ".spec.ingressClassName")]),
    ResourceKind(
      group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy",
      plural: "networkpolicies", shortNames: ["netpol"], namespaced: true,
      countsGenerations: true),
    ResourceKind(
      group: "networking.k8s.io", version: "v1", kind: "ServiceCIDR", plural: "servicecidrs",
      hasStatus: true, columns: [PrinterColumn("CIDRs", ".spec.cidrs")]),
    ResourceKind(
      group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", plural: "endpointslices",
      namespaced: true, columns: [PrinterColumn("AddressType", ".addressType")]),
    ResourceKind(
      group: "gateway.networking.k8s.io", version: "v1", kind: "Gateway", plural: "gateways",
      shortNames: ["gtw"], namespaced: true, hasStatus: true, isCustom: true,
      countsGenerations: true, columns: [PrinterColumn("Class", ".spec.gatewayClassName")],
      schema: AntreaSchemas.open),
    ResourceKind(
      group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases",
      namespaced: true, columns: [PrinterColumn("Holder", ".spec.holderIdentity")]),
    ResourceKind(
      group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition",
      plural: "customresourcedefinitions", shortNames: ["crd", "crds"],
      verbs: ["get", "list", "watch"],
      columns: [PrinterColumn("Created At", type: "date", ".metadata.creationTimestamp")],
      showsAge: false),
    ResourceKind(
      group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingWebhookConfiguration",
      plural: "mutatingwebhookconfigurations", countsGenerations: true),
    ResourceKind(
      group: "admissionregistration.k8s.io", version: "v1",
      kind: "ValidatingWebhookConfiguration", plural: "validatingwebhookconfigurations",
      countsGenerations: true),
    ResourceKind(
      group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview",
      plural: "selfsubjectaccessreviews", verbs: ["create"]),
  ]
}
