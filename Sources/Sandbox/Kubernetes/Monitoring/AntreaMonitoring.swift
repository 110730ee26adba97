import Documents

/// Which of Antrea's parts report of themselves (`Heartbeats` has the times), and
/// which agents there are.
struct AntreaMonitoring: Sendable {
  /// Parts that do not report any more: nodes, and `antrea-controller`.
  var silent: Set<String> = []

  static let agents = "antreaagentinfos.crd.antrea.io"
  static let controllers = "antreacontrollerinfos.crd.antrea.io"
  static let controllerName = "antrea-controller"
  static let conditionTypes = [
    "AgentHealthy", "ControllerConnectionUp", "OVSDBConnectionUp", "OpenflowConnectionUp",
  ]

  /// Gives the nodes that have none an agent that reports.
  func makeAgents(
    in store: inout ObjectStore, at now: Int64, newIdentifier: () -> String, version: String
  ) {
    let time = JSONValue.string(Timestamps.text(now))
    let nodes = Set(store.list("nodes").map { $0.text("metadata", "name") })
    let known = Set(store.list(Self.agents).map { $0.text("metadata", "name") })
    for node in nodes.subtracting(known).sorted() {
      _ = store.put(
        Self.agents, Self.agent(node, uid: newIdentifier(), at: time, version: version))
    }
  }

  /// Lets antrea-controller count the agents that are connected.
  func count(in store: inout ObjectStore) {
    let connected = store.list(Self.agents).count { agent in
      !silent.contains(agent.text("metadata", "name"))
        && agent.list("agentConditions").contains {
          $0.text("type") == "ControllerConnectionUp" && $0.text("status") == "True"
        }
    }
    let key = ObjectKey(namespace: "", name: Self.controllerName)
    guard !silent.contains(Self.controllerName),
      var controller = store.object(Self.controllers, key),
      controller["connectedAgentNum"] != .integer(Int64(connected))
    else { return }
    controller.setMember(at: ["connectedAgentNum"], to: .integer(Int64(connected)))
    _ = store.put(Self.controllers, controller)
  }

  private static func agent(
    _ node: String, uid: String, at time: JSONValue, version: String
  ) -> JSONValue {
    let conditions: [JSONValue] = conditionTypes.map {
      ["type": .string($0), "status": "True", "lastHeartbeatTime": time]
    }
    return [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaAgentInfo",
      "metadata": ["name": .string(node), "uid": .string(uid), "creationTimestamp": time],
      "version": .string(version), "apiPort": 10350, "localPodNum": 0,
      "nodeRef": ["kind": "Node", "name": .string(node)],
      "ovsInfo": ["version": "3.3.0", "bridgeName": "br-int"],
      "agentConditions": .array(conditions),
    ]
  }
}

extension KubernetesState {
  /// Lets antrea-controller look around before it is read.
  func beat(_ kind: ResourceKind) {
    guard [AntreaMonitoring.agents, AntreaMonitoring.controllers].contains(kind.groupResource)
    else { return }
    monitoring.count(in: &store)
  }

  func silence(_ name: String, _ isSilent: Bool, since: Int64?) {
    if isSilent { monitoring.silent.insert(name) } else { monitoring.silent.remove(name) }
    let isController = name == AntreaMonitoring.controllerName
    let resource = isController ? AntreaMonitoring.controllers : AntreaMonitoring.agents
    guard let object = store.object(resource, ObjectKey(namespace: "", name: name)) else { return }
    let member = isController ? "controllerConditions" : "agentConditions"
    // What reports does so from the start of the cluster on.
    let time = isSilent ? since ?? options.now() : started
    var changed = object
    changed.setMember(
      at: [member],
      to: .array(
        object.list(member).map { condition in
          var condition = condition
          condition.setMember(at: ["lastHeartbeatTime"], to: .string(Timestamps.text(time)))
          return condition
        }))
    _ = store.put(resource, changed)
  }

  func setCondition(
    _ name: String, _ type: String, _ status: String, reason: String, message: String
  ) {
    let isController = name == AntreaMonitoring.controllerName
    let resource = isController ? AntreaMonitoring.controllers : AntreaMonitoring.agents
    guard let object = store.object(resource, ObjectKey(namespace: "", name: name)) else { return }
    let member = isController ? "controllerConditions" : "agentConditions"
    var changed = object
    changed.setMember(
      at: [member],
      to: .array(
        object.list(member).map { condition in
          guard condition.text("type") == type else { return condition }
          var condition = condition
          condition.setMember(at: ["status"], to: .string(status))
          condition.setMember(at: ["reason"], to: reason.isEmpty ? nil : .string(reason))
          condition.setMember(at: ["message"], to: message.isEmpty ? nil : .string(message))
          return condition
        }))
    _ = store.put(resource, changed)
  }
}

extension KubernetesService {
  /// Keeps an agent (by its node) or `antrea-controller` from reporting, or lets it
  /// report again.
  ///
  /// - Parameter since: When it last reported, in seconds since 1970; `nil`: now.
  public func silence(_ name: String, _ isSilent: Bool = true, since: Int64? = nil) async {
    await state.silence(name, isSilent, since: since)
  }

  /// Sets a condition that an agent (by its node) or `antrea-controller` reports.
  public func setCondition(
    of name: String, _ type: String, _ status: String, reason: String = "", message: String = ""
  ) async {
    await state.setCondition(name, type, status, reason: reason, message: message)
  }
}
