import Documents
import Foundation
import Sandbox
import Workflow

/// A site with several clusters behind one NSX, each with the same policies.
final class FleetSite: Sendable {
  /// NSX, the repository and the configuration.
  let site: TestSite
  /// The clusters, in the order of the configuration.
  let clusters: [Cluster]

  struct Cluster: Sendable {
    let name: String
    let service: KubernetesService
    let server: SandboxServer

    /// Requests that write policies, groups and tiers.
    var writes: [String] {
      server.log.all.filter { $0.method != "GET" && $0.path.contains("crd.antrea.io") }
        .map { "\($0.method) \($0.path)" }
    }

    func policies() async -> [JSONValue] {
      await service.objects("clusternetworkpolicies.crd.antrea.io")
    }
  }

  /// - Parameters:
  ///   - names: The clusters.
  ///   - planes: The control planes of those that are not the estate's.
  ///   - haveInventories: Whether each has an inventory in NSX of its own.
  ///   - options: How the API of a cluster behaves.
  init(
    folder: String, names: [String], planes: [String: String] = [:],
    haveInventories: Bool = false,
    options: (String) -> KubernetesOptions = { _ in KubernetesOptions() }
  ) async throws {
    site = try await TestSite(folder: folder)
    var clusters: [Cluster] = []
    var configuration = ""
    for name in names {
      var options = options(name)
      options.tokens = ["test-token": "tester"]
      let service = KubernetesService(
        clusterName: name, objects: TestSite.kubernetes, options: options)
      let server = try await SandboxServer.start(service, certificates: site.certificates)
      clusters.append(Cluster(name: name, service: service, server: server))
      try site.writeKubeconfig("kubeconfig-\(name)", url: server.url)
      configuration += """
          - name: \(name)
            controlPlane: \(planes[name] ?? TestSite.cluster)
            kubeconfig: kubeconfig-\(name)
        \(haveInventories ? "    inventoryID: 00000000-0000-5000-8000-00000000000\(clusters.count)" : "")

        """
    }
    self.clusters = clusters
    try site.write(
      "nsx-antrea.yaml",
      """
      nsx:
        managers: ["\(site.managerServer.url)"]
        username: admin
        caFile: ca.crt
      clusters:
      \(configuration)
      repository:
        path: policies.git
      apply:
        waitTimeout: 60s
      """)
  }

  subscript(_ name: String) -> Cluster? { clusters.first { $0.name == name } }

  func stop() async {
    for cluster in clusters { await cluster.server.stop() }
    await site.stop()
  }

  /// The documents of a run with `--output ndjson`.
  static func events(_ output: String) throws -> [JSONValue] {
    try output.split(separator: "\n").map { try JSONValue(json: Array($0.utf8)) }
  }
}

/// Runs a test with a fleet that is taken down at the end.
func withFleet<Result>(
  _ names: [String], planes: [String: String] = [:], haveInventories: Bool = false,
  options: (String) -> KubernetesOptions = { _ in KubernetesOptions() },
  _ body: (FleetSite) async throws -> Result
) async throws -> Result {
  try await withTemporaryFolder { folder in
    let fleet = try await FleetSite(
      folder: folder, names: names, planes: planes, haveInventories: haveInventories,
      options: options)
    do {
      let result = try await body(fleet)
      await fleet.stop()
      return result
    } catch {
      await fleet.stop()
      throw error
    }
  }
}
