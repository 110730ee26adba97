import Archive
import Documents
import Foundation
import Sandbox
import Synchronization
import Testing
import Workflow

@Suite("support-bundle")
struct BundleTests {
  /// What an archive holds.
  private struct Unpacked {
    var files: [String: [UInt8]] = [:]
    var manifest: JSONValue = .null

    init(_ path: String) throws {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let gzip = try GzipReader()
      var tar = TarReader()
      var files: [String: [UInt8]] = [:]
      var current = ""
      try bytes.withUnsafeBytes { all in
        try gzip.add(all) { part in
          try tar.add(
            part,
            begin: {
              current = $0
              files[current] = []
              return true
            }, content: { files[current]?.append(contentsOf: $0) }, end: {})
        }
      }
      try gzip.end()
      self.files = files
      manifest = try JSONValue(json: files["manifest.json"] ?? [])
    }

    func json(_ name: String) throws -> JSONValue { try JSONValue(json: files[name] ?? []) }
    var missing: [String] {
      (manifest["missing"]?.array ?? []).map {
        "\($0["what"]?.string ?? ""): \($0["reason"]?.string ?? "")"
      }
    }
  }

  static var objects: [JSONValue] {
    DoctorScenario.healthyKubernetes() + [
      TestSite.controllerPod, TestSite.agentPod("node-1"),
      TestSite.object("v1", "ServiceAccount", "kube-system", "antctl", [:]),
    ]
  }

  /// A site whose one agent serves its API on loopback.
  private func withAgent(
    options: KubernetesOptions = KubernetesOptions(), fails: Bool = false,
    denials: [KubernetesOptions.Denial] = [], _ body: (TestSite, AgentService) async throws -> Void
  ) async throws {
    try await withSite(kubernetes: Self.objects, denials: denials, options: options) { site in
      let agent = AgentService(bundle: Array("agent bundle of node-1".utf8), fails: fails)
      let server = try await SandboxServer.start(agent, certificates: site.certificates)
      let port = server.port
      let authority = Data(site.certificates.authorityPEM.utf8).base64EncodedString()
      await site.cluster.edit("antreaagentinfos.crd.antrea.io", name: "node-1") { info in
        var object = info.object ?? JSONObject()
        object["apiPort"] = .integer(Int64(port))
        object["apiCABundle"] = .string(authority)
        return .object(object)
      }
      await site.cluster.edit("nodes", name: "node-1") { node in
        var object = node.object ?? JSONObject()
        object["status"] = ["addresses": [["type": "InternalIP", "address": "127.0.0.1"]]]
        return .object(object)
      }
      await site.cluster.addLog(
        namespace: "kube-system", pod: "antrea-controller-0", container: "antrea-controller",
        [(1_770_091_500_000_000_000, "Authorization: Bearer abcdefghijk of somebody")])
      await site.cluster.changeFile(of: "node-1", "antrea/networkpolicy/np.log") { _ in
        Array(LogsTests.line(1, "p", "r").utf8)
      }
      do {
        try await DoctorScenario.sync(site)
        // Nothing is waited for longer than it takes.
        site.clock = RunClock(now: { .zero }, sleep: { _ in try Task.checkCancellation() })
        site.clusterServer.log.clear()
        try await body(site, agent)
        await server.stop()
      } catch {
        await server.stop()
        throw error
      }
    }
  }

  /// Antrea's configuration with the gate SupportBundleCollection on.
  @Sendable static func collecting(_ map: JSONValue) -> JSONValue? {
    var object = map.object ?? JSONObject()
    let gates = "featureGates:\n  SupportBundleCollection: true\n"
    object["data"] = [
      "antrea-agent.conf": .string(gates), "antrea-controller.conf": .string(gates),
    ]
    return .object(object)
  }

  private func run(
    _ site: TestSite, _ flags: [String: String] = [:], environment: [String: String] = [:],
    _ change: (inout BundleQuestion) -> Void = { _ in }
  ) async -> (status: ToolStatus, output: String, talk: String) {
    var question = BundleQuestion(DesiredSource())
    question.out = "\(site.folder)/bundle.tar.gz"
    question.since = nil
    change(&question)
    let asked = question
    return await site.run(flags, environment: environment) { try await $0.supportBundle(asked) }
  }

  @Test("everything is in it, its digests are right, and no secret is")
  func whole() async throws {
    try await withAgent { site, agent in
      let result = await run(site)
      #expect(result.status == .success, "\(result.output) \(result.talk)")
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.manifest["complete"] == true)
      let folder = "clusters/\(TestSite.cluster)"
      for name in [
        "tool/version.json", "tool/configuration.json", "tool/doctor.json", "\(folder)/plan.json",
        "\(folder)/health.json", "\(folder)/statistics.json", "\(folder)/audit/node-1/np.log",
        "\(folder)/status.json", "\(folder)/findings.json", "\(folder)/provenance.json",
        "\(folder)/versions.json", "\(folder)/objects/clusternetworkpolicies.json",
        "\(folder)/objects/statistics.json",
        "\(folder)/logs/node-1_antrea-controller-0_antrea-controller.log",
        "\(folder)/antrea/controller.tar.gz", "\(folder)/antrea/agents/node-1.tar.gz",
      ] {
        #expect(archive.files[name]?.isEmpty == false, "\(name) is missing: \(archive.missing)")
      }
      let entries = archive.manifest["entries"]?.array ?? []
      #expect(entries.count == archive.files.count - 1)
      for entry in entries {
        let bytes = archive.files[entry["path"]?.string ?? ""] ?? []
        #expect(entry["sha256"]?.string == hexText(SHA256.hash(bytes)))
        #expect(entry["size"]?.integer == Int64(bytes.count))
      }
      #expect(
        archive.files["\(folder)/antrea/agents/node-1.tar.gz"]
          == Array("agent bundle of node-1".utf8))
      for (name, bytes) in archive.files {
        let text = String(decoding: bytes, as: UTF8.self)
        for secret in [TestSite.password, "test-token", "abcdefghijk"] {
          #expect(!text.contains(secret), "\(name) has \(secret)")
        }
      }
      #expect(await !site.cluster.hasControllerBundle)
      #expect(await !agent.hasBundle)
      // It can be read again as what it came from.
      let plan = try archive.json("\(folder)/plan.json")
      #expect(plan["schemaVersion"] != nil)
      #expect(try archive.json("\(folder)/health.json")["clusters"] != nil)
      var question = LogsQuestion(DesiredSource())
      question.files = ["\(site.folder)/bundle.tar.gz"]
      let asked = question
      let logs = await site.run(["output": "ndjson"]) { try await $0.logs(asked) }
      #expect(logs.output.split(separator: "\n").count == 1, "\(logs.output)")
    }
  }

  @Test("no credential that others wrote is in it, and every document stays one")
  func planted() async throws {
    try await withAgent { site, _ in
      await site.cluster.addLog(
        namespace: "kube-system", pod: "antrea-controller-0", container: "antrea-controller",
        SecretRedactorTests.planted.flatMap { $0.split(separator: "\n") }.map {
          (1_770_091_501_000_000_000, String($0))
        })
      await site.cluster.changeFile(of: "node-1", "antrea/networkpolicy/np.log") { _ in
        Array(
          (LogsTests.line(1, "p", "r") + SecretRedactorTests.planted.joined(separator: "\n")).utf8)
      }
      for (kind, name) in [
        ("nodes", "node-1"), ("antreaagentinfos.crd.antrea.io", "node-1"),
        ("tiers.crd.antrea.io", "application"),
      ] {
        await site.cluster.edit(kind, name: name) { object in
          var result = object.object ?? JSONObject()
          result.update("metadata") { value in
            var metadata = value.object ?? JSONObject()
            metadata["annotations"] = [
              "applied": #"{"data":{"password":"hunter2-canary"},"token":"hunter2-canary"}"#,
              "cookie": "JSESSIONID=hunter2-canary", "secret-key": "hunter2-canary",
            ]
            value = .object(metadata)
          }
          return .object(result)
        }
      }
      let result = await run(site)
      #expect(result.status == .success, "\(result.output)")
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.files.count > 15)
      for (name, bytes) in archive.files {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("hunter2-canary"), "\(name)")
        if name.hasSuffix(".json") { #expect((try? JSONValue(json: bytes)) != nil, "\(name)") }
      }
    }
  }

  @Test("names of nodes that lead out of the archive stay in it")
  func paths() async throws {
    let objects =
      Self.objects + [
        TestSite.object("v1", "Node", nil, "../../evil", [:]), TestSite.agentPod("../../evil"),
      ]
    try await withSite(kubernetes: objects) { site in
      try await DoctorScenario.sync(site)
      await site.cluster.changeFile(of: "../../evil", "antrea/networkpolicy/np.log") { _ in
        Array(LogsTests.line(1, "p", "r").utf8)
      }
      let result = await run(site) { $0.withAntrea = false }
      #expect(result.status == .success, "\(result.output)")
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.files.keys.filter { $0.contains("evil") }.count == 2)
      for name in archive.files.keys {
        #expect(!name.hasPrefix("/") && !name.split(separator: "/").contains(".."), "\(name)")
      }
    }
  }

  @Test("without the right to read audit logs, these are missing, or are not asked for")
  func withoutAudit() async throws {
    try await withAgent(denials: [.init(verb: "get", resource: "nodes/proxy")]) { site, _ in
      #expect(await run(site).status == .partial)
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.missing.count == 1 && archive.missing[0].contains("nodes/proxy"))
      #expect(await run(site) { $0.withAudit = false }.status == .success)
    }
  }

  @Test("what is missing is told with its reason, and the status is 4")
  func partial() async throws {
    try await withAgent(
      fails: true,
      denials: [
        .init(verb: "get", resource: "pods/log"), .init(verb: "list", group: "stats.antrea.io"),
      ]
    ) { site, agent in
      await site.managerServer.stop()
      let result = await run(site, ["nsx.requestTimeout": "2s"])
      #expect(result.status == .partial)
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.manifest["complete"] == false)
      for words in [
        "bundle of the agent of node-1: bundle of agent: collecting it failed", "log of node-1",
        "AntreaClusterNetworkPolicyStats objects",
      ] {
        #expect(archive.missing.contains { $0.contains(words) }, "\(words): \(archive.missing)")
        #expect(result.output.contains("missing: "))
      }
      #expect(archive.files["clusters/\(TestSite.cluster)/antrea/controller.tar.gz"] != nil)
      #expect(await !agent.hasBundle)
    }
  }

  @Test("a bundle that arrives cut is not taken for a whole one")
  func cut() async throws {
    var options = KubernetesOptions()
    options.bundles.cutsDownload = 4
    try await withAgent(options: options) { site, _ in
      let result = await run(site)
      #expect(result.status == .partial)
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.missing.contains { $0.contains("4 of 17 bytes") }, "\(archive.missing)")
      #expect(archive.files["clusters/\(TestSite.cluster)/antrea/controller.tar.gz"] == nil)
    }
  }

  static let fileServer = [
    "supportBundle.fileServer": "sftp://files.example.org:22/bundles",
    "supportBundle.username": "uploader",
  ]
  static let password = ["NSX_ANTREA_SUPPORT_BUNDLE_PASSWORD": "upload-secret"]

  @Test("agents upload through a collection where the gate is on; all of it goes again")
  func collection() async throws {
    for failing in [[], ["node-1"]] {
      var options = KubernetesOptions()
      options.bundles.collectsBundles = true
      options.bundles.failingNodes = failing
      try await withAgent(options: options) { site, agent in
        await site.cluster.edit("configmaps", namespace: "kube-system", name: "antrea-config") {
          Self.collecting($0)
        }
        let result = await run(site, Self.fileServer, environment: Self.password)
        #expect(result.status == (failing.isEmpty ? .success : .partial), "\(result.output)")
        let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
        let elsewhere = archive.manifest["elsewhere"]?.array?.first
        #expect(
          elsewhere?["place"]?.string?.hasPrefix("sftp://files.example.org:22/bundles/") == true)
        if !failing.isEmpty {
          #expect(archive.missing.contains { $0.contains("1 of 1 agents") }, "\(archive.missing)")
        }
        for kind in ["supportbundlecollections.crd.antrea.io", "secrets"] {
          #expect(site.clusterServer.log.count("POST", prefix: "/") > 0)
          #expect(await site.cluster.objects(kind).isEmpty, "\(kind) are left")
        }
        for (name, bytes) in archive.files {
          #expect(!String(decoding: bytes, as: UTF8.self).contains("upload-secret"), "\(name)")
        }
        #expect(!(result.output + result.talk).contains("upload-secret"))
        #expect(await !agent.hasBundle, "the agent was asked besides")
      }
    }
  }

  @Test("a Secret of that name that somebody else made is left alone, and told")
  func othersSecret() async throws {
    var options = KubernetesOptions()
    options.bundles.collectsBundles = true
    let secret = TestSite.object(
      "v1", "Secret", "kube-system", "nsx-antrea-support-bundle", ["data": ["x": "eA=="]])
    try await withAgent(options: options) { site, _ in
      await site.cluster.edit("configmaps", namespace: "kube-system", name: "antrea-config") {
        Self.collecting($0)
      }
      #expect(
        await site.send("POST", "/api/v1/namespaces/kube-system/secrets", secret, "kubectl-create"))
      let result = await run(site, Self.fileServer, environment: Self.password)
      #expect(result.status == .partial, "\(result.output)")
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(archive.missing.contains { $0.contains("is not this tool's") }, "\(archive.missing)")
      #expect(await site.cluster.objects("secrets").count == 1)
    }
  }

  @Test("what could not be deleted of a collection is told, with 4")
  func leftover() async throws {
    var options = KubernetesOptions()
    options.bundles.collectsBundles = true
    try await withAgent(options: options, denials: [.init(verb: "delete", resource: "secrets")]) {
      site, _ in
      await site.cluster.edit("configmaps", namespace: "kube-system", name: "antrea-config") {
        Self.collecting($0)
      }
      // The one that a killed run may have left is deleted first, which must not fail here.
      let result = await run(site, Self.fileServer, environment: Self.password)
      #expect(result.status == .partial, "\(result.output)")
    }
  }

  @Test("a part that says that it has nothing of the cluster is missing")
  func partWithoutCluster() async throws {
    try await withAgent { site, _ in
      site.clusterServer.faults.set([
        FaultScript.Rule(
          method: "GET", pathPrefix: "/apis/crd.antrea.io/v1beta1/clustergroups", count: nil,
          response: .json(
            403,
            [
              "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403,
              "reason": "Forbidden", "message": "no",
            ]))
      ])
      let result = await run(site)
      #expect(result.status == .partial, "\(result.output)")
      let archive = try Unpacked("\(site.folder)/bundle.tar.gz")
      #expect(
        archive.missing.contains { $0.hasPrefix("the plan") || $0.hasPrefix("plan") },
        "\(archive.missing)")
    }
  }

  @Test("a file server without credentials is refused before anything is done")
  func credentials() async throws {
    try await withSite { site in
      let result = await run(
        site, ["supportBundle.fileServer": "sftp://files.example.org/"])
      #expect(result.status == .usage)
      #expect(result.talk.contains("supportBundle.secret"))
      #expect(site.clusterServer.log.all.isEmpty)
    }
  }

  @Test("stopped at any request, it leaves nothing in the cluster, and no archive")
  func interrupted() async throws {
    var options = KubernetesOptions()
    options.bundles.collectsBundles = true
    try await withAgent(options: options) { site, agent in
      await site.cluster.edit("configmaps", namespace: "kube-system", name: "antrea-config") {
        Self.collecting($0)
      }
      try site.configure(
        """
        supportBundle:
          fileServer: sftp://files.example.org:22/bundles
          username: uploader
        """)
      var environment = site.test.environment
      environment.merge(Self.password) { $1 }
      let arguments = [
        "support-bundle", "--config", "nsx-antrea.yaml", "--out", "stopped.tar.gz",
      ]
      let archive = "\(site.folder)/stopped.tar.gz"
      let first = try await ToolProcess().run(
        arguments, environment: environment, folder: site.folder)
      try #require(first.status == 0, "\(first.output)")
      let requests = site.clusterServer.log.all
      let begin = try #require(requests.firstIndex { $0.path.contains("supportbundles") })
      site.clusterServer.log.clear()
      try FileManager.default.removeItem(atPath: archive)
      var hits = 0
      var late = 0
      for number in max(begin, 1)...requests.count {
        let tool = ToolProcess()
        let signalled = Mutex<ContinuousClock.Instant?>(nil)
        site.clusterServer.faults.set([
          .init(
            occurrence: number,
            action: {
              signalled.withLock { $0 = .now }
              await tool.signal(number % 2 == 0 ? SIGTERM : SIGINT)
            })
        ])
        let end = try await tool.run(arguments, environment: environment, folder: site.folder)
        site.clusterServer.faults.set([])
        if let time = signalled.withLock({ $0 }), ContinuousClock.now - time > .seconds(4) {
          // A run is ended hard 4.5 s after a signal: a busy machine proves nothing.
          late += 1
          try await Self.clear(site)
          continue
        }
        let name: Comment = "request \(number) of \(requests.count)"
        let stopped: Int32 = number % 2 == 0 ? 143 : 130
        #expect([0, stopped].contains(end.status), "\(end)")
        for kind in ["supportbundlecollections.crd.antrea.io", "secrets"] {
          #expect(await site.cluster.objects(kind).isEmpty, name)
        }
        #expect(await !site.cluster.hasControllerBundle, name)
        #expect(await !agent.hasBundle, name)
        if end.status == stopped {
          hits += 1
          #expect(!FileManager.default.fileExists(atPath: archive), name)
          let left = try FileManager.default.contentsOfDirectory(atPath: site.folder)
          #expect(!left.contains { $0.contains("stopped.tar.gz") || $0.contains("spool") }, name)
        } else {
          try? FileManager.default.removeItem(atPath: archive)
        }
      }
      #expect(hits + late > (requests.count - begin) / 2 && hits > 0, "\(hits), \(late)")
    }
  }

  /// Takes away what a run left that was ended hard.
  private static func clear(_ site: TestSite) async throws {
    for kind in ["supportbundlecollections.crd.antrea.io", "secrets"] {
      for object in await site.cluster.objects(kind) {
        await site.cluster.edit(
          kind, namespace: object[path: "metadata", "namespace"]?.string ?? "",
          name: object[path: "metadata", "name"]?.string ?? ""
        ) { _ in nil }
      }
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: site.folder)
    where name.contains("stopped.tar.gz") || name.contains("spool") {
      try FileManager.default.removeItem(atPath: "\(site.folder)/\(name)")
    }
  }
}
