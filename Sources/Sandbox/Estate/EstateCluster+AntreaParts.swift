import Documents

extension EstateCluster {
  /// What runs of Antrea: its pods, which use the nodes' network, its configuration and
  /// the account of its tool.
  var antreaParts: [JSONValue] {
    let controller = antreaPod("antrea-controller", "antrea-controller-0", 0, ["antrea-controller"])
    let agents = (0..<3).map {
      antreaPod("antrea-agent", "antrea-agent-\($0)", $0, ["antrea-agent", "antrea-ovs"])
    }
    let gates = "featureGates:\n  L7NetworkPolicy: true\n"
    let configuration: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": metadata(
        "ConfigMap", "antrea-config", namespace: "kube-system", labels: ["app": "antrea"]),
      "data": ["antrea-agent.conf": .string(gates), "antrea-controller.conf": .string(gates)],
    ]
    let account: JSONValue = [
      "apiVersion": "v1", "kind": "ServiceAccount",
      "metadata": metadata("ServiceAccount", "antctl", namespace: "kube-system"),
    ]
    return [controller] + agents + [configuration, account]
  }

  private func antreaPod(
    _ component: String, _ pod: String, _ node: Int, _ containers: [String]
  ) -> JSONValue {
    let address = JSONValue.string(nodeAddress(node))
    return [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": metadata(
        "Pod", pod, namespace: "kube-system", labels: ["app": "antrea", "component": component]),
      "spec": [
        "nodeName": .string("\(name)-node-\(node + 1)"), "hostNetwork": true,
        "containers": .array(
          containers.map { ["name": .string($0), "image": .string("antrea/\(component):v2.4.1")] }),
      ],
      "status": [
        "phase": "Running", "podIP": address, "podIPs": [["ip": address]], "hostIP": address,
        "conditions": [["type": "Ready", "status": "True"]],
      ],
    ]
  }
}

extension Estate {
  /// The example with all that runs of Antrea: what people try the tool on.
  public static let demo: Estate = {
    var estate = Estate.example
    for (index, name) in Estate.exampleClusters.enumerated() {
      estate.clusters[index].objects +=
        EstateCluster(name: name, number: index + 1).antreaParts
    }
    return estate
  }()
}
