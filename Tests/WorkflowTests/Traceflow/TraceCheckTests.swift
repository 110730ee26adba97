import Commands
import Documents
import Foundation
import Sandbox
import Testing
import Workflow

@Suite("traceflow --file")
struct TraceCheckTests {
  private func run(
    _ site: TestSite, _ text: String, _ options: TraceCheckOptions = TraceCheckOptions(),
    flags: [String: String] = [:]
  ) async throws -> (status: ToolStatus, output: String, talk: String) {
    try site.write("checks.yaml", text)
    return await site.run(flags) {
      try await $0.traceChecks(
        "\(site.folder)/checks.yaml", options, source: DesiredSource())
    }
  }

  private static let good = """
    checks:
      - name: the web reaches the database
        from: shop/web
        to: db-1
        port: 5432/tcp
        expect: allow
      - name: anything else must not
        from: others
        to: workload:shop/db
        port: [5432]
        expect: deny
      - from: [web-1, web-2]
        to: svc:shop/db
        port: 15432
        expect: allow
    """

  @Test("expectations that are met, and what `others` are")
  func met() async throws {
    try await withTraceSite { site in
      let answer = try await run(site, Self.good, flags: ["output": "json"])
      #expect(answer.status == .success, "\(answer.output) \(answer.talk)")
      let document = try JSONValue(json: answer.output)
      #expect(document["schemaVersion"] == 1 && document["met"] == 3)
      let checks = try #require(document["checks"]?.array)
      #expect(checks[1]["probes"]?.array?.map { $0["from"] } == ["pod:shop/job-1"])
      #expect(checks[1]["line"] == 7)
      #expect(checks[2]["name"] == "web-1, web-2 -> svc:shop/db, 15432: allow")
      #expect(checks[2]["probes"]?.array?.count == 2)
      #expect(await site.traceflows() == [])
    }
  }

  @Test("who is allowed from one source port only is among the others for the rest")
  func narrowAllow() async throws {
    try await withTraceSite { site in
      let text = Self.good.replacingOccurrences(
        of: "    port: 5432/tcp\n", with: "    port: 5432/tcp\n    sourcePort: 5000\n")
      let answer = try await run(site, text, flags: ["output": "json"])
      #expect(answer.status == .differences, "\(answer.output) \(answer.talk)")
      let checks = try #require(try JSONValue(json: answer.output)["checks"]?.array)
      let from = checks[1]["probes"]?.array?.compactMap { $0["from"]?.string } ?? []
      #expect(from.contains { $0.contains("web") }, "\(from)")
    }
  }

  @Test("one that is not met ends with 2, and JUnit says which and why")
  func unmet() async throws {
    try await withTraceSite { site in
      let junit = "\(site.folder)/junit.xml"
      let text = Self.good.replacingOccurrences(
        of: "    expect: deny", with: "    expect: allow")
      let answer = try await run(site, text, TraceCheckOptions(junit: junit))
      #expect(answer.status == .differences, "\(answer.talk)")
      #expect(answer.output.contains("FAIL  anything else must not"), "\(answer.output)")
      #expect(answer.output.contains("3 checks: 2 met, 1 not met"))
      #expect(
        answer.output.contains("traced dropped by rule 1003"), "\(answer.output)")
      let xml = try String(contentsOfFile: junit, encoding: .utf8)
      #expect(xml.contains("tests=\"3\" failures=\"1\" errors=\"0\""))
      #expect(xml.contains("name=\"anything else must not\""))
    }
  }

  @Test("a connection that cannot be traced does not keep others from it")
  func isolated() async throws {
    try await withTraceSite { site in
      let answer = try await run(
        site, Self.good + "\n  - {from: web-1, to: gone, port: 80, expect: allow}\n")
      #expect(answer.status == .invalidInput, "\(answer.output)")
      #expect(answer.output.contains("ERROR web-1 -> gone, 80: allow"))
      #expect(answer.output.contains("4 checks: 3 met, 0 not met, 1 could not be told"))
    }
  }

  @Test("a run that cannot begin leaves no JUnit file of an earlier one")
  func stopped() async throws {
    var options = KubernetesOptions()
    options.traceflows = .silent
    try await withTraceSite(options: options) { site in
      let junit = "\(site.folder)/junit.xml"
      try site.write("junit.xml", "<old/>")
      site.clusterServer.faults.set([.init(pathPrefix: "/api/v1/pods", fault: .garbage)])
      let failed = try await run(site, Self.good, TraceCheckOptions(junit: junit))
      site.clusterServer.faults.set([])
      #expect(failed.status == .unreachable, "\(failed.talk)")
      let xml = try String(contentsOfFile: junit, encoding: .utf8)
      #expect(xml.contains("errors=\"3\""), "\(xml)")
      #expect(await site.traceflows() == [])
    }
  }

  @Test("a source port counts for the prediction as for the trace, through Services too")
  func sourcePorts() async throws {
    let policy: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": "by-source-port"],
      "spec": [
        "priority": 5, "tier": "before-nsx",
        "appliedTo": [["podSelector": ["matchLabels": ["app": "db"]]]],
        "ingress": [
          [
            "name": "five-thousand", "action": "Drop",
            "ports": [["protocol": "TCP", "sourcePort": 5000]],
          ]
        ],
      ],
    ]
    let tier: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier",
      "metadata": ["name": "before-nsx"], "spec": ["priority": 5],
    ]
    try await withTraceSite(objects: TraceEstate.objects + [tier, policy]) { site in
      let answer = try await run(
        site,
        """
        checks:
          - {from: web-1, to: db-1, port: 5432, sourcePort: 5000, expect: deny}
          - {from: web-1, to: 'svc:shop/db', port: 15432, sourcePort: 5000, expect: deny, name: s}
          - {from: web-1, to: 'svc:shop/db', expect: allow, name: first}
        """)
      #expect(answer.status == .success, "\(answer.output)\(answer.talk)")
    }
  }

  @Test("Nodes without the policies fail the checks that policies would meet")
  func unrealized() async throws {
    var options = KubernetesOptions()
    options.traceflows = .open
    try await withTraceSite(options: options) { site in
      let answer = try await run(site, Self.good)
      #expect(answer.status == .differences, "\(answer.output)")
      #expect(answer.output.contains("FAIL  anything else must not"), "\(answer.output)")
    }
  }

  @Test("--predict asks the policies and writes nothing, also without a cluster")
  func predicted() async throws {
    try await withTraceSite { site in
      let before = site.clusterWrites.count
      let answer = try await run(site, Self.good, TraceCheckOptions(isPrediction: true))
      #expect(answer.status == .success, "\(answer.output)\(answer.talk)")
      #expect(answer.output.contains("3 checks predicted: 3 met"))
      #expect(site.clusterWrites.count == before)
      try site.writeList("objects.json", TraceEstate.objects)
      let open = try await run(
        site, Self.good,
        TraceCheckOptions(isPrediction: true, clusterObjects: "\(site.folder)/objects.json"))
      #expect(open.status == .differences, "\(open.output)\(open.talk)")
      let wrong = try await run(
        site, Self.good, TraceCheckOptions(clusterObjects: "\(site.folder)/objects.json"))
      #expect(wrong.status == .usage)
    }
  }

  @Test(
    "bad input is one error with its line",
    arguments: [
      ("checks:\n  - from: a\n    to: b\n    port: 80\n    expect: maybe\n", "line 5: "),
      ("checks:\n  - from: a\n    to: b\n    prot: 80\n    expect: allow\n", "line 4: "),
      ("checks:\n  - from: a\n    expect: allow\n", "line 2: "),
      ("checks:\n  - from: a\n    to: b\n    port: 80/sctp\n    expect: allow\n", "line 4: "),
      ("checks:\n  - from: a\n    to: b\n    port: [80, 99999]\n    expect: deny\n", "line 4: "),
      ("checks:\n  - from: a\n    to: b\n    port:\n    expect: deny\n", "line 4: "),
      ("checks:\n  - from: a\n    to: b\n    port: []\n    expect: deny\n", "line 4: "),
      ("checks:\n  - from: a\n    to: b\n    protocol:\n    expect: deny\n", "line 4: "),
      ("checks: []\n", "line 1: "), ("other: 1\n", "line 1: "),
      (
        "checks:\n  - {from: a, to: b, expect: allow}\n  - {from: a, to: b, expect: allow}\n",
        "line 3: "
      ),
      ("checks:\n  - {from: [a, others], to: b, expect: allow}\n", "line 2: "),
      ("checks:\n  - from: a\n   to: b\n", "line 3"), ("- a\n", "line 1: "),
    ])
  func bad(_ text: String, _ place: String) async throws {
    try await withSite { site in
      let answer = try await run(site, text)
      #expect(answer.status == .invalidInput, "\(answer.talk)")
      #expect(answer.talk.contains(place), "\(answer.talk)")
      #expect(answer.talk.contains("checks.yaml"), "\(answer.talk)")
      #expect(answer.output.isEmpty && site.clusterServer.log.all.isEmpty)
    }
  }

  @Test(
    "options that do not go together are complained about",
    arguments: [
      ["--file=a", "--from=b"], ["--predict"], ["--junit=a", "--from=a", "--to=b"],
      ["--file=a", "--nsx-requests"], ["--nsx-request=a", "--live"], ["--tag-result"],
      ["--nsx-requests", "--port=80"],
    ])
  func complaints(_ options: [String]) {
    #expect(Tool.complaint(about: ["traceflow"] + options) != nil)
    #expect(Tool.complaint(about: ["traceflow", "--file=a", "--predict", "--junit=b"]) == nil)
    #expect(Tool.complaint(about: ["traceflow", "--nsx-request=a", "--tag-result"]) == nil)
  }

  @Test("examples/checks.yaml holds in the sandbox's example")
  func example() async throws {
    let estate = Estate.example
    let cluster = try #require(estate.clusters.first { $0.name == TestSite.cluster })
    try await withSite(objects: estate.nsxObjects, kubernetes: cluster.objects) { site in
      let sync = await site.run { try await $0.sync(DesiredSource()) }
      #expect(sync.status == .success, "\(sync.talk)")
      site.clock = ManualClock(isHasty: true).clock
      let answer = await site.run {
        try await $0.traceChecks(
          "\(packageRoot)/examples/checks.yaml", TraceCheckOptions(), source: DesiredSource())
      }
      #expect(answer.status == .success, "\(answer.output)\(answer.talk)")
    }
  }
}
