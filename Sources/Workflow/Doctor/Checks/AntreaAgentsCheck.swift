import AntreaModel
import Documents
import KubernetesClient

extension ClusterExamination {
  /// How many nodes are named one by one.
  private static let named = 5

  /// ``DoctorCheck/antreaAgents``.
  func antreaAgents(_ facts: Facts) async throws -> [DoctorVerdict] {
    let agents = try facts.agents.get()
    if agents.isEmpty {
      return [.warning("there is no AntreaAgentInfo, and Antrea makes one for each Node")]
    }
    let judge = HeartbeatJudge(now: run.context.now())
    var lost: [String] = []
    var late: [String] = []
    var troubled: [String] = []
    var ahead: [String] = []
    for agent in agents {
      let conditions = agent.document["agentConditions"]?.array ?? []
      guard let age = judge.age(conditions) else {
        lost.append("\(agent.name) (never reported)")
        continue
      }
      let troubles = judge.troubles(conditions)
      if age > HeartbeatJudge.lost {
        lost.append("\(agent.name) (\(age) s)")
      } else if !troubles.isEmpty {
        troubled.append("\(agent.name): \(troubles.joined(separator: ", "))")
      } else if age > HeartbeatJudge.late {
        late.append("\(agent.name) (\(age) s)")
      } else if age < -HeartbeatJudge.ahead {
        ahead.append("\(agent.name) (\(-age) s)")
      }
    }
    var verdicts: [DoctorVerdict] = []
    if !lost.isEmpty { verdicts.append(.failed("\(lost.count) lost: \(names(lost))")) }
    if !troubled.isEmpty {
      verdicts.append(.failed("\(troubled.count) not well: \(names(troubled))"))
    }
    if !late.isEmpty { verdicts.append(.warning("\(late.count) late: \(names(late))")) }
    if !ahead.isEmpty {
      verdicts.append(
        .warning("\(ahead.count) ahead of our clock, so their age says nothing: \(names(ahead))"))
    }
    verdicts += try await nodesWithoutAgent(agents, facts)
    let counted = (try? facts.controller.get())??.document["connectedAgentNum"]?.integer
    let isUnseen = verdicts.allSatisfy { $0.state == .skipped }
    if case .failure = facts.controller, isUnseen {
      verdicts.append(.skipped("whether the controller counts them was not seen"))
    }
    if let counted, counted < Int64(agents.count), isUnseen {
      verdicts.append(
        .warning("the controller counts \(counted) connected agents, of \(agents.count)"))
    }
    let isWell = verdicts.allSatisfy { $0.state == .skipped }
    return (isWell ? [.ok("\(agents.count) of \(agents.count) are well")] : []) + verdicts
  }

  /// Nodes that no agent speaks for: Antrea makes an AntreaAgentInfo for each.
  private func nodesWithoutAgent(
    _ agents: [KubernetesObject], _ facts: Facts
  ) async throws -> [DoctorVerdict] {
    let nodes: [KubernetesObject]
    do {
      nodes = try await facts.client.list(Run.core("Node", "nodes", namespaced: false)).objects
    } catch let error as KubernetesAPIError where error.isForbidden {
      return [
        .skipped(
          "whether every Node has an agent was not seen: Nodes may not be listed",
          "nsx-antrea-read of examples/rbac.yaml has the right")
      ]
    }
    let known = Set(
      agents.map { $0.document[path: "nodeRef", "name"]?.string ?? $0.name } + agents.map(\.name))
    let missing = nodes.map(\.name).filter { !known.contains($0) }.sorted()
    if missing.isEmpty { return [] }
    return [
      .warning(
        "\(missing.count) Nodes have no AntreaAgentInfo, so no policy is enforced there: \(names(missing))",
        "see whether antrea-agent runs on them; Nodes that are none of Antrea's may be left")
    ]
  }

  private func names(_ list: [String]) -> String {
    let rest = list.count - Self.named
    return list.prefix(Self.named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
