import AntreaModel
import Documents

extension InventoryMapper {
  /// The cluster itself. Its health is known by another report only.
  func clusterDraft(_ index: InventoryIndex) -> InventoryDraft {
    let traits = InventoryTraits(index)
    var draft = InventoryDraft(cluster: cluster)
    // Of Nodes that were not read nothing can be concluded.
    let isGuess = cluster.exists && incompleteKinds.contains(.node)
    if cluster.type != nil || !isGuess {
      draft["cluster_type"] = .string(cluster.type ?? traits.type)
    }
    draft["cni_type"] = "Antrea"
    if cluster.infrastructure != nil || !isGuess {
      draft["infrastructure"] = [
        "infra_type": .string(cluster.infrastructure ?? traits.infrastructure)
      ]
    }
    draft["scope"] = [["scope_id": .string(cluster.id), "scope_type": "CONTAINER_CLUSTER"]]
    // What is not known stays as NSX has it.
    if traits.antreaVersion != nil || cluster.uid != nil {
      draft.properties([
        InventoryOrigin.versionKey: traits.antreaVersion,
        InventoryOrigin.identityKey: cluster.uid,
      ])
    }
    if let observation = observations.cluster { draft.observe(observation) }
    guard cluster.sendsNewMembers else { return draft }
    if !traits.serviceRanges.isEmpty {
      let limit = 2
      draft.texts("cluster_ip_ranges", Array(traits.serviceRanges.prefix(limit)))
      if traits.serviceRanges.count > limit {
        draft.note(
          .listCut, "cluster_ip_ranges",
          "left out: \(traits.serviceRanges.dropFirst(limit).joined(separator: ", "))")
      }
    }
    draft.text("node_port_range", traits.nodePortRange, limit: 255)
    draft.text("node_port_local_range", traits.nodePortLocalRange, limit: 255)
    return draft
  }
}
