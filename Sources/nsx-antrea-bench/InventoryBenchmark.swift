import Documents
import Glibc

/// Measures `report inventory` as a whole process against the embedded servers
/// at NSX's own rate limit: 10,000 Pods, 1,000 Services, 500 Namespaces.
struct InventoryBenchmark {
  let tool: String
  let sandbox: String

  func run() throws {
    var template = Array("/tmp/nsx-antrea-bench-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { exit(1) }
    defer { _ = Measurement.run(["rm", "-rf", folder]) }
    let snapshot = "\(folder)/nsx.json"
    let objects = "\(folder)/objects.json"
    let cluster = InventoryGenerator()
    guard Benchmark.write(SnapshotGenerator(size: EstateSize.all[0]).snapshot(), to: snapshot),
      Benchmark.write(cluster.list(), to: objects)
    else { exit(1) }
    let server = try BenchmarkServer(
      [
        sandbox, "--state", "\(folder)/state", "--nsx-snapshot", snapshot, "--cluster-objects",
        objects, "--exit-with-parent",
      ], summary: "\(folder)/state/sandbox.json")
    defer { server.stop() }
    print(
      "\(cluster.pods) pods, \(cluster.services) services, \(cluster.namespaces) namespaces, \(cluster.nodes) nodes"
    )
    print("what                                   wall s    cpu s   MB    ratio   requests")
    let report = [
      tool, "report", "inventory", "--config", "\(folder)/state/nsx-antrea.yaml",
    ]
    func measure(_ name: String, _ arguments: [String], runs: Int = 1, period: Double? = nil) {
      _ = server.batches()
      let measured = server.row(name, arguments, runs: runs)
      let batches = server.batches() / runs
      let limit = period.map { Double(max(batches - 1, 0)) * $0 }
      print(
        "  \(batches) batches"
          + (limit.map {
            ", \(Benchmark.fixed(measured.wall / $0, 2)) times what their period takes"
          } ?? ""))
    }
    measure("first report", report)
    measure("report without change", report, runs: 3)
    guard server.label("pod-77", "namespace-77", "tier", "changed") else {
      print("the label of a pod could not be changed")
      exit(1)
    }
    measure("report of one changed label", report)
    measure("remove", report + ["--remove", "--yes"])
    measure(
      "first report, 0.1 s a batch", report + ["--set", "inventory.batchPeriod=100ms"], period: 0.1)
    measure("remove", report + ["--remove", "--yes"])
    measure(
      "first report, 1 s a batch of 500",
      report + ["--set", "inventory.batchSize=500", "--set", "inventory.batchPeriod=1s"], period: 1)
  }
}

/// A cluster with much in it, of objects as large as real ones without their
/// volumes.
struct InventoryGenerator {
  let pods = 10_000
  let services = 1_000
  let namespaces = 500
  let nodes = 100

  /// The objects as `kubectl get -o json` prints them.
  func list() -> [UInt8] {
    var items: [JSONValue] = []
    for node in 0..<nodes { items.append(self.node(node)) }
    for namespace in 0..<namespaces {
      items.append([
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": metadata("namespace", namespace, nil, ["team": .string("t\(namespace % 20)")]),
        "status": ["phase": "Active"],
      ])
    }
    items.append([
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": "kube-system", "uid": "kube-system-0000-4000-8000"],
      "status": ["phase": "Active"],
    ])
    for service in 0..<services {
      items.append(self.service(service))
      items.append(slice(service))
    }
    for pod in 0..<pods { items.append(self.pod(pod)) }
    return JSONWriter.compact(
      ["apiVersion": "v1", "kind": "List", "items": .array(items)])
  }

  private func metadata(
    _ kind: String, _ number: Int, _ namespace: Int?, _ labels: JSONValue
  ) -> JSONValue {
    var result: JSONObject = JSONObject()
    result["name"] = .string("\(kind)-\(number)")
    result["uid"] = .string("\(kind)-0000-4000-8000-\(number)")
    result["namespace"] = namespace.map { .string("namespace-\($0)") }
    result["labels"] = labels
    return .object(result)
  }

  private func node(_ number: Int) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Node",
      "metadata": metadata("node", number, nil, ["kubernetes.io/os": "linux"]),
      "spec": [
        "podCIDR": .string("10.\(number).0.0/24"), "providerID": .string("vsphere://\(number)"),
      ],
      "status": [
        "addresses": [["type": "InternalIP", "address": .string("192.168.0.\(number)")]],
        "conditions": [["type": "Ready", "status": "True"]],
        "nodeInfo": ["kubeletVersion": "v1.32.4", "osImage": "Photon OS"],
      ],
    ]
  }

  private func service(_ number: Int) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Service",
      "metadata": metadata("service", number, number % namespaces, ["app": app(number)]),
      "spec": [
        "type": "ClusterIP", "clusterIP": .string("10.96.\(number / 250).\(number % 250)"),
        "selector": ["app": app(number)],
        "ports": [["name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"]],
      ],
    ]
  }

  private func slice(_ number: Int) -> JSONValue {
    let members = stride(from: number, to: pods, by: services)
    return [
      "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
      "metadata": metadata(
        "slice", number, number % namespaces,
        ["kubernetes.io/service-name": .string("service-\(number)")]),
      "endpoints": .array(
        members.map { pod in
          [
            "addresses": [.string(address(pod))], "conditions": ["ready": true],
            "targetRef": [
              "kind": "Pod", "name": .string("pod-\(pod)"),
              "namespace": .string("namespace-\(number % namespaces)"),
            ],
          ]
        }),
    ]
  }

  private func pod(_ number: Int) -> JSONValue {
    let conditions: [JSONValue] = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map {
      ["type": .string($0), "status": "True", "lastTransitionTime": "2026-01-05T08:00:00Z"]
    }
    return [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": metadata(
        "pod", number, number % services % namespaces,
        [
          "app": app(number % services), "tier": "backend", "version": "v1",
          "pod-template-hash": "6d4cf56db6", "team": .string("t\(number % 20)"),
        ]),
      "spec": [
        "nodeName": .string("node-\(number % nodes)"), "serviceAccountName": "default",
        "containers": [
          [
            "name": "main", "image": "registry.example/app:1.2.3",
            "ports": [["name": "http", "containerPort": 8080, "protocol": "TCP"]],
            "env": [["name": "LOG_LEVEL", "value": "info"]],
            "resources": ["requests": ["cpu": "100m", "memory": "128Mi"]],
          ]
        ],
      ],
      "status": [
        "phase": "Running", "podIP": .string(address(number)),
        "podIPs": [["ip": .string(address(number))]], "conditions": .array(conditions),
        "containerStatuses": [
          ["name": "main", "ready": true, "restartCount": 0, "state": ["running": [:]]]
        ],
      ],
    ]
  }

  private func app(_ number: Int) -> JSONValue { .string("app-\(number)") }
  private func address(_ pod: Int) -> String { "10.100.\(pod / 250).\(pod % 250 + 1)" }
}
