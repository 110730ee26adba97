import AntreaModel

extension ClusterExamination {
  /// ``DoctorCheck/vendorAdapter``.
  func vendorAdapter(_ facts: Facts) throws -> [DoctorVerdict] {
    let live = try facts.live.get()
    let policies = live.filter {
      $0.kind == "ClusterNetworkPolicy" && $0.labels[Ownership.vendorLabel] != nil
    }
    var verdicts: [DoctorVerdict] = []
    if !policies.isEmpty {
      verdicts.append(
        .warning(
          "VMware's adapter has \(policies.count) policies here, whose tiers come before ours: for example \(policies[0].name)"
        ))
    } else if live.contains(where: { $0.kind == "Tier" && $0.name.hasPrefix("nsx-category-") }) {
      verdicts.append(
        .warning(
          "the tiers of VMware's adapter (nsx-category-…) stand here, without policies",
          "delete them where the cluster is deregistered"))
    }
    let isRegistered = controlPlanes?.contains { plane in
      [cluster.name, cluster.controlPlane ?? cluster.name].contains {
        $0 == plane["id"]?.string || $0 == plane["display_name"]?.string
          || $0 == plane["path"]?.string
      }
    }
    if isRegistered == true, run.settings.flag("inventory.enabled"),
      !run.settings.flag("inventory.takeOwnership")
    {
      verdicts.append(
        .failed(
          "NSX has the cluster registered: its inventory is not reported unless VMware's adapter is silent",
          "switch inventory.enabled off, or stop the adapter; inventory.takeOwnership writes all the same, and deletes from NSX's inventory whatever this cluster does not have, also what others created",
          kind: .refused))
    }
    return verdicts.isEmpty ? [.ok("nothing of it in the cluster")] : verdicts
  }
}
