import AntreaModel
import Documents
import Failures
import KubernetesClient

extension Run {
  /// Adds the controller's own bundle, by way of the API server.
  func addController(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ client: KubernetesClient,
    _ question: BundleQuestion
  ) async throws {
    try await bundle(
      archive, "\(folder)/antrea/controller.tar.gz", "bundle of antrea-controller", cluster
    ) { spool in
      try await fetchSystemBundle(
        "controller", from: client, since: question.since, wait: question.wait, into: spool)
    }
  }

  /// Adds the agents' bundles: through a collection where the gate is on and there is
  /// a file server, else from each agent by its node's address.
  func addAgents(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ client: KubernetesClient,
    _ namespace: String, _ objects: (nodes: [KubernetesObject], agents: [KubernetesObject]),
    _ question: BundleQuestion, _ server: BundleFileServer?
  ) async throws {
    let gates = try? await featureGates(client, namespace: namespace)
    if let server, gates?.isOn("SupportBundleCollection", byDefault: false) == true {
      return try await collect(archive, cluster, client, namespace, question, server)
    }
    if server != nil {
      log.info(
        "cluster \(cluster): the gate SupportBundleCollection is off, so the agents are asked one by one"
      )
    }
    let agents = objects.agents.filter {
      question.nodes.isEmpty || question.nodes.contains($0.name)
    }
    if agents.isEmpty {
      return await archive.miss(
        BundleGap(
          cluster: cluster, what: "bundles of Antrea's agents",
          reason: "no AntreaAgentInfo tells of one"))
    }
    let token: String
    do {
      token = try await client.serviceAccountToken(namespace: namespace, name: "antctl")
    } catch let error as KubernetesAPIError {
      return await archive.miss(
        BundleGap(
          cluster: cluster, what: "bundles of \(agents.count) agents",
          reason: "no token of ServiceAccount antctl can be had: \(error.failure.cause)",
          hint:
            "grant create on serviceaccounts/token (examples/rbac-troubleshoot.yaml), or use a file server"
        ))
    }
    await withTaskGroup(of: (any Error)?.self) { group in
      var next = 0
      func start() {
        guard next < agents.count else { return }
        let agent = agents[next]
        next += 1
        let node = objects.nodes.first { $0.name == agent.name }
        group.addTask {
          do {
            try await addAgent(archive, folder, cluster, agent, node, token, question)
            return nil
          } catch { return error }
        }
      }
      for _ in 0..<4 { start() }
      while await group.next() != nil { start() }
    }
    try Task.checkCancellation()
  }

  private func addAgent(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ agent: KubernetesObject,
    _ node: KubernetesObject?, _ token: String, _ question: BundleQuestion
  ) async throws {
    try await bundle(
      archive, "\(folder)/antrea/agents/\(agent.name).tar.gz",
      "bundle of the agent of \(agent.name)",
      cluster
    ) { spool in
      let client = try agentClient(agent, node: node, token: token)
      try await fetchSystemBundle(
        "agent", from: client, since: question.since, wait: question.wait, into: spool)
    }
  }

  private func collect(
    _ archive: BundleArchive, _ cluster: String, _ client: KubernetesClient, _ namespace: String,
    _ question: BundleQuestion, _ server: BundleFileServer
  ) async throws {
    do {
      let outcome = try await collectBundles(
        server, cluster: cluster, client: client, namespace: namespace, nodes: question.nodes,
        since: question.since, wait: question.wait)
      await archive.note(
        elsewhere: [
          "what": .string("bundles of \(outcome.collected) agents of cluster \(cluster)"),
          "place": .string("\(server.url)/<node>_\(outcome.name).tar.gz"),
        ])
      if outcome.collected < outcome.desired || outcome.failure != nil {
        await archive.miss(
          BundleGap(
            cluster: cluster,
            what: "bundles of \(outcome.desired - outcome.collected) of \(outcome.desired) agents",
            reason: outcome.failure ?? "they were not uploaded"))
      }
      for left in outcome.leftovers {
        await archive.miss(
          BundleGap(
            cluster: cluster, what: "the deletion of what the collection needed",
            reason: left, hint: "kubectl delete it"))
      }
    } catch let error where !(error is CancellationError) {
      let failure = Self.failure(error, cluster: cluster)
      await archive.miss(
        BundleGap(
          cluster: cluster, what: "bundles of Antrea's agents",
          reason: "\(failure.subject): \(failure.cause)", hint: failure.remedy))
    }
  }

  /// Adds an archive that Antrea makes; one that cannot be had is missing.
  private func bundle(
    _ archive: BundleArchive, _ path: String, _ what: String, _ cluster: String,
    _ fetch: (Spool) async throws -> Void
  ) async throws {
    let spool = try archive.spool()
    do {
      try await fetch(spool)
      try await archive.add(path, spool, what: what)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      let failure = Self.failure(error, cluster: cluster)
      await archive.miss(
        BundleGap(
          cluster: cluster, what: what, reason: "\(failure.subject): \(failure.cause)",
          hint: failure.remedy))
    }
  }
}
