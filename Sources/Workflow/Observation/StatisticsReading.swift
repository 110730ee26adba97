import AntreaModel
import Documents
import Failures
import KubernetesClient
import Observation
import YAMLCoding

extension Run {
  /// Kubernetes' own policies.
  static let nativePolicies = APIResource(
    group: "networking.k8s.io", version: "v1", kind: "NetworkPolicy", plural: "networkpolicies",
    isNamespaced: true)

  /// The policies that are counted: those that were made from NSX, or all.
  private static func counted(all: Bool) throws -> [(policy: APIResource, counters: APIResource)] {
    let ours = (
      try resource(of: "ClusterNetworkPolicy"),
      statistics("AntreaClusterNetworkPolicyStats", namespaced: false)
    )
    guard all else { return [ours] }
    return [
      ours, (namespacedPolicies, statistics("AntreaNetworkPolicyStats", namespaced: true)),
      (nativePolicies, statistics("NetworkPolicyStats", namespaced: true)),
    ]
  }

  private static func statistics(_ kind: String, namespaced: Bool) -> APIResource {
    APIResource(
      group: "stats.antrea.io", version: "v1alpha1", kind: kind, plural: kind.lowercased(),
      isNamespaced: namespaced)
  }

  /// Reads what Antrea counts of the policies of a cluster.
  ///
  /// - Parameters:
  ///   - repository: The repository or folder whose tree says what NSX calls the
  ///     rules; default: the configured one.
  ///   - all: Whether policies that were not made from NSX are read as well.
  /// - Throws: ``Failure`` where the cluster keeps no statistics, with the reason.
  func counters(
    of cluster: ClusterSettings, _ client: KubernetesClient, repository: String? = nil, all: Bool
  ) async throws -> ClusterCounters {
    let provenance = provenance(of: cluster.name, in: repository)
    var policies: [KubernetesObject] = []
    var counters: [KubernetesObject] = []
    for (policy, statistics) in try Self.counted(all: all) {
      let selector = all ? nil : ownSelector(provenance, of: cluster.name)
      let live = try await client.list(policy, labelSelector: selector).objects
        .filter { $0.annotations[Ownership.temporaryAnnotation] == nil }
      if live.isEmpty { continue }
      policies += live
      counters += try await statisticsObjects(statistics, client, cluster.name)
    }
    let time = context.now()
    let found = ClusterCounters(
      name: cluster.name, source: all ? nil : provenance?["owner"]?.string, time: time,
      policies: policies, counters: counters,
      provenance: provenance)
    try await checkCounting(found, counters: counters.count, client)
    return found
  }

  /// Selects the policies of this source: by its owner, which the tree tells or NSX's
  /// address makes, since another source may use the same paths.
  func ownSelector(_ provenance: JSONValue?, of cluster: String) -> String {
    guard let owner = provenance?["owner"]?.string ?? runSource(of: cluster), !owner.isEmpty else {
      return "\(Ownership.managedByLabel)=\(Ownership.managedByValue)"
    }
    return "\(Ownership.ownerLabel)=\(owner)"
  }

  private func statisticsObjects(
    _ resource: APIResource, _ client: KubernetesClient, _ cluster: String
  ) async throws -> [KubernetesObject] {
    do {
      return try await client.list(resource).objects
    } catch let error as KubernetesAPIError where error.isNotFound {
      throw Failure(
        .failed, subject: "cluster \(cluster)",
        cause: "its API server does not serve stats.antrea.io/v1alpha1",
        remedy:
          "Antrea registers it as the APIService v1alpha1.stats.antrea.io: is Antrea installed, and not too old?"
      )
    } catch let error as KubernetesAPIError where error.isTransient {
      throw Failure(
        .unreachable, subject: "cluster \(cluster)",
        cause: "antrea-controller does not answer for stats.antrea.io: \(error.failure.cause)",
        remedy: "look at the APIService v1alpha1.stats.antrea.io and at antrea-controller")
    }
  }

  /// What NSX calls the rules; `nil` without a tree.
  func provenance(of cluster: String, in repository: String?) -> JSONValue? {
    guard let path = repositoryPath(repository), Files.isFolder(path) else { return nil }
    do { return try treeSource(path).provenance(of: cluster) } catch {
      log.warning(
        "cluster \(cluster): names of rules come from the cluster alone: \((error as? any FailureConvertible)?.failure.cause ?? "\(error)")"
      )
      return nil
    }
  }

  /// Tells counters that are 0 because nothing came from those that are because
  /// nobody counts.
  ///
  /// - Throws: ``Failure`` where Antrea keeps no statistics: with the gate off it
  ///   lists none, although each policy has an entry otherwise.
  private func checkCounting(
    _ found: ClusterCounters, counters: Int, _ client: KubernetesClient
  ) async throws {
    guard !found.policies.isEmpty, found.policies.allSatisfy(\.total.isZero) else { return }
    let off = await componentsWithoutStatistics(client)
    if counters == 0 {
      throw Failure(
        .failed, subject: "cluster \(found.name)",
        cause: off.contains("antrea-controller")
          ? "Antrea's feature gate NetworkPolicyStats is off, so nothing is counted"
          : "Antrea lists no statistics for any of \(found.policies.count) policies, as where its feature gate NetworkPolicyStats is off",
        remedy: "switch NetworkPolicyStats on in antrea-config, for controller and agents")
    }
    if off.contains("antrea-agent") {
      log.warning(
        "cluster \(found.name): the feature gate NetworkPolicyStats is off for the agents, so that all counters stay 0"
      )
    }
  }

  /// The components whose configuration switches statistics off; none where it
  /// cannot be read.
  private func componentsWithoutStatistics(_ client: KubernetesClient) async -> Set<String> {
    let info = try? await client.find(Self.controllerInfo, name: "antrea-controller")
    let namespace = info?.document[path: "podRef", "namespace"]?.string ?? "kube-system"
    guard
      let map = try? await client.find(
        Self.configMaps, namespace: namespace, name: "antrea-config")
    else { return [] }
    return Set(
      ["antrea-controller", "antrea-agent"].filter { component in
        guard let text = map.document[path: "data", "\(component).conf"]?.string,
          let document = try? YAMLReader.document(Array(text.utf8))
        else { return false }
        return document[path: "featureGates", "NetworkPolicyStats"]?.bool == false
      })
  }
}
