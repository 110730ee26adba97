import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Who reaches whom")
struct ReachTests {
  private func reach(
    _ site: TestSite, _ question: ReachQuestion, _ source: DesiredSource = DesiredSource(),
    flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) { try await $0.reach(question, source: source) }
  }

  private func verdict(_ output: String) throws -> String? {
    try JSONValue(json: output)["verdict"]?.string
  }

  @Test("the verdict and the deciding rules in NSX names, before and after a sync")
  func verdicts() async throws {
    try await withSite { site in
      let question = ReachQuestion(from: "shop/web-1", to: "db-1", port: "80/tcp")
      let before = await reach(site, question)
      #expect(before.status == .success, "\(before.talk)")
      #expect(
        before.output.contains("shop/web-1 -> shop/db-1, 80/tcp: allowed"), "\(before.output)")
      #expect(before.output.contains("allow, no rule"))

      var desired = question
      desired.isDesired = true
      desired.port = "5432"
      let after = await reach(site, desired)
      #expect(after.output.contains("5432/tcp: allowed"), "\(after.output) \(after.talk)")
      #expect(after.output.contains("rule 1001 \"Rule web-to-db\" (policy Policy shop)"))

      _ = await site.run { try await $0.sync(DesiredSource()) }
      let denied = await reach(
        site, ReachQuestion(from: "10.4.4.4", to: "shop/db-1", port: "5432/tcp"))
      #expect(denied.output.contains("denied"), "\(denied.output)")
      #expect(denied.output.contains("drop by rule 1003 \"Rule deny\" (policy Policy shop)"))
      #expect(denied.output.contains("cluster shop-prod as it is"))
    }
  }

  @Test("a Service is its pods at the target port, by name, DNS name and address")
  func services() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      for name in ["svc:shop/db", "db.shop.svc.cluster.local", "10.2.0.1", "shop/db"] {
        let answer = await reach(site, ReachQuestion(from: "web-1", to: name))
        #expect(
          answer.output.contains("Service shop/db (1 pod), 5432/tcp: allowed"),
          "\(name): \(answer.output)\(answer.talk)")
      }
      let wrong = await reach(site, ReachQuestion(from: "web-1", to: "svc:db", port: "1/tcp"))
      #expect(wrong.status == .invalidInput)
      #expect(wrong.talk.contains("5432/tcp"), "\(wrong.talk)")
      let source = await reach(site, ReachQuestion(from: "svc:shop/db", to: "web-1"))
      #expect(source.status == .usage, "\(source.talk)")
    }
  }

  @Test("names that are not known or have several meanings are told with candidates")
  func names() async throws {
    try await withSite { site in
      let unknown = await reach(site, ReachQuestion(from: "web", to: "shop/dbx", port: "1"))
      #expect(unknown.status == .invalidInput)
      #expect(unknown.talk.contains("--to shop/dbx"), "\(unknown.talk)")
      #expect(unknown.talk.contains("shop/db-1"), "\(unknown.talk)")
      let file = "\(site.folder)/objects.json"
      let pods = ["blue", "green"].map { namespace in
        TestSite.object(
          "v1", "Pod", namespace, "one", ["status": ["podIP": .string("10.3.0.\(namespace.count)")]]
        )
      }
      try site.writeList("objects.json", pods)
      let ambiguous = await reach(
        site, ReachQuestion(from: "one", to: "blue/one", port: "1", clusterObjects: file))
      #expect(ambiguous.status == .usage)
      #expect(ambiguous.talk.contains("blue/one, green/one"), "\(ambiguous.talk)")
      let offline = await reach(
        site, ReachQuestion(from: "green/one", to: "blue/one", port: "1", clusterObjects: file))
      #expect(offline.status == .success, "\(offline.talk)")
      #expect(offline.output.contains("without Services are not in"), "\(offline.output)")
    }
  }

  @Test("a question that nobody can answer is refused before anything is read")
  func questions() async throws {
    try await withSite { site in
      site.clusterServer.log.clear()
      for question in [
        ReachQuestion(), ReachQuestion(from: "a", matrix: .namespaces),
        ReachQuestion(matrix: .namespaces, expectation: .allow),
        ReachQuestion(from: "a", to: "b", port: "99999"),
        ReachQuestion(from: "a", to: "b", port: "80/icmp"),
        ReachQuestion(from: "a", to: "b", protocolName: "tcp"),
        ReachQuestion(from: "a", to: "b", protocolName: "nonsense"),
      ] {
        #expect(await reach(site, question).status == .usage, "\(question)")
      }
      #expect(site.clusterServer.log.all.isEmpty)
    }
  }

  @Test("an expectation that is not met is exit 2")
  func expectations() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      var question = ReachQuestion(from: "web-1", to: "db-1", port: "5432", expectation: .allow)
      #expect(await reach(site, question).status == .success)
      question.expectation = .deny
      let missed = await reach(site, question)
      #expect(missed.status == .differences)
      #expect(missed.talk.contains("expected deny, found allow"), "\(missed.talk)")
    }
  }

  @Test("JSON has one document with the rows, ndjson a line for each")
  func documents() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let question = ReachQuestion(from: "web-1", to: "db-1", port: "5432")
      let json = try JSONValue(json: await reach(site, question, flags: ["output": "json"]).output)
      #expect(json["schemaVersion"] == 1)
      #expect(json["verdict"] == "allow")
      let row = try #require(json["rows"]?.array?.first)
      #expect(row[path: "ingress", "rule"]?["ruleId"]?.integer == 1001)
      #expect(row[path: "egress", "rule"] == .null)
      #expect(row[path: "from", "workloads"] == ["shop/web"])
      let lines = await reach(site, question, flags: ["output": "ndjson"]).output
        .split(separator: "\n").map(String.init)
      #expect(try lines.map { try JSONValue(json: $0)["type"]?.string } == ["row", "summary"])
    }
  }

  @Test("NSX's own rules are asked without any cluster")
  func snapshot() async throws {
    try await withSite { site in
      let snapshot = "\(site.folder)/nsx.json"
      let pulled = await site.run { try await $0.pull(to: snapshot) }
      #expect(pulled.status == .success, "\(pulled.talk)")
      let objects = "\(site.folder)/pods.json"
      try site.writeList("pods.json", TestSite.kubernetes)
      site.clusterServer.log.clear()
      let answer = await reach(
        site,
        ReachQuestion(from: "10.9.1.6", to: "web-1", port: "5432", clusterObjects: objects),
        DesiredSource(snapshot: snapshot))
      #expect(answer.status == .success, "\(answer.talk)")
      #expect(
        answer.output.contains("allow by rule 1010 \"Rule ops-to-web\" (policy Policy operators)"),
        "\(answer.output)")
      #expect(answer.output.contains("NSX's own rules for cluster shop-prod"))
      #expect(site.clusterServer.log.all.isEmpty)
    }
  }

  @Test("without the right to list pods nothing can be said")
  func forbidden() async throws {
    try await withSite(denials: [.init(verb: "list", group: "", resource: "pods")]) { site in
      let answer = await reach(site, ReachQuestion(from: "a", to: "b", port: "1"))
      #expect(answer.status == .invalidInput)
      #expect(answer.talk.contains("pods may not be listed"), "\(answer.talk)")
    }
  }
}

@Suite("Tables and explanations of who reaches whom")
struct ReachTableTests {
  private func reach(
    _ site: TestSite, _ question: ReachQuestion, flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) { try await $0.reach(question, source: DesiredSource()) }
  }

  @Test("one end gives a table of the others, with what passes and what stops the rest")
  func tables() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let all = await reach(site, ReachQuestion(to: "shop/db-1"))
      #expect(all.status == .success, "\(all.talk)")
      #expect(all.output.contains("everybody -> shop/db-1, all traffic: partly allowed"))
      let web = try #require(
        all.output.split(separator: "\n").first { $0.hasPrefix("group Group web (1 pod)") },
        "\(all.output)")
      #expect(web.contains("1001 \"Rule web-to-db\""), "\(web)")
      let machines = try #require(
        all.output.split(separator: "\n").first { $0.hasPrefix("group Virtual machines") })
      #expect(machines.contains("1002 \"Rule vms-to-db\""), "\(machines)")

      let one = await reach(site, ReachQuestion(to: "shop/db-1", port: "5432/tcp"))
      #expect(one.output.contains("drop by rule 1003 \"Rule deny\" (policy Policy shop)"))
      let service = await reach(site, ReachQuestion(to: "svc:shop/db"))
      #expect(
        service.output.contains("everybody -> Service shop/db (1 pod), the ports of the Service"))
      #expect(service.output.contains("allow by rule 1001"), "\(service.output)")

      let from = await reach(site, ReachQuestion(from: "10.9.1.6", port: "5432"))
      #expect(from.output.contains("allow by rule 1010 \"Rule ops-to-web\""), "\(from.output)")
      let pair = await reach(site, ReachQuestion(from: "web-1", to: "db-1"))
      #expect(pair.output.contains("web-1 -> shop/db-1, all traffic: allowed"), "\(pair.output)")
    }
  }

  @Test("a matrix of namespaces and of groups")
  func matrices() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let text = await reach(site, ReachQuestion(port: "5432", matrix: .namespaces))
      #expect(text.status == .success, "\(text.talk)")
      let row = try #require(
        text.output.split(separator: "\n").first { $0.hasPrefix("(outside)") }, "\(text.output)")
      #expect(row.contains("some"), "the virtual machines reach the database, others do not")
      let json = await reach(
        site, ReachQuestion(port: "5432", matrix: .groups), flags: ["output": "json"])
      let cells = try #require(try JSONValue(json: json.output)["cells"]?.array)
      func always(_ from: String, _ to: String) -> String? {
        cells.first { $0["from"]?.string == from && $0["to"]?.string == to }?["always"]?.string
      }
      #expect(always("Virtual machines", "Group db") == "5432/tcp")
      #expect(always("Group ops", "Group db") == "no traffic")
      #expect(always("Group web", "Group db") == "5432/tcp")
      let lines = await reach(
        site, ReachQuestion(matrix: .namespaces), flags: ["output": "ndjson"]
      ).output.split(separator: "\n").map(String.init)
      #expect(try JSONValue(json: lines.last ?? "")["type"] == "summary")
      #expect(try JSONValue(json: lines.first ?? "")["type"] == "cell")
    }
  }

  @Test("a flow is explained by every rule on its way")
  func explainedFlow() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let flow = await reach(
        site, ReachQuestion(from: "10.9.0.4", to: "db-1", port: "5432", explains: true))
      #expect(
        flow.output.contains("=> rule 1003 \"Rule deny\" (policy Policy shop) decides: drop"),
        "\(flow.output)")
      #expect(!flow.output.contains("1001"), "the rule for others does not concern the flow")
      let other = await reach(
        site,
        ReachQuestion(from: "web-1", to: "db-1", port: "22", explains: true),
        flags: ["output": "json"])
      let chain = try #require(
        try JSONValue(json: other.output)["rows"]?.array?.first?["chain"]?.array)
      #expect(chain.map { $0["effect"]?.string } == ["other-traffic", "other-traffic"])
      #expect(chain.map { $0["rule"]?["ruleId"]?.integer } == [1001, 1003])
      let unclear = await reach(site, ReachQuestion(from: "web-1", to: "db-1", explains: true))
      #expect(unclear.status == .usage)
      let half = await reach(site, ReachQuestion(from: "web-1", port: "1", explains: true))
      #expect(half.status == .usage)
    }
  }

  @Test("a rule is explained by what it decides and what decides before it")
  func explainedRule() async throws {
    try await withSite { site in
      _ = await site.run { try await $0.sync(DesiredSource()) }
      let deny = await site.run {
        try await $0.explain("1003", source: DesiredSource(), flows: true)
      }
      #expect(deny.status == .success, "\(deny.talk)")
      #expect(deny.output.contains("decides "), "\(deny.output)")
      #expect(
        deny.output.contains(
          "before it rule 1001 \"Rule web-to-db\" (policy Policy shop) decides 1 pair on 5432/tcp"),
        "\(deny.output)")
      let json = await site.run(["output": "json"]) {
        try await $0.explain("1001", source: DesiredSource(), flows: true)
      }
      let rule = try #require(
        try JSONValue(json: json.output)["matches"]?.array?.first?["rules"]?.array?.first)
      #expect(rule[path: "flows", "inForce"] == true)
      #expect(rule[path: "flows", "decides"]?.array?.count == 1)
      let plain = await site.run { try await $0.explain("1003", source: DesiredSource()) }
      #expect(!plain.output.contains("decides"), "the cluster is not asked unless told to")
    }
  }
}
