import AntreaModel
import Documents
import Planning
import Reporting
import Testing

@Suite struct PlanTextTests {
  private func plan() throws -> Plan {
    let live = [
      try asLive(
        object(
          "ClusterNetworkPolicy", "shop-1a2b",
          spec: [
            "tier": "application", "priority": 1,
            "ingress": [["name": "2001-in", "action": "Drop", "ports": [["port": 80]]]],
          ], annotations: ["nsx-antrea.io/display-name": "Shop"])),
      try asLive(object("ClusterGroup", "stale", spec: [:])),
    ]
    let desired = [
      try object("ClusterGroup", "web-1a2b", spec: ["ipBlocks": [["cidr": "10.0.0.0/8"]]]),
      try object(
        "ClusterNetworkPolicy", "shop-1a2b",
        spec: [
          "tier": "application", "priority": 1,
          "ingress": [
            [
              "name": "2002-in", "action": "Allow", "from": [["group": "web-1a2b"]],
              "ports": [["port": 443, "endPort": 444]],
            ],
            ["name": "2001-in", "action": "Drop", "ports": [["port": 81]]],
          ],
        ], annotations: ["nsx-antrea.io/display-name": "Shop"]),
    ]
    return Planner.plan(desired: desired, live: live, policy: PlanPolicy(owner: owner))
  }

  @Test("names neither steer a terminal nor turn text around")
  func printable() {
    #expect(TextStyle.printable("a\u{1B}[2Jb\u{202E}c\u{9B}d") == "a [2Jb c d")
    #expect(TextStyle.printable("Café 日本語") == "Café 日本語")
  }

  @Test func readsWell() throws {
    let names = PlanNames { reference in
      reference.name == "web-1a2b"
        ? .init(displayName: "Web", path: "/infra/domains/default/groups/web")
        : reference.name == "shop-1a2b"
          ? .init(displayName: "Shop", path: "/p", rules: ["2002-in": "web in"]) : nil
    }
    let text = PlanText.render(try plan(), color: false, names: names)
    #expect(
      text == """
        + create group "Web" (ClusterGroup/web-1a2b) /infra/domains/default/groups/web
            + ipBlocks: 10.0.0.0/8
        ~ update policy "Shop" (ClusterNetworkPolicy/shop-1a2b) /p
            + ingress rule "web in" (2002-in): Allow from "Web" on 443-444/tcp
            - ingress rule 2001-in ports: 80/tcp
            + ingress rule 2001-in ports: 81/tcp
        - delete ClusterGroup/stale

        Plan: 1 to create, 1 to update, 0 to adopt, 1 to delete, 0 unchanged, 0 blocked.

        """)
    #expect(PlanText.render(try plan(), color: true).contains("\u{1B}[32m"))
    let lines = PlanText.ndjson(try plan()).split(separator: "\n")
    #expect(lines.count == 4)
    for line in lines { #expect(try JSONValue(json: String(line))["schemaVersion"] == 1) }
  }

  @Test func partsOfGroupsAreToldApart() throws {
    let desired = [
      try object(
        "ClusterGroup", "apis-1", spec: ["podSelector": ["matchLabels": ["app": "cart"]]]),
      try object(
        "ClusterGroup", "apis-2",
        spec: ["podSelector": ["matchExpressions": [["key": "api", "operator": "Exists"]]]]),
      try object("ClusterGroup", "apis", spec: ["childGroups": ["apis-1", "apis-2"]]),
    ]
    let names = PlanNames { _ in .init(displayName: "APIs", path: "/apis") }
    let text = PlanText.render(
      Planner.plan(desired: desired, live: [], policy: PlanPolicy(owner: owner)), color: false,
      names: names)
    #expect(
      text.contains("+ create part of group \"APIs\" (ClusterGroup/apis-1) /apis\n"), "\(text)")
    #expect(text.contains("    + childGroups: \"APIs\" part pod{app=cart}\n"), "\(text)")
    #expect(text.contains("    + childGroups: \"APIs\" part pod{api}\n"), "\(text)")
  }

  @Test func longListsAreCut() throws {
    let cidrs = (0..<30).map { JSONValue.string("10.\($0).0.0/16") }
    let blocks = cidrs.map { cidr -> JSONValue in ["cidr": cidr] }
    let desired = [
      try object("ClusterGroup", "many", spec: ["ipBlocks": .array(blocks)]),
      try object(
        "ClusterNetworkPolicy", "all",
        spec: [
          "tier": "application", "priority": 1,
          "ingress": [
            [
              "name": "in", "action": "Allow",
              "from": .array(
                blocks.map { ["ipBlock": $0] }
                  + [["ipBlock": ["cidr": "0.0.0.0/0", "except": .array(cidrs)]]]),
            ],
            [
              "name": "but", "action": "Drop",
              "from": [["ipBlock": ["cidr": "0.0.0.0/0", "except": .array(cidrs)]]],
            ],
          ],
        ]),
    ]
    let text = PlanText.render(
      Planner.plan(desired: desired, live: [], policy: PlanPolicy(owner: owner)), color: false)
    #expect(text.contains("    + ipBlocks: … and 22 more\n"), "\(text)")
    #expect(text.contains("10.5.0.0/16, … and 25 more\n"), "\(text)")
    #expect(text.contains("0.0.0.0/0 except 10.0.0.0/16 "), "\(text)")
    #expect(text.contains("10.5.0.0/16 … and 24 more\n"), "\(text)")
  }

  @Test func diffsAreUnified() {
    let text = DiffText.unified(
      old: (1...9).map(String.init), new: ["1", "2", "3", "4", "x", "6", "7", "8", "9", "10"],
      oldName: "a", newName: "b", color: false, context: 1)
    #expect(
      text == "--- a\n+++ b\n@@ -4,3 +4,3 @@\n 4\n-5\n+x\n 6\n@@ -9,1 +9,2 @@\n 9\n+10\n")
    #expect(
      DiffText.unified(old: ["1"], new: ["1"], oldName: "a", newName: "b", color: false).isEmpty)
  }

  @Test func tablesAreNoWiderThanTheirCells() {
    var table = TextTable(["A", "NAME"])
    table.add(["long one", "x\u{1B}[31m"])
    table.add(["s"])
    #expect(table.render() == "A         NAME\nlong one  x [31m\ns\n")
  }

  @Test func findingsEndWithTheirCounts() {
    let findings = [
      ReportedFinding(code: "NSX-2", severity: "warning", path: "/b", message: "m"),
      ReportedFinding(
        code: "NSX-1", severity: "error", path: "/a", rule: "r", message: "m", hint: "h"),
    ]
    #expect(
      FindingsText.render(findings, color: false) == """
        /a
          error NSX-1: rule r: m
            hint: h
        /b
          warning NSX-2: m
        Findings: 1 error, 1 warning.

        """)
    #expect(FindingsText.render([], color: false) == "Findings: none.\n")
  }
}
