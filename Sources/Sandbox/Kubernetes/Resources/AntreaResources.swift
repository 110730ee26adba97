import Documents

extension ResourceCatalogue {
  private static func antrea(
    _ kind: String, _ plural: String, _ shortNames: [String], namespaced: Bool = false,
    status: Bool = true, columns: [PrinterColumn] = [], showsAge: Bool = true, schema: JSONValue
  ) -> ResourceKind {
    ResourceKind(
      group: "crd.antrea.io", version: "v1beta1", kind: kind, plural: plural,
      shortNames: shortNames, namespaced: namespaced, hasStatus: status, isCustom: true,
      countsGenerations: true, columns: columns, showsAge: showsAge, schema: schema)
  }

  private static let policyColumns = [
    PrinterColumn("Tier", ".spec.tier"),
    PrinterColumn("Priority", type: "number", ".spec.priority"),
    PrinterColumn("Desired Nodes", type: "number", ".status.desiredNodesRealized"),
    PrinterColumn("Current Nodes", type: "number", ".status.currentNodesRealized"),
  ]

  /// The group `crd.antrea.io`.
  static let antrea: [ResourceKind] = [
    antrea(
      "AntreaAgentInfo", "antreaagentinfos", ["aai"], status: false, showsAge: false,
      schema: AntreaSchemas.open),
    antrea(
      "AntreaControllerInfo", "antreacontrollerinfos", ["aci"], status: false, showsAge: false,
      schema: AntreaSchemas.open),
    antrea("ClusterGroup", "clustergroups", ["cg"], schema: AntreaSchemas.clusterGroup),
    antrea(
      "ClusterNetworkPolicy", "clusternetworkpolicies", ["acnp"], columns: policyColumns,
      schema: AntreaSchemas.clusterNetworkPolicy),
    antrea("Egress", "egresses", ["eg"], schema: AntreaSchemas.open),
    antrea("ExternalIPPool", "externalippools", ["eip"], schema: AntreaSchemas.open),
    antrea("Group", "groups", ["grp"], namespaced: true, schema: AntreaSchemas.group),
    antrea("IPPool", "ippools", ["ipp"], schema: AntreaSchemas.open),
    antrea(
      "NetworkPolicy", "networkpolicies", ["annp", "anp"], namespaced: true,
      columns: policyColumns, schema: AntreaSchemas.networkPolicy),
    antrea(
      "Tier", "tiers", ["tr"], status: false,
      columns: [PrinterColumn("Priority", type: "integer", ".spec.priority")],
      schema: AntreaSchemas.tier),
    antrea(
      "Traceflow", "traceflows", ["tf"],
      columns: [
        PrinterColumn("Phase", ".status.phase"),
        PrinterColumn("Source-Pod", ".spec.source.pod", priority: 10),
        PrinterColumn("Destination-Pod", ".spec.destination.pod", priority: 10),
        PrinterColumn("Destination-IP", ".spec.destination.ip", priority: 10),
        PrinterColumn("Live-Traffic", type: "boolean", ".spec.liveTraffic", priority: 10),
        PrinterColumn("Dropped-Only", type: "boolean", ".spec.droppedOnly", priority: 10),
        PrinterColumn("Timeout", type: "integer", ".spec.timeout", priority: 10),
      ], schema: TraceflowSchemas.traceflow),
  ]

  /// What antrea-controller serves through the aggregation layer.
  static let antreaAggregated: [ResourceKind] = [
    ResourceKind(
      group: "stats.antrea.io", version: "v1alpha1", kind: "AntreaClusterNetworkPolicyStats",
      plural: "antreaclusternetworkpolicystats", verbs: ["get", "list"]),
    ResourceKind(
      group: "stats.antrea.io", version: "v1alpha1", kind: "AntreaNetworkPolicyStats",
      plural: "antreanetworkpolicystats", namespaced: true, verbs: ["get", "list"]),
    ResourceKind(
      group: "stats.antrea.io", version: "v1alpha1", kind: "NetworkPolicyStats",
      plural: "networkpolicystats", namespaced: true, verbs: ["get", "list"]),
    ResourceKind(
      group: "controlplane.antrea.io", version: "v1beta2", kind: "NetworkPolicy",
      plural: "networkpolicies", verbs: ["get", "list", "watch"]),
    ResourceKind(
      group: "system.antrea.io", version: "v1beta1", kind: "SupportBundle",
      plural: "supportbundles", verbs: ["create", "delete", "get"]),
  ]
}
