import AntreaModel
import KubernetesClient

extension ClusterExamination {
  /// ``DoctorCheck/vendorAdapter``: what it left tells nothing of whether it works.
  func vendorAdapter(_ facts: Facts) async throws -> [DoctorVerdict] {
    var signs = try await vendorAdapterSigns(facts)
    var left: [String] = []
    do { left = Self.remains(try facts.live.get()) } catch let error as KubernetesAPIError
      where error.isForbidden
    {
      signs.unseen.append("policies and tiers may not be listed")
      signs.sawPods = false
    }
    var verdicts: [DoctorVerdict] = []
    if !signs.here.isEmpty || signs.heard != nil {
      verdicts.append(living(signs, left))
    } else if !left.isEmpty {
      verdicts.append(leftBehind(signs, left))
    }
    if signs.heard != nil { verdicts += inventoryFight(signs) }
    if !verdicts.isEmpty { return verdicts }
    guard signs.sawPods else {
      return [
        .skipped(
          "nothing of it is seen, but \(signs.unseen.joined(separator: ", "))",
          "nsx-antrea-read of examples/rbac.yaml has the rights")
      ]
    }
    return [.ok("it does not work here: \(signs.dead.joined(separator: ", "))")]
  }

  /// What the adapter has made in a cluster, in words.
  private static func remains(_ live: [KubernetesObject]) -> [String] {
    let policies = live.filter {
      $0.kind == "ClusterNetworkPolicy" && $0.labels[Ownership.vendorLabel] != nil
    }
    let groups = live.count {
      $0.kind == "ClusterGroup" && $0.labels[Ownership.vendorLabel] != nil
    }
    let tiers = live.count { $0.kind == "Tier" && $0.name.hasPrefix("nsx-category-") }
    var left: [String] = []
    if let first = policies.first {
      left.append("\(policies.count) policies whose tiers come before ours (\(first.name), …)")
    }
    if groups > 0 { left.append("\(groups) groups") }
    if tiers > 0 { left.append("\(tiers) tiers nsx-category-…") }
    return left
  }

  private func living(_ signs: VendorAdapterSigns, _ left: [String]) -> DoctorVerdict {
    let has = left.isEmpty ? "it has made nothing here" : "it has \(left.joined(separator: ", "))"
    let shown = (signs.here + [signs.heard].compactMap(\.self)).joined(separator: "; ")
    if signs.here.isEmpty, signs.sawPods {
      return .warning(
        "VMware's adapter works for this control plane, and not in this cluster: \(shown); \(signs.dead.joined(separator: ", ")); \(has)",
        "see whether another cluster is registered by this name, and name this one's control plane by `controlPlane`"
      )
    }
    return .warning("VMware's adapter works here: \(shown); \(has)")
  }

  private func leftBehind(_ signs: VendorAdapterSigns, _ left: [String]) -> DoctorVerdict {
    let what = left.joined(separator: ", ")
    guard signs.sawPods else {
      return .warning(
        "VMware's adapter has \(what); whether it still works is not known: \(signs.unseen.joined(separator: ", "))",
        "nsx-antrea-read of examples/rbac.yaml has the right to look for its pods")
    }
    return .warning(
      "VMware's adapter does not work here any more (\(signs.dead.joined(separator: ", "))), and has left \(what)",
      "they still decide, and nobody keeps them up to date: deregister the cluster, which deletes them, or delete policies, groups and tiers in this order"
    )
  }

  /// Two who report the same inventory.
  private func inventoryFight(_ signs: VendorAdapterSigns) -> [DoctorVerdict] {
    guard run.settings.flag("inventory.enabled") || !run.settings.list("report.parts").isEmpty
    else { return [] }
    let heard = signs.heard ?? ""
    if run.settings.flag("inventory.takeOwnership") {
      return [
        .warning(
          "\(heard), and inventory.takeOwnership lets us report to the same inventory: the two undo each other's changes",
          "stop the adapter, or switch inventory.takeOwnership off")
      ]
    }
    return [
      .failed(
        "\(heard), so reporting the inventory of this cluster is refused",
        "switch inventory.enabled and report.parts off, or stop the adapter; inventory.takeOwnership writes all the same, and deletes from NSX's inventory whatever this cluster does not have, also what others created",
        kind: .refused)
    ]
  }
}
