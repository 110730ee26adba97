import AntreaModel
import Documents
import Planning
import Reporting
import Testing

@Suite("A plan as a comment of a merge request")
struct PlanMarkdownTests {
  private func file(_ count: Int, name: String, clusters: Int = 1) throws -> PlanFile {
    let desired = try (0..<count).map { index in
      try object(
        "ClusterGroup", "group-\(index)", spec: ["ipBlocks": [["cidr": "10.0.0.0/8"]]],
        annotations: ["nsx-antrea.io/display-name": .string(name)])
    }
    let plan = Planner.plan(
      desired: desired, live: [], policy: PlanPolicy(owner: owner, bindings: ["commit": "c0ffee"]))
    let findings: [JSONValue] = [
      ["code": "x", "severity": "error", "path": "/infra", "rule": .null, "message": .string(name)]
    ]
    return PlanFile(
      (0..<clusters).map {
        PlanFile.Entry(
          cluster: "cluster-\($0)", plan: plan, connectivityText: "Connectivity: \(name)\n",
          findings: findings)
      })
  }

  @Test("Counts, connectivity, a table and folded differences")
  func content() throws {
    let text = PlanMarkdown.render(try file(2, name: "Web"))
    #expect(text.contains("**Plan: 2 to create, 0 to update"))
    #expect(text.contains("```text\nConnectivity: Web\n```"))
    #expect(
      text.contains(
        "| create | <code>Web</code> | <code>ClusterGroup&#47;group-1</code> |"), "\(text)")
    #expect(text.contains("<details><summary>create <code>ClusterGroup&#47;group-1</code>"))
    #expect(text.contains("\n+  - cidr: 10.0.0.0/8\n"))
    #expect(text.contains("1 findings") && text.contains("<code>c0ffee</code>"))
  }

  @Test(
    "Names break out of nothing",
    arguments: [
      "a | b", "</code></details><img src=x>", "`` ` ``` ````", "@everyone [x](http://evil)",
      "line\nbreak | x |\r\n# title", "\u{202E}gro\u{200B}up\u{2028}x", "&lt;script&gt; \\| :+1:",
      "```\n````diff\n# out",
    ])
  func hostileNames(name: String) throws {
    let lines = PlanMarkdown.render(try file(1, name: name)).split(
      separator: "\n", omittingEmptySubsequences: false)
    let plain = PlanMarkdown.render(try file(1, name: "plain")).split(
      separator: "\n", omittingEmptySubsequences: false)
    // Outside of fences, the same lines stand as for a plain name.
    #expect(outside(lines).count == outside(plain).count, "\(lines)")
    for line in outside(lines) where line.hasPrefix("|") {
      #expect(line.count { $0 == "|" } == 5, "\(line)")
    }
    for line in outside(lines) {
      let markup = line.replacing("<code>", with: "").replacing("</code>", with: "")
        .replacing("<details><summary>", with: "").replacing("</summary>", with: "")
        .replacing("</details>", with: "")
      #expect(!markup.contains("<") && !markup.contains("@") && !markup.contains("["), "\(line)")
    }
  }

  /// The lines outside of fenced blocks, by the rules of CommonMark.
  private func outside(_ lines: [Substring]) -> [Substring] {
    var fence: Int?
    var result: [Substring] = []
    for line in lines {
      let ticks = line.prefix { $0 == "`" }.count
      if let open = fence {
        if ticks >= open, line.dropFirst(ticks).allSatisfy({ $0 == " " }) { fence = nil }
      } else if ticks >= 3, !line.dropFirst(ticks).contains("`") {
        fence = ticks
      } else {
        result.append(line)
      }
    }
    #expect(fence == nil, "a fence stays open")
    return result
  }

  @Test("It stays within a comment's size and says what it leaves out", arguments: [1, 3])
  func size(clusters: Int) throws {
    let text = PlanMarkdown.render(try file(3_000, name: "Web <&> servers", clusters: clusters))
    #expect(text.utf8.count <= 65_536)
    #expect(text.contains("more objects") && text.contains("differences do not fit"))
    #expect(text.utf8.count > 40_000)
    for cluster in 0..<clusters { #expect(text.contains("<code>cluster-\(cluster)</code>")) }
  }

  @Test("A fleet's comment stays within the size, with every cluster's counts")
  func fleet() throws {
    let text = PlanMarkdown.render(try file(300, name: "Web", clusters: 150))
    #expect(text.utf8.count <= 65_536)
    for cluster in 0..<150 { #expect(text.contains("<code>cluster-\(cluster)</code>")) }
    let opened = text.split(separator: "<details>", omittingEmptySubsequences: false).count
    let closed = text.split(separator: "</details>", omittingEmptySubsequences: false).count
    #expect(opened == closed)
  }

  @Test("A plan without a change says so")
  func unchanged() throws {
    #expect(PlanMarkdown.render(try file(0, name: "x")).contains("**No changes.**"))
  }
}
