import Documents
import Sandbox
import Synchronization
import Testing

@Suite("Traceflows of the sandbox")
struct TraceflowTests {
  private let path = "\(TestCluster.antrea)/traceflows"

  private static let ends: JSONValue = [
    "source": ["namespace": "shop", "pod": "web-1"],
    "destination": ["namespace": "pay", "pod": "payment-2"],
  ]

  private func trace(_ name: String, _ spec: JSONValue = ends) -> JSONValue {
    [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "Traceflow",
      "metadata": ["name": .string(name)], "spec": spec,
    ]
  }

  private func cluster(_ options: KubernetesOptions = KubernetesOptions()) async -> TestCluster {
    let cluster = TestCluster(options: options)
    for (index, name) in ["web-1", "web-2", "web-3", "payment-1", "payment-2"].enumerated() {
      await cluster.service.edit(
        "pods", namespace: index < 3 ? "shop" : "pay", name: name
      ) { pod in
        var object = pod.object ?? JSONObject()
        object["status"] = ["phase": "Running", "podIP": .string("10.0.0.\(index + 1)")]
        return .object(object)
      }
    }
    return cluster
  }

  @Test("a trace waits, runs and ends with what both Nodes saw")
  func phases() async throws {
    let cluster = await cluster()
    #expect(await cluster.send("POST", path, trace("one")).status == 201)
    let first = await cluster.send("GET", "\(path)/one").body
    #expect(first[path: "status", "phase"] == "Running")
    #expect(first[path: "status", "dataplaneTag"] == 1)
    let last = await cluster.send("GET", "\(path)/one").body
    #expect(last[path: "status", "phase"] == "Succeeded")
    #expect(last[path: "status", "dataplaneTag"] == nil)
    let results = try #require(last[path: "status", "results"]?.array)
    #expect(results.map { $0["node"] } == ["node-1", "node-2"])
    #expect(results[0]["observations"]?.array?.first?["component"] == "SpoofGuard")
    #expect(results[1]["observations"]?.array?.first?["action"] == "Received")
    #expect(results[1]["observations"]?.array?.last?["action"] == "Delivered")
  }

  @Test("a policy that drops ends the way, with its name and rule")
  func dropped() async throws {
    let cluster = await cluster()
    let policy: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": "deny"],
      "spec": [
        "priority": 5, "appliedTo": [["podSelector": ["matchLabels": ["app": "payment"]]]],
        "ingress": [["name": "no-web", "action": "Drop"]],
      ],
    ]
    #expect(await cluster.send("POST", TestCluster.policies, policy).status == 201)
    _ = await cluster.send("POST", path, trace("one"))
    _ = await cluster.send("GET", "\(path)/one")
    let status = await cluster.send("GET", "\(path)/one").body["status"]
    let end = try #require(status?["results"]?.array?.last?["observations"]?.array?.last)
    #expect(end["action"] == "Dropped")
    #expect(end["networkPolicy"] == "AntreaClusterNetworkPolicy:deny")
    #expect(end["networkPolicyRule"] == "no-web")
    #expect(end["componentInfo"] == "IngressMetric")
  }

  @Test(
    "what Antrea refuses is refused",
    arguments: [
      ["destination": ["ip": "10.0.0.1"]],
      ["source": ["namespace": "shop", "pod": "web-1"]],
      ["source": ["ip": "10.0.0.1"], "destination": ["namespace": "shop", "pod": "web-1"]],
      [
        "source": ["namespace": "shop", "pod": "web-1"], "destination": ["ip": "10.0.0.300"],
      ],
      [
        "source": ["namespace": "shop", "pod": "web-1"], "destination": ["ip": "10.0.0.3"],
        "timeout": 301,
      ],
      [
        "source": ["namespace": "shop", "pod": "web-1"], "destination": ["ip": "10.0.0.3"],
        "packet": ["transportHeader": ["tcp": ["dstPort": 0]]],
      ],
      ["liveTraffic": true, "source": ["ip": "10.0.0.1"]],
      [
        "source": ["namespace": "shop", "pod": "web-1"], "destination": ["ip": "10.0.0.3"],
        "droppedOnly": true,
      ],
    ] as [JSONValue])
  func refused(_ spec: JSONValue) async {
    let answer = await cluster().send("POST", path, trace("bad", spec))
    #expect([400, 422].contains(answer.status), "\(answer)")
  }

  @Test("14 run at a time; others wait without a phase until a tag is free")
  func tags() async throws {
    var options = KubernetesOptions()
    options.traceflows = .silent
    let cluster = await cluster(options)
    for index in 1...16 {
      _ = await cluster.send("POST", path, trace("t\(index)"))
    }
    func phases() async -> [String] {
      (await cluster.send("GET", path).body["items"]?.array ?? []).map {
        $0[path: "status", "phase"]?.string ?? ""
      }
    }
    #expect(await phases().count { $0 == "Running" } == 14)
    #expect(await phases().count { $0 == "" } == 2)
    _ = await cluster.send("DELETE", "\(path)/t1")
    #expect(await phases().count { $0 == "Running" } == 14)
    #expect(await phases().count { $0 == "" } == 1)
  }

  @Test("a lost packet fails at the first look after the timeout, and only then")
  func timeout() async throws {
    let time = Mutex<Int64>(1_800_000_000)
    let now: @Sendable () -> Int64 = { time.withLock { $0 } }
    var options = KubernetesOptions()
    options.traceflows = .senderOnly
    options.now = now
    let cluster = await cluster(options)
    _ = await cluster.send("POST", path, trace("one"))
    for _ in 1...3 { _ = await cluster.send("GET", "\(path)/one") }
    time.withLock { $0 += 19 }
    let before = await cluster.send("GET", "\(path)/one").body["status"]
    #expect(before?["phase"] == "Running")
    #expect(before?["results"]?.array?.count == 1)
    time.withLock { $0 += 1 }
    let after = await cluster.send("GET", "\(path)/one").body["status"]
    #expect(after?["phase"] == "Failed" && after?["reason"] == "Traceflow timeout")
  }

  @Test("live traffic is caught where it meets the trace")
  func live() async throws {
    var options = KubernetesOptions()
    options.liveTraffic = [.init(from: "shop/web-1", to: "pay/payment-2", port: 443)]
    let cluster = await cluster(options)
    func status(_ port: Int64) async -> JSONValue? {
      let spec: JSONValue = [
        "liveTraffic": true, "destination": ["namespace": "pay", "pod": "payment-2"],
        "packet": ["transportHeader": ["tcp": ["dstPort": .integer(port)]]],
      ]
      _ = await cluster.send("POST", path, trace("live-\(port)", spec))
      _ = await cluster.send("GET", "\(path)/live-\(port)")
      return await cluster.send("GET", "\(path)/live-\(port)").body["status"]
    }
    let caught = await status(443)
    #expect(caught?["phase"] == "Succeeded")
    #expect(caught?[path: "capturedPacket", "srcIP"] == "10.0.0.1")
    #expect(await status(80)?["phase"] == "Running")
  }
}
