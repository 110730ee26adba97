import Documents

/// The Kubernetes objects of one cluster of the example.
struct EstateCluster {
  var name: String
  /// Tells the clusters' addresses apart: pods have 10.N0.x.y.
  var number: Int

  var objects: [JSONValue] {
    var list = nodes + namespaces
    for (index, workload) in EstateWorkload.all.enumerated() {
      let pods = pods(of: workload, index)
      list += pods
      list += services(of: workload, index, pods)
    }
    return list + ingresses + gateways + networkPolicies + egresses + agents + [controller]
  }

  private var nodeNames: [String] { (1...3).map { "\(name)-node-\($0)" } }

  func metadata(
    _ kind: String, _ object: String, namespace: String? = nil, labels: [String: String] = [:]
  ) -> JSONValue {
    var metadata: JSONValue = [
      "name": .string(object), "creationTimestamp": "2026-01-05T08:00:00Z",
      "uid": .string(
        ObjectCompletion.identifier("\(name)/\(kind)/\(namespace ?? "")/\(object)")),
    ]
    if let namespace { metadata = metadata.setting("namespace", .string(namespace)) }
    guard !labels.isEmpty else { return metadata }
    return metadata.setting("labels", Self.strings(labels))
  }

  static func strings(_ values: [String: String]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in values { object[key] = .string(value) }
    return .object(object)
  }

  private var nodes: [JSONValue] {
    nodeNames.enumerated().map { index, node in
      [
        "apiVersion": "v1", "kind": "Node",
        "metadata": metadata("Node", node, labels: ["kubernetes.io/hostname": node]),
        "spec": [
          "podCIDR": .string("10.\(number)0.\(index).0/24"),
          "podCIDRs": [.string("10.\(number)0.\(index).0/24")],
        ],
        "status": [
          "addresses": [
            ["type": "InternalIP", "address": .string(nodeAddress(index))],
            ["type": "Hostname", "address": .string(node)],
          ],
          "conditions": [
            [
              "type": "Ready", "status": "True", "reason": "KubeletReady",
              "message": "kubelet is posting ready status",
            ]
          ],
          "nodeInfo": [
            "kubeletVersion": "v1.32.4", "osImage": "Debian GNU/Linux 12 (bookworm)",
            "operatingSystem": "linux", "architecture": "amd64",
          ],
        ],
      ]
    }
  }

  func nodeAddress(_ index: Int) -> String { "192.168.\(number)0.\(11 + index)" }

  private var namespaces: [JSONValue] {
    EstateWorkload.namespaces.map { space in
      [
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": metadata("Namespace", space.name, labels: space.labels),
        "spec": ["finalizers": ["kubernetes"]], "status": ["phase": "Active"],
      ]
    }
  }

  private func pods(of workload: EstateWorkload, _ index: Int) -> [JSONValue] {
    (0..<workload.replicas).map { replica in
      let node = (index + replica) % 3
      let address = "10.\(number)0.\(node).\(10 + index * 4 + replica)"
      let pod = "\(workload.app)-\(replica)"
      var labels = ["app": workload.app, "tier": workload.tier]
      if workload.app == "cart-api" { labels["version"] = replica == 0 ? "v2" : "v1" }
      let ports: [JSONValue] =
        workload.port.map { port in
          [["containerPort": .integer(port.number), "protocol": .string(port.proto)]]
        } ?? []
      return [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": metadata("Pod", pod, namespace: workload.namespace, labels: labels),
        "spec": [
          "nodeName": .string(nodeNames[node]),
          "containers": [
            [
              "name": .string(workload.app),
              "image": .string("registry.example.com/\(workload.app):1.0"),
              "ports": .array(ports),
            ]
          ],
        ],
        "status": [
          "phase": "Running", "podIP": .string(address), "podIPs": [["ip": .string(address)]],
          "hostIP": .string(nodeAddress(node)),
          "conditions": [["type": "Ready", "status": "True"]],
        ],
      ]
    }
  }
}
