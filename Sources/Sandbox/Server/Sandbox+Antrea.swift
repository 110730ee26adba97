import Documents

extension Sandbox {
  /// Lets what runs of Antrea in the clusters speak: their containers log that they have
  /// started, and each agent serves its own API on loopback.
  ///
  /// - Returns: The agents' servers, which the caller stops.
  /// - Throws: errors of NIO, of the certificates or of the archives.
  public func startAgents() async throws -> [SandboxServer] {
    var servers: [SandboxServer] = []
    do {
      for cluster in clusters {
        for pod in await cluster.service.objects("pods")
        where pod.member(at: ["metadata", "labels", "app"])?.string == "antrea" {
          let component = pod.text("metadata", "labels", "component")
          let lines = Self.log(component, node: pod.text("spec", "nodeName"))
          for container in pod.list("spec", "containers") {
            await cluster.service.addLog(
              namespace: pod.text("metadata", "namespace"), pod: pod.text("metadata", "name"),
              container: container.text("name"),
              lines.map { (SystemTime.milliseconds() * 1_000_000, $0) })
          }
          guard component == "antrea-agent" else { continue }
          let agent = AgentService(bundle: try ExampleBundle.bytes(component, log: lines))
          let server = try await SandboxServer.start(agent, certificates: certificates)
          servers.append(server)
          await announce(server, of: pod.text("spec", "nodeName"), in: cluster.service)
        }
      }
      return servers
    } catch {
      for server in servers { await server.stop() }
      throw error
    }
  }

  /// Tells where an agent is reached: nodes have addresses of their own, of which nobody
  /// answers here.
  private func announce(
    _ server: SandboxServer, of node: String, in service: KubernetesService
  ) async {
    let authority = JSONValue.string(Base64.encode(Array(certificates.authorityPEM.utf8)))
    let port = JSONValue.integer(Int64(server.port))
    await service.edit("antreaagentinfos.crd.antrea.io", name: node) { info in
      info.setting("apiPort", port).setting("apiCABundle", authority)
    }
    await service.edit("nodes", name: node) { object in
      var changed = object
      changed.setMember(
        at: ["status", "addresses"],
        to: .array(
          object.list("status", "addresses") + [["type": "ExternalIP", "address": "127.0.0.1"]]))
      return changed
    }
  }

  private static func log(_ component: String, node: String) -> [String] {
    [
      "I0105 08:00:00.000001       1 log_file.go:93] Set log file max size to 104857600",
      "I0105 08:00:00.104217       1 \(component.hasSuffix("agent") ? "agent" : "controller").go:99] \"Starting \(component)\" version=\"v2.4.1\" node=\"\(node)\"",
    ]
  }
}
