import AntreaModel
import Failures
import HTTPTransport
import KubernetesClient

extension Run {
  /// The kinds that are planned and applied.
  static let antreaResources = [
    antrea("Tier", "tiers"), antrea("ClusterGroup", "clustergroups"),
    antrea("ClusterNetworkPolicy", "clusternetworkpolicies"),
  ]

  /// Namespaces.
  static let namespaces = core("Namespace", "namespaces", namespaced: false)

  /// Antrea's namespaced policies: read, never written.
  static let namespacedPolicies = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "NetworkPolicy", plural: "networkpolicies",
    isNamespaced: true)

  private static func antrea(_ kind: String, _ plural: String) -> APIResource {
    APIResource(
      group: "crd.antrea.io", version: "v1beta1", kind: kind, plural: plural, isNamespaced: false)
  }

  static func core(_ kind: String, _ plural: String, namespaced: Bool = true) -> APIResource {
    APIResource(group: "", version: "v1", kind: kind, plural: plural, isNamespaced: namespaced)
  }

  /// The resource of an object of ours.
  static func resource(of kind: String) throws -> APIResource {
    guard let found = antreaResources.first(where: { $0.kind == kind }) else {
      throw Failure(
        .invalidInput, subject: kind, cause: "is not a kind that nsx-antrea writes",
        remedy: "the plan file or the tree was edited; make it again")
    }
    return found
  }

  /// How a cluster is connected to.
  func clusterConnection(_ cluster: ClusterSettings) async throws -> ClusterConnectionSettings {
    if cluster.inCluster {
      return try await InClusterConfiguration.connection(environment: context.environment)
        .prepared()
    }
    let folder = settings.file.map { Files.folder(of: $0) } ?? ""
    let path = cluster.kubeconfig.map { Files.resolve($0, relativeTo: folder, home: home) }
    return try await Kubeconfig.load(path: path, environment: context.environment)
      .connection(context: cluster.context, environment: context.programEnvironment).prepared()
  }

  /// Connects to a cluster; nothing is sent yet.
  ///
  /// - Parameter adjust: Changes how HTTP is spoken.
  func connectCluster(
    _ cluster: ClusterSettings, adjust: (inout HTTPClientConfiguration) -> Void = { _ in }
  ) async throws -> KubernetesClient {
    let prepared = try await clusterConnection(cluster)
    var configuration = HTTPClientConfiguration(
      tls: prepared.tls, proxy: proxy(explicit: prepared.proxyURL),
      gate: RequestGate(.kubernetes), trace: traceSink)
    configuration.requestTimeout = settings.duration("kubernetes.requestTimeout") ?? .seconds(60)
    // As many as there is time for.
    configuration.retry.maximumAttemptsOnceServed = .max
    configuration.retry.maximumDelay = .seconds(5)
    // A webhook or etcd that was away for a moment; or a defect that stays.
    configuration.retry.doubtfulStatuses = [500]
    configuration.userAgent = "nsx-antrea/\(Run.version)"
    adjust(&configuration)
    let log = log
    let name = cluster.name
    return KubernetesClient(
      http: CurlClient(configuration), server: prepared.server,
      credentials: prepared.credentials,
      onEvent: { event in
        if case .warning(let text, let path) = event {
          log.warning("cluster \(name): \(path): \(text)")
        }
      })
  }
}
