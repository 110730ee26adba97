import Documents

extension KubernetesState {
  /// Asks Antrea's validating webhooks about a create or an update.
  func validateAdmission(
    _ object: JSONValue, over live: JSONValue?, _ kind: ResourceKind, _ caller: Caller
  ) throws {
    guard kind.group == "crd.antrea.io" else { return }
    if kind.kind == "SupportBundleCollection" { try admitCollection(object) }
    let view = admissionView(for: kind, object, caller)
    try refusing(kind) {
      switch kind.kind {
      case "Tier":
        if let live {
          try TierAdmission.update(object, from: live, in: view)
        } else {
          try TierAdmission.create(object, in: view)
        }
      case "ClusterNetworkPolicy", "NetworkPolicy":
        try PolicyAdmission.validate(object, in: view)
      case "Traceflow": try TraceflowAdmission.validate(object)
      case "ClusterGroup", "Group": try GroupAdmission.validate(object, in: view)
      default: break
      }
    }
  }

  /// Asks the webhook about a delete; only Tiers have one.
  func validateDeletion(_ object: JSONValue, _ kind: ResourceKind, _ caller: Caller) throws {
    guard kind.groupResource == "tiers.crd.antrea.io" else { return }
    let view = admissionView(for: kind, object, caller)
    try refusing(kind) { try TierAdmission.delete(object, in: view) }
  }

  private func admissionView(
    for kind: ResourceKind, _ object: JSONValue, _ caller: Caller
  ) -> AdmissionView {
    var view = AdmissionView(
      tiers: Array(store.all("tiers.crd.antrea.io")), l7Enabled: options.l7Enabled)
    view.isController = caller.user == "system:serviceaccount:kube-system:antrea-controller"
    if kind.kind == "Tier" {
      view.policies =
        store.list("clusternetworkpolicies.crd.antrea.io")
        + store.list("networkpolicies.crd.antrea.io")
    }
    // Only a group with children is compared with the others.
    if kind.kind.hasSuffix("Group"), !object.list("spec", "childGroups").isEmpty {
      let namespace = object.text("metadata", "namespace")
      view.groups = store.all(kind.groupResource).filter {
        $0.text("metadata", "namespace") == namespace
      }
    }
    return view
  }

  private func refusing(_ kind: ResourceKind, _ decide: () throws -> Void) throws {
    let short: [String: String] = [
      "ClusterNetworkPolicy": "acnp", "NetworkPolicy": "annp", "Tier": "tier",
      "ClusterGroup": "clustergroup", "Group": "group",
    ]
    do {
      try decide()
    } catch let denial as AdmissionDenial {
      throw KubernetesFault.denied(
        by: "\(short[kind.kind] ?? kind.singular)validator.antrea.io", denial.message)
    }
  }
}
