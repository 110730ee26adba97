import Documents
import Failures
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Statistics of the clusters")
struct StatsTests {
  private func stats(
    _ site: TestSite, _ question: StatisticsQuestion = StatisticsQuestion(),
    _ flags: [String: String] = ["output": "json"]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) { try await $0.statistics(question) }
  }

  private func document(_ output: String) throws -> JSONValue {
    try JSONValue(json: Array(output.utf8))
  }

  /// The NSX rule with a number.
  private func rule(_ number: Int64, _ output: String) throws -> JSONValue {
    let rules = try (document(output)["policies"]?.array ?? []).flatMap {
      $0["rules"]?.array ?? []
    }
    return try #require(rules.first { $0["ruleId"] == .integer(number) }, "\(output)")
  }

  /// The live policy of an NSX policy and the names of its rules by NSX's number.
  private func live(
    _ cluster: KubernetesService, _ prefix: String
  ) async throws -> (name: String, rules: [String]) {
    let policies = await cluster.objects("clusternetworkpolicies.crd.antrea.io")
    let policy = try #require(
      policies.first { $0[path: "metadata", "name"]?.string?.hasPrefix(prefix) == true })
    let rules = ["ingress", "egress"].flatMap { policy[path: "spec", $0]?.array ?? [] }
    return (
      policy[path: "metadata", "name"]?.string ?? "", rules.compactMap { $0["name"]?.string }
    )
  }

  /// Lets the rule with a number see connections.
  private func send(
    _ sessions: Int64, _ number: String, _ cluster: KubernetesService, policy: String = "shop-"
  ) async throws {
    let (name, rules) = try await live(cluster, policy)
    let rule = try #require(rules.first { $0.contains(number) })
    await cluster.addTraffic(
      to: name, rule: rule, packets: sessions * 10, bytes: sessions * 1000, sessions: sessions)
  }

  @Test("counters come with what NSX calls the rules, and those without traffic are told")
  func names() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      try await send(7, "1001", site.cluster)
      site.clusterServer.log.clear()
      let result = await stats(site)
      #expect(result.status == .success, "\(result.talk)")
      let web = try rule(1001, result.output)
      #expect(web["displayName"] == "Rule web-to-db")
      #expect(
        web["path"]
          == "/infra/domains/default/security-policies/shop/rules/web-to-db")
      #expect(web[path: "total", "total"] == ["bytes": 7000, "packets": 70, "sessions": 7])
      #expect(web[path: "total", "quietSince"] == .null)
      #expect(try rule(1003, result.output)[path: "total", "quietSince"]?.string != nil)
      #expect(site.clusterWrites == [])

      let text = await stats(site, StatisticsQuestion(), [:])
      #expect(text.output.contains("Rule web-to-db"), "\(text.output)")
      #expect(text.output.contains("4 rules of 2 policies in 1 cluster; 3 without traffic."))
      let unused = await stats(site, StatisticsQuestion(quietOnly: true), [:])
      #expect(!unused.output.contains("Rule web-to-db") && unused.output.contains("Rule deny"))
    }
  }

  @Test("connections count at the rules that decide them, whatever asks")
  func connections() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let allowed = await site.cluster.connect(
        LiveConnection(from: "shop/web-1", to: "shop/db-1", port: 5432), count: 3)
      #expect(allowed == true)
      // Somebody else is stopped by the last rule, with the first packet.
      let denied = await site.cluster.connect(
        LiveConnection(from: "10.66.0.1", to: "shop/db-1", port: 5432), count: 2)
      #expect(denied == false)
      let output = await stats(site).output
      let (web, deny) = (try rule(1001, output), try rule(1003, output))
      #expect(
        web[path: "total", "total"] == ["bytes": 3000, "packets": 30, "sessions": 3])
      #expect(deny[path: "total", "total"] == ["bytes": 120, "packets": 2, "sessions": 2])
      let machines = try rule(1002, output)
      #expect(machines[path: "total", "quietSince"]?.string != nil)
      #expect(
        await site.cluster.connect(LiveConnection(from: "no/body", to: "shop/db-1", port: 1))
          == nil)
    }
  }

  @Test("without a repository the cluster itself tells the numbers")
  func withoutTree() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      try await send(7, "1001", site.cluster)
      try FileManager.default.removeItem(atPath: "\(site.folder)/policies.git")
      let web = try rule(1001, await stats(site).output)
      #expect(web[path: "total", "total", "sessions"] == 7)
    }
  }

  @Test("a file of saved counters gives growth, and a restarted controller is recognised")
  func saved() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      try await send(7, "1001", site.cluster)
      let file = "\(site.folder)/last.json"
      // The same command line, also for the first time.
      let question = StatisticsQuestion(since: file, save: file)
      let first = try rule(1001, await stats(site, question).output)
      #expect(first[path: "total", "growth"] == .null)
      try await send(5, "1001", site.cluster)
      let second = try rule(1001, await stats(site, question).output)
      #expect(second[path: "total", "growth", "sessions"] == 5)
      #expect(second[path: "total", "isReset"] == false)
      await site.cluster.restartController()
      try await send(2, "1001", site.cluster)
      let third = try rule(1001, await stats(site, question).output)
      #expect(third[path: "total", "growth", "sessions"] == 2)
      #expect(third[path: "total", "isReset"] == true)
      try site.write("last.json", "{}")
      let broken = await stats(site, question)
      #expect(broken.status == .invalidInput, "\(broken.talk)")
      let missing = await stats(site, StatisticsQuestion(since: "\(site.folder)/none.json"))
      #expect(missing.status == .invalidInput)
    }
  }

  @Test("saving into a file keeps what it knows, also where nothing is compared")
  func history() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      try await send(7, "1001", site.cluster)
      let file = "\(site.folder)/last.json"
      func quietSince() async throws -> String? {
        let result = await stats(site, StatisticsQuestion(since: file))
        return try rule(1001, result.output)[path: "total", "quietSince"]?.string
      }
      _ = await stats(site, StatisticsQuestion(save: file))
      var saved = try document(String(contentsOfFile: file, encoding: .utf8))
      // As if it had been written long ago.
      saved = try document(
        saved.description.replacing(
          #/"time":"[^"]*"/#, with: #""time":"2020-01-01T00:00:00Z""#))
      try site.write("last.json", saved.description)
      #expect(try await quietSince() == "2020-01-01T00:00:00Z")
      for _ in 0..<2 { _ = await stats(site, StatisticsQuestion(save: file)) }
      #expect(try await quietSince() == "2020-01-01T00:00:00Z")
      try site.write("last.json", "{}")
      let foreign = await stats(site, StatisticsQuestion(save: file))
      #expect(foreign.status == .invalidInput, "somebody else's file is not written over")
    }
  }

  @Test("CSV and Prometheus text")
  func forms() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      try await send(7, "1001", site.cluster)
      let csv = await stats(site, StatisticsQuestion(form: .csv), [:]).output.split(separator: "\n")
      #expect(csv.count == 5 && csv.first?.hasPrefix("cluster,policy_path,policy,") == true)
      #expect(csv.contains { $0.contains(",1001,Rule web-to-db,Allow,7,70,7000,7,0,") }, "\(csv)")
      let text = await stats(site, StatisticsQuestion(form: .prometheus), [:]).output
      let line = text.split(separator: "\n").first {
        $0.hasPrefix("nsx_antrea_rule_sessions_total{") && $0.contains("rule_id=\"1001\"")
          && $0.contains("direction=\"ingress\"")
      }
      #expect(line?.hasSuffix(" 7") == true, "\(text)")
    }
  }

  @Test("policies that are not from NSX are shown when asked for")
  func all() async throws {
    let policy = TestSite.object(
      "networking.k8s.io/v1", "NetworkPolicy", "shop", "own",
      ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]])
    try await withSite(kubernetes: TestSite.kubernetes + [policy]) { site in
      await site.cluster.addTraffic(
        to: "own", namespace: "shop", resource: "networkpolicies.networking.k8s.io", rule: "",
        packets: 3, bytes: 4, sessions: 2)
      #expect(try document(await stats(site).output)["policies"] == [])
      let result = await stats(site, StatisticsQuestion(all: true))
      let found = try #require(try document(result.output)["policies"]?.array?.first)
      #expect(found["displayName"] == "own" && found["path"] == .null)
      #expect(found[path: "total", "total"] == ["bytes": 4, "packets": 3, "sessions": 2])
    }
  }

  @Test("policies of one name are told apart: no sample of Prometheus stands twice")
  func namesakes() async throws {
    let policies = ["shop", "pay"].flatMap { namespace in
      [
        TestSite.object(
          "networking.k8s.io/v1", "NetworkPolicy", namespace, "deny",
          ["spec": ["podSelector": [:], "policyTypes": ["Ingress"]]]),
        TestSite.object(
          "crd.antrea.io/v1beta1", "NetworkPolicy", namespace, "deny",
          [
            "spec": [
              "priority": 5, "appliedTo": [["podSelector": [:]]],
              "ingress": [["name": "r", "action": "Drop"]],
            ]
          ]),
      ]
    }
    try await withSite(kubernetes: TestSite.kubernetes + policies) { site in
      for namespace in ["shop", "pay"] {
        await site.cluster.addTraffic(
          to: "deny", namespace: namespace, resource: "networkpolicies.networking.k8s.io",
          rule: "", packets: 1, bytes: 1, sessions: 1)
      }
      let result = await stats(site, StatisticsQuestion(all: true, form: .prometheus), [:])
      #expect(result.status == .success, "\(result.talk)")
      let samples = result.output.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
        $0.prefix { $0 != " " }
      }
      #expect(samples.count > 12 && Set(samples).count == samples.count, "\(result.output)")
    }
  }

  @Test("an API that is missing, and a gate that is off, are told as that")
  func missing() async throws {
    var options = KubernetesOptions()
    options.missingGroups = ["stats.antrea.io"]
    try await withSite(options: options) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let result = await stats(site)
      #expect(result.status == .failed)
      #expect(result.talk.contains("does not serve stats.antrea.io"), "\(result.talk)")
    }
    options = KubernetesOptions()
    options.keepsStatistics = false
    let configuration = TestSite.object(
      "v1", "ConfigMap", "kube-system", "antrea-config",
      ["data": ["antrea-controller.conf": "featureGates:\n  NetworkPolicyStats: false\n"]])
    for objects in [[], [configuration]] {
      try await withSite(kubernetes: TestSite.kubernetes + objects, options: options) { site in
        _ = await site.run { try await $0.sync(DesiredSource()) }
        let result = await stats(site)
        #expect(result.status == .failed)
        #expect(result.talk.contains("feature gate NetworkPolicyStats is off"), "\(result.talk)")
      }
    }
  }

  @Test("antrea-config is looked for where Antrea is")
  func elsewhere() async throws {
    var options = KubernetesOptions()
    options.keepsStatistics = false
    let configuration = TestSite.object(
      "v1", "ConfigMap", "antrea-system", "antrea-config",
      ["data": ["antrea-controller.conf": "featureGates:\n  NetworkPolicyStats: false\n"]])
    try await withSite(kubernetes: TestSite.kubernetes + [configuration], options: options) {
      site in
      await site.cluster.edit(
        "antreacontrollerinfos.crd.antrea.io", name: "antrea-controller"
      ) { info in
        var object = info.object ?? JSONObject()
        object["podRef"] = ["kind": "Pod", "namespace": "antrea-system", "name": "c-0"]
        return .object(object)
      }
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let result = await stats(site)
      #expect(result.status == .failed)
      #expect(
        result.talk.contains("Antrea's feature gate NetworkPolicyStats is off, so nothing"),
        "\(result.talk)")
    }
  }

  @Test("a right that is missing is told as that")
  func forbidden() async throws {
    try await withSite(denials: [.init(verb: "list", group: "stats.antrea.io")]) { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      #expect(await stats(site).status == .permissionDenied)
    }
  }

  @Test("clusters stand side by side and are summed; one that is away is left out and told")
  func fleet() async throws {
    try await withFleet(["east", "north", "west"]) { fleet in
      _ = await fleet.site.run { try await $0.sync(DesiredSource()) }
      for (name, sessions) in [("east", 3), ("north", 4), ("west", 5)] as [(String, Int64)] {
        let cluster = try #require(fleet[name])
        try await send(sessions, "1001", cluster.service)
      }
      let file = "\(fleet.site.folder)/last.json"
      let whole = await stats(fleet.site, StatisticsQuestion(save: file))
      let web = try rule(1001, whole.output)
      #expect(web[path: "total", "total", "sessions"] == 12)
      #expect(
        web["clusters"]?.array?.map { $0[path: "total", "sessions"] } == [3, 4, 5])

      await fleet["north"]?.server.stop()
      let result = await stats(fleet.site, StatisticsQuestion(since: file, save: file))
      #expect(result.status == .partial, "\(result.talk)")
      #expect(try rule(1001, result.output)[path: "total", "total", "sessions"] == 8)
      let text = await stats(fleet.site, StatisticsQuestion(), [:])
      #expect(text.output.contains("Not in the figures: north."), "\(text.output)")
      let saved = try document(String(contentsOfFile: file, encoding: .utf8))
      let known = saved["clusters"]?.object?.keys ?? []
      #expect(known.contains { $0.hasPrefix("north/") }, "what was known of it is kept: \(known)")
    }
  }
}
