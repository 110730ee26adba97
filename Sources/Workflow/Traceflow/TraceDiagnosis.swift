import AntreaModel
import Documents
import Failures
import KubernetesClient
import Reporting
import YAMLCoding

/// Finds out why a trace may have no result.
struct TraceDiagnosis {
  private static let agents = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "AntreaAgentInfo",
    plural: "antreaagentinfos", isNamespaced: false)
  private static let nodes = APIResource(
    group: "", version: "v1", kind: "Node", plural: "nodes", isNamespaced: false)
  /// An Agent that has said nothing for this long is not heard any more, in
  /// seconds: it reports every minute.
  private static let silence: Int64 = 180

  let session: TraceSession
  let trace: PlannedTrace

  /// What is likely, the likeliest first. What may not be read is left out.
  func causes(_ status: TraceflowStatus, elapsed: Duration) async -> [String] {
    switch status.phase {
    case .pending, .other: return await unheard()
    case .succeeded:
      return [
        "the packet left by the gateway of the Node (WireGuard, or no encapsulation), and no other Node has reported it"
      ]
    default: break
    }
    let ends =
      await agent(of: trace.nodes.source, "source")
      + (await agent(of: trace.nodes.destination, "destination"))
    // Antrea gave up before its time: the reason says why.
    if status.phase == .failed, elapsed < .seconds(trace.spec.timeout) { return ends }
    if trace.spec.isLive {
      return [
        trace.spec.isDroppedOnly
          ? "no packet that it is about was dropped by a policy in \(trace.spec.timeout) s"
          : "no connection that it is about was opened in \(trace.spec.timeout) s"
      ] + ends
    }
    var causes: [String] = []
    if status.results.isEmpty {
      causes += await agent(of: trace.nodes.source, "source")
      if causes.isEmpty {
        causes.append(
          "the Node of the source\(named(trace.nodes.source)) has not sent the packet or not seen it come back: look at the log of its antrea-agent"
        )
      }
    } else {
      causes += await agent(of: trace.nodes.destination, "destination")
      if causes.isEmpty {
        causes.append(
          "the packet was lost after \(status.results.last?.node ?? "the source"): on the way between the Nodes (tunnel, MTU, firewall of the network), or in another program's rules"
        )
      }
    }
    return causes
  }

  private func named(_ node: String?) -> String { node.map { " (\($0))" } ?? "" }

  /// Why nobody took the trace up.
  private func unheard() async -> [String] {
    var causes: [String] = []
    var namespace = "kube-system"
    do {
      let info = try await session.client.find(Run.controllerInfo, name: "antrea-controller")
      namespace = info?.document[path: "podRef", "namespace"]?.string ?? namespace
      let isHealthy = (info?.document["controllerConditions"]?.array ?? []).contains {
        $0["type"]?.string == "ControllerHealthy" && $0["status"]?.string == "True"
      }
      if !isHealthy { causes.append("the Antrea Controller is not healthy") }
    } catch {
      session.run.log.info("AntreaControllerInfo cannot be read: \(error)")
    }
    if await gateIsOff(namespace) {
      causes.insert("the feature gate Traceflow is off in ConfigMap antrea-config", at: 0)
    }
    if let list = try? await session.client.list(TraceSession.resource).objects {
      let running = list.count { TraceflowStatus($0.document["status"]).phase == .running }
      if running >= TraceflowSpec.tags {
        causes.insert(
          "\(running) other Traceflows are running, and Antrea has \(TraceflowSpec.tags) tags for all of them: delete those that are done with (kubectl get traceflows)",
          at: 0)
      }
    }
    return causes.isEmpty ? ["the Antrea Controller has not taken it up: look at its log"] : causes
  }

  private func gateIsOff(_ namespace: String) async -> Bool {
    guard
      let map = try? await session.client.find(
        Run.configMaps, namespace: namespace, name: "antrea-config")
    else { return false }
    for file in ["antrea-controller.conf", "antrea-agent.conf"] {
      guard let text = map.document[path: "data", file]?.string,
        let document = try? YAMLReader.document(Array(text.utf8))
      else { continue }
      if document[path: "featureGates", "Traceflow"]?.bool == false { return true }
    }
    return false
  }

  /// What is wrong with a Node and its Agent; nothing where both are well or may
  /// not be read.
  private func agent(of node: String?, _ end: String) async -> [String] {
    guard let node else { return [] }
    var causes: [String] = []
    if let found = try? await session.client.find(Self.nodes, name: node) {
      let conditions = found.document[path: "status", "conditions"]?.array ?? []
      let idle = conditions.contains {
        $0["type"]?.string == "Ready" && $0["status"]?.string != "True"
      }
      if idle { causes.append("the Node of the \(end) (\(node)) is not ready") }
    }
    do {
      guard let info = try await session.client.find(Self.agents, name: node) else {
        causes.append("no Antrea Agent reports for the Node of the \(end) (\(node))")
        return causes
      }
      let conditions = info.document["agentConditions"]?.array ?? []
      let bad = conditions.filter { $0["status"]?.string != "True" }.compactMap {
        $0["type"]?.string
      }
      if !bad.isEmpty {
        causes.append(
          "the Antrea Agent of the \(end) (\(node)) is not healthy: \(bad.joined(separator: ", "))")
      }
      let beats = conditions.compactMap { $0["lastHeartbeatTime"]?.string }
        .compactMap { UTCTime.seconds($0) }
      if let last = beats.max(), session.run.context.now() - last > Self.silence {
        causes.append(
          "the Antrea Agent of the \(end) (\(node)) was last heard of at \(UTCTime.text(seconds: last))"
        )
      }
    } catch {
      session.run.log.info("AntreaAgentInfo \(node) cannot be read: \(error)")
    }
    return causes
  }
}
