import AntreaModel
import Documents

extension ClusterExamination {
  /// How many nodes are named one by one.
  private static let named = 5

  /// ``DoctorCheck/antreaAgents``.
  func antreaAgents(_ facts: Facts) throws -> [DoctorVerdict] {
    let agents = try facts.agents.get()
    if agents.isEmpty {
      return [.warning("there is no AntreaAgentInfo, and Antrea makes one for each Node")]
    }
    let judge = HeartbeatJudge(now: run.context.now())
    var lost: [String] = []
    var late: [String] = []
    var troubled: [String] = []
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
      }
    }
    var verdicts: [DoctorVerdict] = []
    if !lost.isEmpty { verdicts.append(.failed("\(lost.count) lost: \(names(lost))")) }
    if !troubled.isEmpty {
      verdicts.append(.failed("\(troubled.count) not well: \(names(troubled))"))
    }
    if !late.isEmpty { verdicts.append(.warning("\(late.count) late: \(names(late))")) }
    let counted = (try? facts.controller.get())??.document["connectedAgentNum"]?.integer
    if let counted, counted < Int64(agents.count), verdicts.isEmpty {
      verdicts.append(
        .warning("the controller counts \(counted) connected agents, of \(agents.count)"))
    }
    return verdicts.isEmpty ? [.ok("\(agents.count) of \(agents.count) are well")] : verdicts
  }

  private func names(_ list: [String]) -> String {
    let rest = list.count - Self.named
    return list.prefix(Self.named).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
