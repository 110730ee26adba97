import Documents
import Sandbox
import Testing
import Workflow

@Suite("Counterexamples")
struct CounterexampleTests {
  private func count(_ text: String, in whole: String) -> Int {
    whole.components(separatedBy: text).count - 1
  }

  @Test("a refusal and each of its flows are told once", arguments: ["plan", "apply"])
  func once(command: String) async throws {
    try await withSite { site in
      let source = try await tree(site)
      try tamper(source)
      let result =
        command == "plan"
        ? await plan(site, source)
        : await site.run {
          try await $0.apply(source, planFile: nil, approved: true, wait: false)
        }
      #expect(result.status == .refused)
      let all = result.output + result.talk
      let lines = all.split(separator: "\n").filter { $0.contains("counterexample ") }
      #expect(Set(lines).count == lines.count, "\(all)")
      #expect(!lines.isEmpty)
      for line in lines {
        let flow = line.prefix { $0 != ":" }.drop { $0 != "e" }
        #expect(count(String(flow.suffix(40)), in: all) == 1, "\(flow)\n\(all)")
      }
      #expect(count("hint: ", in: all) == 1, "\(all)")
      #expect(result.talk.contains("shop-prod: the policies would not do what NSX says\n"))
    }
  }

  @Test("a flow that differs by case says so, whatever else differs at its other end")
  func byCase() async throws {
    // Rules for both ends, so that both differ.
    var rule = TestSite.rule("web-web", 1021, from: "web", at: "web", "DROP").object ?? JSONObject()
    rule["direction"] = "IN_OUT"
    rule["destination_groups"] = ["/infra/domains/default/groups/web"]
    let objects = TestSite.estate + TestSite.policy("web", sequence: 5, rules: [.object(rule)])
    let cluster =
      TestSite.kubernetes + [TestSite.pod("web-2", "Web", "10.1.0.3")]
    try await withSite(objects: objects, kubernetes: cluster) { site in
      let result = await plan(site)
      #expect(result.status == .refused)
      let lines = result.output.split(separator: "\n").filter { $0.contains("counterexample ") }
      #expect(!lines.isEmpty)
      #expect(
        lines.allSatisfy { $0.hasSuffix("(NSX ignores case, labels do not)") }, "\(lines)")
      #expect(result.output.contains("hint: write the labels as NSX has them"), "\(result.output)")
      #expect(!result.output.contains("render again"), "it was translated just now")
    }
  }

  @Test("case is the reason at the end that differs by it, and nowhere else")
  func byCaseAtOneEnd() async throws {
    // What leaves a pod is judged by its namespace, so that case plays no part.
    let domain = "/infra/domains/default"
    let everybody = TestSite.group(
      "everybody",
      [
        [
          "resource_type": "Condition", "member_type": "Namespace", "key": "Name",
          "operator": "EQUALS", "value": "shop",
        ]
      ])
    var rule =
      TestSite.rule("out", 1022, from: "ANY", at: "everybody", "DROP").object ?? JSONObject()
    rule["direction"] = "OUT"
    rule["destination_groups"] = [.string("\(domain)/groups/db")]
    let objects =
      TestSite.estate + [everybody] + TestSite.policy("zone", sequence: 5, rules: [.object(rule)])
    let pods = [TestSite.pod("web-2", "Web", "10.1.0.3")]
    try await withSite(objects: objects, kubernetes: TestSite.kubernetes + pods) { site in
      let source = try await tree(site)
      try tamper(source, "zone")
      let result = await plan(site, source)
      let lines = result.output.split(separator: "\n").filter { $0.contains("counterexample ") }
      let remark = "(NSX ignores case, labels do not)"
      let exact = try #require(lines.first { $0.contains("shop/web-1 ") }, "\(result.output)")
      #expect(!exact.contains(remark), "\(exact)")
      let folded = try #require(lines.first { $0.contains("shop/web-2 ") }, "\(result.output)")
      #expect(folded.hasSuffix(remark), "\(folded)")
    }
  }

  @Test("pods that contradict what is configured are named, and so is the setting")
  func wrongNetworks() async throws {
    let excluded: JSONValue = [
      "resource_type": "Rule", "id": "not-web", "display_name": "Rule not-web", "rule_id": 1030,
      "sequence_number": 1, "action": "DROP", "direction": "IN",
      "source_groups": ["/infra/domains/default/groups/web"], "sources_excluded": true,
      "destination_groups": ["ANY"], "services": ["ANY"],
      "scope": ["/infra/domains/default/groups/db"], "ip_protocol": "IPV4_IPV6",
    ]
    let objects = TestSite.estate + TestSite.policy("not", sequence: 1, rules: [excluded])
    try await withSite(
      objects: objects,
      kubernetes: TestSite.kubernetes + [TestSite.pod("job-1", "job", "10.8.0.1")]
    ) { site in
      try site.configure()
      let file = try String(
        contentsOfFile: "\(site.folder)/nsx-antrea.yaml", encoding: .utf8)
      try site.write(
        "nsx-antrea.yaml",
        file.replacingOccurrences(
          of: "kubeconfig: kubeconfig\n",
          with: "kubeconfig: kubeconfig\n    podNetworks: [10.1.0.0/24]\n"))
      let result = await plan(site)
      #expect(
        result.output.contains("note: it rests on what is configured: podNetworks 10.1.0.0/24"),
        "\(result.output)\(result.talk)")
      #expect(
        result.output.contains("shop/job-1 (10.8.0.1) is outside of clusters[].podNetworks"),
        "\(result.output)")
    }
  }
}
