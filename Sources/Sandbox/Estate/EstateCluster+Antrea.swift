import Documents

extension EstateCluster {
  /// The time of the process's first estate.
  private static let heartbeat = JSONValue.string(
    Timestamps.text(SystemTime.milliseconds() / 1000))

  /// What each Agent reports of itself.
  var agents: [JSONValue] {
    (0..<3).map { index in
      let node = "\(name)-node-\(index + 1)"
      let conditions: [JSONValue] = [
        "AgentHealthy", "ControllerConnectionUp", "OVSDBConnectionUp", "OpenflowConnectionUp",
      ].map {
        ["type": .string($0), "status": "True", "lastHeartbeatTime": Self.heartbeat]
      }
      return [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaAgentInfo",
        "metadata": metadata("AntreaAgentInfo", node), "version": "v2.4.1", "apiPort": 10350,
        "podRef": [
          "kind": "Pod", "namespace": "kube-system", "name": .string("antrea-agent-\(index)"),
        ],
        "nodeRef": ["kind": "Node", "name": .string(node)],
        "nodeSubnets": [.string("10.\(number)0.\(index).0/24")], "localPodNum": 10,
        "ovsInfo": ["version": "3.3.0", "bridgeName": "br-int"],
        "networkPolicyControllerInfo": [
          "networkPolicyNum": 0, "addressGroupNum": 0, "appliedToGroupNum": 0,
        ],
        "agentConditions": .array(conditions),
      ]
    }
  }

  /// What the Controller reports of itself.
  var controller: JSONValue {
    [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "AntreaControllerInfo",
      "metadata": metadata("AntreaControllerInfo", "antrea-controller"), "version": "v2.4.1",
      "apiPort": 10349, "connectedAgentNum": 3,
      "podRef": ["kind": "Pod", "namespace": "kube-system", "name": "antrea-controller-0"],
      "nodeRef": ["kind": "Node", "name": .string("\(name)-node-1")],
      "serviceRef": ["kind": "Service", "namespace": "kube-system", "name": "antrea"],
      "networkPolicyControllerInfo": [
        "networkPolicyNum": 0, "addressGroupNum": 0, "appliedToGroupNum": 0,
      ],
      "controllerConditions": [
        ["type": "ControllerHealthy", "status": "True", "lastHeartbeatTime": Self.heartbeat]
      ],
    ]
  }
}
