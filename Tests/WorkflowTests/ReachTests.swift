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
        ReachQuestion(),
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
