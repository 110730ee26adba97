import AntreaModel
import Failures
import KubernetesClient
import Planning

extension Run {
  /// The ApplySet of an owner; its parent stands beside the Lease.
  func applySet(of owner: String) -> ApplySet {
    ApplySet(owner: owner, namespace: settings.text("apply.lockNamespace") ?? "kube-system")
  }

  /// The ApplySet of an owner and what a cluster has in its parent's place.
  ///
  /// - Returns: `nil` where there is no owner yet.
  func applySetView(
    of owner: String, _ client: KubernetesClient
  ) async throws -> ApplySet.View? {
    guard !owner.isEmpty else { return nil }
    let set = applySet(of: owner)
    do {
      let parent = try await client.find(
        Self.configMaps, namespace: set.namespace, name: set.parentName)
      return ApplySet.View(set, set.standing(of: parent))
    } catch let error as KubernetesAPIError where error.isForbidden {
      return ApplySet.View(set, .unreadable)
    }
  }

  /// Names every kind in the parent that has members before or after a plan, so
  /// that a run that dies leaves none that the parent does not name.
  ///
  /// - Returns: The kinds that it names now; `nil` where no ApplySet is kept.
  /// - Throws: ``Failure`` of kind refused where the parent is somebody else's.
  func widenApplySet(
    of plan: Plan, cluster: String, _ client: KubernetesClient
  ) async throws -> Set<String>? {
    guard plan.scope.applySet != nil, let view = try await applySetView(of: plan.owner, client)
    else { return nil }
    let needed = plan.memberKinds(isOver: false)
    switch view.standing {
    case .unreadable:
      log.warning(
        "cluster \(cluster): ConfigMap \(view.set.namespace)/\(view.set.parentName) may not be read, so no ApplySet is kept (examples/rbac.yaml has the right)"
      )
      return nil
    case .foreign(let reason):
      throw PlanRefusal(.foreignApplySet, [view.set.parentName, reason])
    case .absent:
      try await writeParent(of: view.set, needed, client)
      return needed
    case .present(let kinds):
      if !needed.isSubset(of: kinds) {
        try await writeParent(of: view.set, kinds.union(needed), client)
      }
      return kinds.union(needed)
    }
  }

  /// Takes the kinds out of the parent that have no members any more, after a
  /// plan was carried out wholly. Failing at it harms nothing.
  func narrowApplySet(
    of plan: Plan, named: Set<String>, cluster: String, _ client: KubernetesClient
  ) async {
    // Kinds that this version does not know may be a newer one's.
    let known = Set(Self.antreaResources.map { "\($0.kind).\($0.group)" })
    let needed = plan.memberKinds(isOver: true).union(named.subtracting(known))
    guard needed != named else { return }
    do { try await writeParent(of: applySet(of: plan.owner), needed, client) } catch {
      log.warning("cluster \(cluster): the ApplySet's parent was not updated: \(error)")
    }
  }

  private func writeParent(
    of set: ApplySet, _ kinds: Set<String>, _ client: KubernetesClient
  ) async throws {
    guard let parent = KubernetesObject(set.parent(kinds: kinds, version: Self.version)) else {
      return
    }
    _ = try await client.apply(
      parent, as: Self.configMaps, options: WriteOptions(force: true))
  }
}
