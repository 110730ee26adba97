import Documents
import Sandbox
import Synchronization
import Testing

@Suite("Kubernetes: files of nodes")
struct NodeFilesTests {
  private static let logs = "/api/v1/nodes/node-1/proxy/logs"

  private func ask(
    _ service: KubernetesService, _ target: String, range: String? = nil
  ) async -> (status: Int, text: String, range: String?) {
    let answer = await service.respond(
      to: SandboxRequest(
        method: "GET", target: target, headers: range.map { [(name: "Range", value: $0)] } ?? []))
    return (
      answer.status, String(decoding: answer.body, as: UTF8.self),
      answer.headers.first { $0.name == "Content-Range" }?.value
    )
  }

  @Test("are listed, and given as a whole or in parts, as Go's file server does")
  func files() async {
    let service = TestCluster().service
    await service.changeFile(of: "node-1", "antrea/networkpolicy/np.log") { _ in
      Array("0123456789".utf8)
    }
    let folder = await ask(service, "\(Self.logs)/antrea/networkpolicy/")
    #expect(folder.text.contains("<a href=\"np.log\">np.log</a>"))
    #expect(await ask(service, "\(Self.logs)/antrea/").text.contains("href=\"networkpolicy/\""))
    let file = "\(Self.logs)/antrea/networkpolicy/np.log"
    #expect(await ask(service, file).text == "0123456789")
    for (range, status, text, content) in [
      ("bytes=0-0", 206, "0", "bytes 0-0/10"), ("bytes=7-", 206, "789", "bytes 7-9/10"),
      ("bytes=2-99", 206, "23456789", "bytes 2-9/10"),
    ] {
      let answer = await ask(service, file, range: range)
      #expect(answer.status == status && answer.text == text && answer.range == content)
    }
    let beyond = await ask(service, file, range: "bytes=10-")
    #expect(beyond.status == 416 && beyond.range == "bytes */10")
    #expect(await ask(service, "\(Self.logs)/antrea/other.log").status == 404)
    #expect(await ask(service, "/api/v1/nodes/node-9/proxy/logs/").text.contains("\"Status\""))
  }

  @Test("have audit lines of what policies decide about the pods' own traffic")
  func traffic() async throws {
    let time = Mutex<Int64>(1_780_000_000)
    var options = KubernetesOptions()
    options.hasTraffic = true
    options.now = { time.withLock { $0 } }
    let cluster = try #require(Estate.demo.clusters.first)
    let service = KubernetesService(
      clusterName: cluster.name, objects: cluster.objects, options: options)
    let pods = Dictionary(
      cluster.objects.filter { $0["kind"] == "Pod" }.map {
        (
          "\($0[path: "metadata", "namespace"]?.string ?? "")/\($0[path: "metadata", "name"]?.string ?? "")",
          $0[path: "spec", "nodeName"]?.string ?? ""
        )
      }, uniquingKeysWith: { $1 })
    func lines() async -> [(node: String, words: [String])] {
      var lines: [(node: String, words: [String])] = []
      for number in 1...3 {
        let node = "\(cluster.name)-node-\(number)"
        let answer = await ask(
          service, "/api/v1/nodes/\(node)/proxy/logs/antrea/networkpolicy/np.log")
        guard answer.status == 200 else { continue }
        lines += answer.text.split(separator: "\n").map {
          (node, $0.split(separator: " ").map(String.init))
        }
      }
      return lines
    }
    #expect(await lines().isEmpty, "nothing is logged yet")
    let policy: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": "payment"],
      "spec": [
        "priority": 5, "tier": "application",
        "appliedTo": [
          [
            "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "payment"]]
          ]
        ],
        "ingress": [
          ["name": "deny", "action": "Drop", "enableLogging": true, "logLabel": "payment"]
        ],
      ],
    ]
    let answer = await service.respond(
      to: SandboxRequest(
        method: "POST", target: TestCluster.policies,
        headers: [(name: "Content-Type", value: "application/json")],
        body: JSONWriter.compact(policy)))
    #expect(answer.status == 201)
    time.withLock { $0 += 120 }
    let logged = await lines()
    #expect(logged.count > 10, "\(logged.count)")
    for line in logged {
      #expect(line.words.count == 16 || line.words.count == 20)
      #expect(
        line.words[3...6] == ["AntreaClusterNetworkPolicy:payment", "deny", "Ingress", "Drop"])
      #expect(line.words[8].hasPrefix("payment/") && pods[line.words[8]] == line.node)
      #expect(line.words[15] == "payment")
    }
    #expect(await lines().count == logged.count, "no line twice")
    time.withLock { $0 += 60 }
    #expect(await lines().count > logged.count)
  }

  @Test("belong to whoever may get nodes/proxy, and to nobody where they are switched off")
  func refused() async {
    var options = KubernetesOptions()
    options.denials = [.init(verb: "get", resource: "nodes/proxy")]
    #expect(await ask(TestCluster(options: options).service, "\(Self.logs)/").status == 403)
    options.denials = []
    options.kubelet.servesLogs = false
    let off = await ask(TestCluster(options: options).service, "\(Self.logs)/")
    #expect(off.status == 405 && off.text == "logs endpoint is disabled.\n")
  }
}
