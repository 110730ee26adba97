import Documents
import Glibc
import Reachability

/// Measures plans and applies as whole processes against the embedded servers,
/// beside what `curl` and `kubectl` take for the same cluster.
struct ClusterBenchmark {
  let tool: String
  let sandbox: String
  let size: EstateSize
  /// How many milliseconds every answer takes on its way.
  let latency: Int
  /// Whether kubectl is measured as well, which takes minutes.
  let hasPeers: Bool

  func run() throws {
    var template = Array("/tmp/nsx-antrea-bench-XXXXXX".utf8CString)
    guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { exit(1) }
    defer { _ = Measurement.run(["rm", "-rf", folder]) }
    let snapshot = "\(folder)/nsx.json"
    let pods = "\(folder)/pods.json"
    guard Benchmark.write(SnapshotGenerator(size: size).snapshot(), to: snapshot),
      Benchmark.write(PodGenerator(size: size).list(), to: pods)
    else { exit(1) }
    let server = try BenchmarkServer(
      [
        sandbox, "--state", "\(folder)/state", "--nsx-snapshot", snapshot, "--cluster-objects",
        pods, "--latency", "\(latency)", "--exit-with-parent",
      ], summary: "\(folder)/state/sandbox.json")
    defer { server.stop() }
    print(
      "\(size.policies) policies of 10 rules, \(size.groups) groups, \(size.pods) pods, answers late by \(latency) ms"
    )
    print("what                                   wall s    cpu s   MB    ratio   requests")
    let common = [
      "--config", "\(folder)/state/nsx-antrea.yaml", "--set", "inventory.enabled=false",
    ]
    let repository = ["--repo", "\(folder)/tree.git"]
    let off = ["--connectivity", "off"]
    let quiet = ["--set", "apply.wait=false"]
    Benchmark.row(
      "pull, render and first commit", .run([tool, "render", "--init"] + repository + common))
    server.row(
      "first sync, without waiting", [tool, "sync"] + off + repository + common + quiet)
    let lists = server.row("  peer: curl of the three lists", server.lists, runs: 3)
    server.row(
      "plan without change", [tool, "plan"] + off + repository + common, runs: 3, to: lists)
    server.row(
      "plan without change, with connectivity",
      [tool, "plan", "--no-pull"] + repository + common, runs: 2, to: lists)
    server.row(
      "sync without change, and the proof", [tool, "sync"] + repository + common, runs: 2,
      to: lists)
    guard hasPeers else { return }
    _ = Measurement.run(["git", "clone", "-q", "\(folder)/tree.git", "\(folder)/tree"])
    let kubectl = ["kubectl", "--kubeconfig", "\(folder)/state/kubeconfig"]
    let folderOfCluster = "\(folder)/tree/clusters/\(SnapshotGenerator.cluster)"
    server.row(
      "  peer: kubectl diff --server-side",
      kubectl + ["diff", "--server-side", "-k", folderOfCluster], to: lists, accepts: [0, 1])
  }
}

/// The embedded servers as a process.
struct BenchmarkServer {
  private let pid: pid_t
  private let url: String
  private let nsx: String
  private let token: String

  init(_ arguments: [String], summary: String) throws {
    guard let pid = Measurement.spawn(arguments) else {
      print("cannot start \(arguments[0])")
      exit(1)
    }
    self.pid = pid
    for _ in 0..<600 where access(summary, R_OK) != 0 { usleep(100_000) }
    guard let file = fopen(summary, "r") else {
      print("\(arguments[0]) did not start")
      exit(1)
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    let summary = try JSONValue(json: Array(bytes[..<count]))
    let cluster = summary["clusters"]?.array?.first
    nsx = summary[path: "nsx", "url"]?.string ?? ""
    url = cluster?["url"]?.string ?? ""
    token = cluster?["token"]?.string ?? ""
  }

  func stop() {
    kill(pid, SIGTERM)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
  }

  private func curl(_ path: String) -> String {
    "curl -sSk -o /dev/null -H 'Authorization: Bearer \(token)' '\(url)\(path)'"
  }

  /// The bare lists of what is ours.
  var lists: [String] {
    let paths = ["tiers", "clustergroups", "clusternetworkpolicies"].map {
      curl("/apis/crd.antrea.io/v1beta1/\($0)")
    }
    return ["sh", "-c", paths.joined(separator: " && ")]
  }

  /// Prints the quickest of some runs, with the requests that the cluster saw in
  /// each.
  @discardableResult
  func row(
    _ name: String, _ arguments: [String], runs: Int = 1, to own: Measurement? = nil,
    accepts: Set<Int32> = [0]
  ) -> Measurement {
    _ = Measurement.run(["sh", "-c", "curl -sSk -X DELETE '\(url)/sandbox/requests'"])
    var result = Measurement.best(of: runs, arguments)
    if accepts.contains(result.status) { result.status = 0 }
    Benchmark.row(name, result, to: own, requests: requests / runs)
    return result
  }

  private var requests: Int { Self.log(of: url).map(\.count) ?? -1 }

  /// The batches of inventory changes that NSX has got, and forgets them.
  func batches() -> Int {
    let count = Self.log(of: nsx)?.count {
      $0["method"] == "POST" && $0["path"]?.string?.hasPrefix("/api/v1/inventory/") == true
    }
    _ = Measurement.run(["sh", "-c", "curl -sSk -X DELETE '\(nsx)/sandbox/requests'"])
    return count ?? -1
  }

  private static func log(of server: String) -> [JSONValue]? {
    guard let pipe = popen("curl -sSk '\(server)/sandbox/requests'", "r") else { return nil }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&chunk, 1, chunk.count, pipe), count > 0 {
      bytes += chunk[..<count]
    }
    return (try? JSONValue(json: bytes))?["requests"]?.array
  }

  /// Changes a label of a pod; gives whether that worked.
  func label(_ pod: String, _ namespace: String, _ key: String, _ value: String) -> Bool {
    let patch = "{\"metadata\":{\"labels\":{\"\(key)\":\"\(value)\"}}}"
    let arguments = [
      "curl", "-sSkf", "-X", "PATCH", "-H", "Authorization: Bearer \(token)", "-H",
      "Content-Type: application/merge-patch+json", "-d", patch,
      "\(url)/api/v1/namespaces/\(namespace)/pods/\(pod)",
    ]
    return Measurement.run(arguments).status == 0
  }
}

extension PodGenerator {
  /// The pods with their namespaces as `kubectl get -o json` prints them.
  func list() -> [UInt8] {
    let pods = pods()
    var namespaces: [String: JSONValue] = [:]
    var items: [JSONValue] = []
    for pod in pods {
      namespaces[pod.namespace] = [
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": ["name": .string(pod.namespace), "labels": Self.object(pod.namespaceLabels)],
      ]
      let addresses = pod.addresses.map(\.description)
      items.append([
        "apiVersion": "v1", "kind": "Pod",
        "metadata": [
          "name": .string(pod.name), "namespace": .string(pod.namespace),
          "labels": Self.object(pod.labels),
        ],
        "spec": ["nodeName": "node-1"],
        "status": [
          "phase": "Running", "podIP": .string(addresses.first ?? ""),
          "podIPs": .array(addresses.map { ["ip": .string($0)] }),
        ],
      ])
    }
    let node: JSONValue = [
      "apiVersion": "v1", "kind": "Node", "metadata": ["name": "node-1"],
      "status": [
        "addresses": [["type": "InternalIP", "address": "192.168.0.1"]],
        "conditions": [["type": "Ready", "status": "True"]],
      ],
    ]
    let list: JSONValue = [
      "apiVersion": "v1", "kind": "List",
      "items": .array([node] + namespaces.sorted { $0.key < $1.key }.map(\.value) + items),
    ]
    return JSONWriter.compact(list)
  }

  private static func object(_ labels: [String: String]) -> JSONValue {
    var object = JSONObject()
    for (key, value) in labels { object[key] = .string(value) }
    return .object(object)
  }
}
