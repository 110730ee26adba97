import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient

extension Run {
  /// The lists of a cluster that are kept, with the kinds that are needed to read the
  /// rest.
  private static let listed: [(name: String, resource: APIResource)] = {
    func antrea(_ kind: String, _ plural: String, namespaced: Bool = false) -> APIResource {
      APIResource(
        group: "crd.antrea.io", version: "v1beta1", kind: kind, plural: plural,
        isNamespaced: namespaced)
    }
    return [
      ("tiers", antrea("Tier", "tiers")),
      ("clustergroups", antrea("ClusterGroup", "clustergroups")),
      (
        "clusternetworkpolicies", antrea("ClusterNetworkPolicy", "clusternetworkpolicies")
      ),
      ("networkpolicies", antrea("NetworkPolicy", "networkpolicies", namespaced: true)),
      ("groups", antrea("Group", "groups", namespaced: true)), ("antreaagentinfos", agentInfo),
      (
        "statistics",
        APIResource(
          group: "stats.antrea.io", version: "v1alpha1", kind: "AntreaClusterNetworkPolicyStats",
          plural: "antreaclusternetworkpolicystats", isNamespaced: false)
      ),
      (
        "nodes",
        APIResource(group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)
      ),
    ]
  }()

  /// Adds all that is about one cluster.
  func clusterParts(
    _ archive: BundleArchive, _ cluster: ClusterSettings, _ question: BundleQuestion,
    _ server: BundleFileServer?
  ) async throws {
    let folder = "clusters/\(cluster.name)"
    var source = question.source
    source.clusters = [cluster.name]
    let wanted = source
    try await addTrees(archive, folder, wanted, cluster.name)
    try await part(archive, "\(folder)/plan.json", "the plan", cluster.name) {
      try await $0.plan(
        wanted, clusterObjects: nil, out: nil, exitCode: false, verify: .local)
    }
    try await part(archive, "\(folder)/status.json", "the status of each policy", cluster.name) {
      try await $0.status(StatusQuestion(wanted))
    }
    try await part(archive, "\(folder)/health.json", "the health of Antrea", cluster.name) {
      try await $0.health(HealthQuestion(clusters: wanted.clusters))
    }
    try await part(
      archive, "\(folder)/statistics.json", "statistics by NSX rule", cluster.name
    ) {
      try await $0.statistics(
        StatisticsQuestion(clusters: wanted.clusters, repository: wanted.repository))
    }
    let client = try await connectCluster(cluster) { configuration in
      configuration.maximumConnectionsPerHost = 32
    }
    let version = try await client.version()
    let controller = try? await client.find(Self.controllerInfo, name: "antrea-controller")
    let about: JSONValue = [
      "schemaVersion": 1, "kubernetes": .string(version.gitVersion),
      "antrea": controller?.document["version"] ?? .null,
    ]
    try await archive.add(
      "\(folder)/versions.json", text: JSONWriter.pretty(about), what: "the cluster's versions")
    let objects = try await addObjects(archive, folder, cluster.name, client, controller)
    let namespace =
      controller?.document[path: "podRef", "namespace"]?.string ?? "kube-system"
    try await addLogs(archive, folder, cluster.name, client, question)
    if question.withAudit {
      try await addAuditLogs(archive, folder, cluster.name, client, question)
    }
    guard question.withAntrea else { return }
    try await addController(archive, folder, cluster.name, client, question)
    try await addAgents(
      archive, folder, cluster.name, client, namespace, objects, question, server)
  }

  /// Findings and provenance of the rendered tree.
  private func addTrees(
    _ archive: BundleArchive, _ folder: String, _ source: DesiredSource, _ cluster: String
  ) async throws {
    let tree: DesiredCluster
    do {
      guard let found = try treeAttempts(source)?.first else {
        return await archive.miss(
          BundleGap(
            cluster: cluster, what: "findings and provenance", reason: "there is no rendered tree",
            hint: "give --repo, or set repository.path"))
      }
      tree = try found.result.get()
    } catch let failure as Failure {
      return await archive.miss(
        BundleGap(
          cluster: cluster, what: "findings and provenance",
          reason: "\(failure.subject): \(failure.cause)", hint: failure.remedy))
    }
    try await archive.add(
      "\(folder)/findings.json", text: JSONWriter.pretty(.array(tree.findings)),
      what: "what could not be translated")
    try await archive.add(
      "\(folder)/provenance.json", text: JSONWriter.pretty(tree.provenance),
      what: "where each object comes from")
  }

  /// - Returns: The Nodes and the AntreaAgentInfos.
  private func addObjects(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ client: KubernetesClient,
    _ controller: KubernetesObject?
  ) async throws -> (nodes: [KubernetesObject], agents: [KubernetesObject]) {
    var nodes: [KubernetesObject] = []
    var agents: [KubernetesObject] = []
    for (name, resource) in Self.listed {
      do {
        let list = try await client.list(resource).objects
        if name == "nodes" { nodes = list }
        if name == "antreaagentinfos" { agents = list }
        // In the form of `kubectl get -o json`, so that it can be given as
        // --cluster-objects.
        let document: JSONValue = [
          "apiVersion": "v1", "kind": "List", "items": .array(list.map(\.document)),
        ]
        try await archive.add(
          "\(folder)/objects/\(name).json", text: JSONWriter.pretty(document),
          what: "\(resource.kind) objects")
      } catch let error as KubernetesAPIError {
        await archive.miss(
          BundleGap(
            cluster: cluster, what: "\(resource.kind) objects", reason: error.failure.cause,
            hint: error.failure.remedy))
      }
    }
    if let controller {
      try await archive.add(
        "\(folder)/objects/antreacontrollerinfo.json",
        text: JSONWriter.pretty(controller.document), what: "what the controller says of itself")
    }
    return (nodes, agents)
  }

  private func addLogs(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ client: KubernetesClient,
    _ question: BundleQuestion
  ) async throws {
    let places: [(namespace: String, place: LogStream.Place)]
    do {
      places = try await antreaContainers(
        client, cluster: cluster, .all, nodes: question.nodes)
    } catch let error as KubernetesAPIError {
      return await archive.miss(
        BundleGap(
          cluster: cluster, what: "logs of Antrea's containers", reason: error.failure.cause,
          hint: error.failure.remedy))
    }
    if places.isEmpty {
      await archive.miss(
        BundleGap(
          cluster: cluster, what: "logs of Antrea's containers",
          reason: "no pod has the labels app=antrea and component"))
    }
    for (namespace, place) in places {
      let spool = try archive.spool()
      let options = PodLogOptions(
        container: place.container,
        since: question.since.map { context.now() - $0.components.seconds },
        tail: Self.mostLines)
      do {
        try await client.podLog(
          namespace: namespace, pod: place.pod, options: options, timeout: question.wait
        ) { try spool.add($0) }
      } catch let error as KubernetesAPIError {
        await archive.miss(
          BundleGap(
            cluster: cluster, what: "log of \(place.text)", reason: error.failure.cause))
        continue
      } catch let error as TransportError {
        await archive.miss(
          BundleGap(
            cluster: cluster, what: "log of \(place.text)", reason: error.failure.cause))
        continue
      }
      var bytes: [UInt8] = []
      try spool.read { bytes += $0 }
      try await archive.add(
        "\(folder)/logs/\(place.text.replacingCharacter("/", with: "_")).log", text: bytes,
        what: "the container's output")
    }
  }

  /// The lines of a container's log that are kept, from its end.
  private static let mostLines = 50_000
}

extension String {
  /// The text with one character in the place of another.
  func replacingCharacter(_ old: Character, with new: Character) -> String {
    String(map { $0 == old ? new : $0 })
  }
}
