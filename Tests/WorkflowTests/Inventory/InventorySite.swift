import Documents
import Sandbox
import Workflow

extension TestSite {
  static let inventoryPath = "/api/v1/inventory/container/"

  /// A cluster with something of every kind.
  static let inventoried: [JSONValue] =
    (TestSite.kubernetes + [
      TestSite.object("v1", "Namespace", nil, "kube-system", ["status": ["phase": "Active"]]),
      TestSite.object(
        "gateway.networking.k8s.io/v1", "Gateway", "shop", "edge",
        ["spec": ["listeners": [["name": "web", "protocol": "HTTP", "port": 80]]]]),
      TestSite.object(
        "networking.k8s.io/v1", "NetworkPolicy", "shop", "deny",
        ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]]),
      TestSite.object(
        "networking.k8s.io/v1", "Ingress", "shop", "web",
        ["spec": ["defaultBackend": ["service": ["name": "db", "port": ["number": 5432]]]]]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "ExternalIPPool", nil, "pool",
        ["spec": ["ipRanges": [["cidr": "10.8.0.0/28"]], "nodeSelector": [:]]]),
      TestSite.object(
        "crd.antrea.io/v1beta1", "Egress", nil, "out",
        ["spec": ["egressIP": "10.8.0.1", "externalIPPool": "pool", "appliedTo": [:]]]),
    ]).map { identified($0) }

  /// An object with a uid that it has in whatever cluster it stands.
  static func identified(_ value: JSONValue, as suffix: String = "") -> JSONValue {
    guard case .object(var object) = value else { return value }
    object.update("metadata") { metadata in
      guard var members = metadata.object else { return }
      members["uid"] = .string(
        "\(value["kind"]?.string ?? "")-\(members["name"]?.string ?? "")\(suffix)")
      metadata = .object(members)
    }
    return .object(object)
  }

  static let inventoryTypes = [
    "ContainerCluster", "ContainerClusterNode", "ContainerProject", "ContainerIpPool",
    "ContainerEgress", "ContainerApplication", "ContainerGateway", "ContainerApplicationInstance",
    "ContainerNetworkPolicy", "ContainerIngressPolicy",
  ]

  /// Runs `report inventory`.
  @discardableResult
  func reportInventory(
    _ flags: [String: String] = [:], dryRun: Bool = false
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await run(flags) { try await $0.reportInventory(clusters: [], dryRun: dryRun) }
  }

  /// Runs `report inventory --remove --yes`.
  @discardableResult
  func removeInventory(
    id: String? = nil, dryRun: Bool = false
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await run {
      try await $0.removeInventory(clusters: [], id: id, dryRun: dryRun, approved: true)
    }
  }

  /// Everything in NSX's inventory, without what NSX adds.
  func inventory() async -> [JSONValue] {
    var result: [JSONValue] = []
    for type in Self.inventoryTypes {
      result += await manager.inventory(type).map { value in
        guard case .object(var object) = value else { return value }
        object["_last_sync_time"] = nil
        return .object(object)
      }
    }
    return result
  }

  /// How many batches of changes NSX has got.
  var inventoryPosts: Int {
    managerServer.log.all.count { $0.method == "POST" && $0.path.hasPrefix(Self.inventoryPath) }
  }

  /// Changes the cluster, as somebody else does.
  func change(_ method: String, _ path: String, _ body: JSONValue? = nil) async -> Int {
    await cluster.respond(
      to: SandboxRequest(
        method: method, target: path,
        headers: [
          (name: "Authorization", value: "Bearer test-token"),
          (name: "Content-Type", value: "application/merge-patch+json"),
        ], body: body.map(JSONWriter.compact) ?? [])
    ).status
  }

  /// Runs a body while the kubeconfig leads to another API server.
  func withCluster<Result>(
    _ objects: [JSONValue], _ options: KubernetesOptions = KubernetesOptions(),
    _ body: () async throws -> Result
  ) async throws -> Result {
    var options = options
    options.tokens = ["test-token": "tester"]
    let service = KubernetesService(
      clusterName: Self.cluster, objects: objects, options: options)
    let server = try await SandboxServer.start(service, certificates: certificates)
    try writeKubeconfig("kubeconfig", url: server.url)
    let result: Result
    do { result = try await body() } catch {
      await server.stop()
      throw error
    }
    await server.stop()
    try writeKubeconfig("kubeconfig", url: clusterServer.url)
    return result
  }
}

/// Runs a test at a site with something of every kind, where VMware's adapter is
/// silent.
func withInventorySite<Result>(
  silent: Bool = true, kubernetes: [JSONValue] = TestSite.inventoried,
  _ body: (TestSite) async throws -> Result
) async throws -> Result {
  try await withSite(kubernetes: kubernetes) { site in
    if silent { site.manager.configure { $0.silentControlPlanes = ["shop-prod"] } }
    return try await body(site)
  }
}
