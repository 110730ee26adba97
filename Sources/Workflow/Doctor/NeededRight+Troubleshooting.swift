extension NeededRight {
  /// The rights of `doctor`, `traceflow`, `logs` and `support-bundle`, which stand
  /// in roles of their own.
  ///
  /// - Parameters:
  ///   - antreaNamespace: Where Antrea runs.
  ///   - lockNamespace: Where the Lease stands.
  static func troubleshooting(
    _ antreaNamespace: String, lockNamespace: String
  ) -> [NeededRight] {
    func rights(
      _ verbs: [String], _ group: String, _ resource: String, _ subresource: String? = nil,
      name: String? = nil, namespace: String? = nil, for purpose: String
    ) -> [NeededRight] {
      verbs.map { verb in
        NeededRight(
          verb: verb, group: group, resource: resource, subresource: subresource,
          namespace: namespace, name: name, role: "nsx-antrea-troubleshoot",
          file: "rbac-troubleshoot.yaml", purpose: purpose)
      }
    }
    let hooks = "admissionregistration.k8s.io"
    return rights(["list"], hooks, "validatingwebhookconfigurations", for: "doctor (webhooks)")
      + rights(["list"], hooks, "mutatingwebhookconfigurations", for: "doctor (webhooks)")
      + rights(
        ["get"], "", "endpoints", name: "antrea", namespace: antreaNamespace,
        for: "doctor (webhooks)")
      + ["antreampadapterinfos", "antreaccpadapterinfos"].flatMap {
        rights(
          ["list"], "clusterinformation.antrea-interworking.tanzu.vmware.com", $0,
          for: "doctor (whether VMware's adapter works)")
      }
      + rights(
        ["get"], "", "pods", "log", namespace: antreaNamespace, for: "logs, support-bundle")
      + [
        NeededRight(
          verb: "get", group: "", resource: "nodes", subresource: "proxy",
          role: "nsx-antrea-audit-logs", file: "rbac-troubleshoot.yaml",
          purpose: "logs and support-bundle (audit lines, through the kubelet)")
      ]
      + bundles(antreaNamespace)
      + rights(["list"], "crd.antrea.io", "traceflows", for: "doctor (leftovers)")
      + rights(["create", "get", "delete"], "crd.antrea.io", "traceflows", for: "traceflow")
      + rights(["get"], "crd.antrea.io", "antreaagentinfos", for: "traceflow without a result")
      + rights(["get"], "", "nodes", for: "traceflow without a result")
      + rights(
        ["get"], "coordination.k8s.io", "leases", namespace: lockNamespace, for: "doctor (the lock)"
      )
  }

  /// The rights of `support-bundle` about Antrea's own bundles.
  private static func bundles(_ antreaNamespace: String) -> [NeededRight] {
    func right(
      _ verb: String, _ group: String, _ resource: String, _ subresource: String? = nil,
      name: String? = nil, namespace: String? = nil
    ) -> NeededRight {
      NeededRight(
        verb: verb, group: group, resource: resource, subresource: subresource,
        namespace: namespace, name: name, role: "nsx-antrea-troubleshoot",
        file: "rbac-troubleshoot.yaml", purpose: "support-bundle")
    }
    let system = "system.antrea.io"
    return ["create", "get", "delete"].map { right($0, system, "supportbundles") }
      + [
        right("get", system, "supportbundles", "download"),
        right("list", "stats.antrea.io", "antreaclusternetworkpolicystats"),
        right(
          "create", "", "serviceaccounts", "token", name: "antctl", namespace: antreaNamespace),
      ]
      + ["create", "get", "list", "delete"].map {
        right($0, "crd.antrea.io", "supportbundlecollections")
      } + [right("create", "", "secrets", namespace: antreaNamespace)]
      + ["get", "delete"].map {
        right($0, "", "secrets", name: Run.secretName, namespace: antreaNamespace)
      }
  }
}
