import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient

/// The checks of one cluster.
struct ClusterExamination {
  let run: Run
  let cluster: ClusterSettings
  /// What NSX knows; `nil` where it could not be asked.
  let controlPlanes: [JSONValue]?
  /// What NSX hears from their adapters; `nil` where it does not tell.
  let adapterStatuses: [JSONValue]?
  /// How long ago the last run may have been; `nil` for any time.
  let maxAge: Duration?

  /// What several checks look at, read once.
  struct Facts: Sendable {
    let client: KubernetesClient
    /// Tiers, groups and policies.
    let live: Result<[KubernetesObject], any Error>
    /// The AntreaControllerInfo; `nil` where there is none.
    let controller: Result<KubernetesObject?, any Error>
    /// The AntreaAgentInfos.
    let agents: Result<[KubernetesObject], any Error>
    /// What the server serves.
    let discovery: Result<ServerDiscovery, any Error>

    /// The namespace that Antrea runs in, where the controller says so.
    var namespace: String {
      (try? controller.get())?.flatMap { $0.document[path: "podRef", "namespace"]?.string }
        ?? "kube-system"
    }
  }

  func results() async throws -> [DoctorResult] {
    let checks = DoctorCheck.allCases.filter { $0.area == .cluster }
    var connected: (client: KubernetesClient, version: ServerVersion)?
    var results = try await check(.clusterReachable) {
      let client = try await run.connectCluster(cluster)
      let version = try await client.version()
      connected = (client, version)
      return [.ok("Kubernetes \(version.gitVersion)")]
    }
    if connected == nil, !(await hasConnection()) {
      // That there is no way to the server is told once.
      results += DoctorExamining.skipped(
        [.clusterCertificate, .clusterClock], cluster.name, "no connection can be made")
    } else {
      results += try await check(.clusterCertificate) { try await clusterCertificate() }
      results += try await check(.clusterClock) { try await clusterClock() }
    }
    results += try await check(.controlPlane) { controlPlane() }
    guard let (client, version) = connected else {
      let made = Set(results.map(\.check))
      return results
        + DoctorExamining.skipped(
          checks.filter { !made.contains($0) }, cluster.name, "the cluster does not answer us")
    }
    let facts = try await facts(client)
    results += try await check(.clusterVersion) { clusterVersion(version) }
    results += try await check(.clusterRights) { try await clusterRights(facts) }
    results += try await check(.antreaVersion) { try antreaVersion(facts) }
    results += try await check(.antreaController) { try antreaController(facts) }
    results += try await check(.antreaAgents) { try await antreaAgents(facts) }
    results += try await check(.antreaGates) { try await antreaGates(facts) }
    results += try await check(.antreaKinds) { try antreaKinds(facts) }
    results += try await check(.antreaDefinitions) { try await antreaDefinitions(facts) }
    results += try await check(.antreaAPIs) { try antreaAPIs(facts) }
    results += try await check(.antreaWebhooks) { try await antreaWebhooks(facts) }
    results += try await check(.tiers) { try tiers(facts) }
    results += try await check(.vendorAdapter) { try await vendorAdapter(facts) }
    results += try await check(.fieldManagers) { try fieldManagers(facts) }
    results += try await check(.lease) { try await lease(facts) }
    results += try await check(.lastRun) { try await lastRun(facts) }
    results += try await check(.leftovers) { try await leftovers(facts) }
    return results
  }

  /// Whether the kubeconfig says where the server is.
  private func hasConnection() async -> Bool {
    do {
      _ = try await run.clusterConnection(cluster)
      return true
    } catch { return false }
  }

  private func check(
    _ check: DoctorCheck, _ body: () async throws -> [DoctorVerdict]
  ) async throws -> [DoctorResult] {
    try await DoctorExamining.results(check, cluster.name, body)
  }

  private func facts(_ client: KubernetesClient) async throws -> Facts {
    async let live = caught {
      var objects: [KubernetesObject] = []
      for resource in Run.antreaResources { objects += try await client.list(resource).objects }
      return objects
    }
    async let controller = caught {
      try await client.find(Run.controllerInfo, name: "antrea-controller")
    }
    async let agents = caught { try await client.list(Run.agentInfo).objects }
    async let discovery = caught {
      try await client.discovery(groups: Set(Self.groups))
    }
    let facts = Facts(
      client: client, live: await live, controller: await controller, agents: await agents,
      discovery: await discovery)
    try Task.checkCancellation()
    return facts
  }

  /// The API groups that are looked at.
  static let groups = [
    "crd.antrea.io", "stats.antrea.io", "controlplane.antrea.io", "system.antrea.io",
  ]

  private func caught<Value: Sendable>(
    _ body: @Sendable () async throws -> Value
  ) async -> Result<Value, any Error> {
    do { return .success(try await body()) } catch { return .failure(error) }
  }
}

extension Run {
  /// What the controller says of itself.
  static let controllerInfo = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "AntreaControllerInfo",
    plural: "antreacontrollerinfos", isNamespaced: false)
  /// What each agent says of itself.
  static let agentInfo = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "AntreaAgentInfo",
    plural: "antreaagentinfos", isNamespaced: false)
}
