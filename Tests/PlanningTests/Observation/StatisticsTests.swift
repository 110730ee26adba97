import AntreaModel
import Documents
import Failures
import Observation
import Reporting
import Testing

/// Counters by NSX rule, their growth, and what a file remembers of them.
@Suite("Statistics by NSX rule")
struct StatisticsTests {
  private static let start: Int64 = 1_780_000_000
  private static let path = "/infra/domains/default/security-policies/shop"

  private func policy(uid: String = "u1") throws -> KubernetesObject {
    try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": [
          "name": "shop-1", "uid": .string(uid),
          "annotations": [
            "nsx-antrea.io/path": .string(Self.path), "nsx-antrea.io/display-name": "Shop",
          ],
        ],
        "spec": [
          "tier": "nsx-application",
          "ingress": [
            ["name": "web-1001-in", "action": "Allow"],
            ["name": "web-1001-in-2", "action": "Allow"],
            ["name": "deny-1002-in", "action": "Drop"],
          ],
          "egress": [["name": "web-1001-out", "action": "Allow"]],
        ],
      ]))
  }

  private let provenance: JSONValue = [
    "objects": [
      "ClusterNetworkPolicy/shop-1": [
        "path": .string(path), "displayName": "Shop",
        "rules": [
          "web-1001-in": rule(1001), "web-1001-in-2": rule(1001), "web-1001-out": rule(1001),
          "deny-1002-in": rule(1002),
        ],
      ]
    ]
  ]

  private static func rule(_ id: Int64) -> JSONValue {
    [
      "path": .string("\(path)/rules/\(id)"), "ruleId": .integer(id),
      "displayName": .string("Rule \(id)"),
    ]
  }

  /// Counters of the policy; each rule's packets and bytes follow from its sessions.
  private func counters(
    _ sessions: [String: Int64], since: Int64 = start, uid: String = "u1"
  ) throws -> KubernetesObject {
    func stats(_ sessions: Int64) -> JSONValue {
      [
        "sessions": .integer(sessions), "packets": .integer(sessions * 10),
        "bytes": .integer(sessions * 1000),
      ]
    }
    return try #require(
      KubernetesObject([
        "apiVersion": "stats.antrea.io/v1alpha1", "kind": "AntreaClusterNetworkPolicyStats",
        "metadata": [
          "name": "shop-1", "uid": .string(uid),
          "creationTimestamp": .string(UTCTime.text(seconds: since)),
        ],
        "trafficStats": stats(sessions.values.reduce(0, +)),
        "ruleTrafficStats": .array(
          sessions.sorted { $0.key < $1.key }.map {
            ["name": .string($0.key), "trafficStats": stats($0.value)]
          }),
      ]))
  }

  private func cluster(
    _ sessions: [String: Int64], name: String = "east", at time: Int64, since: Int64 = start,
    provenance: JSONValue? = nil, uid: String = "u1"
  ) throws -> ClusterCounters {
    ClusterCounters(
      name: name, time: time, policies: [try policy(uid: uid)],
      counters: [try counters(sessions, since: since, uid: uid)],
      provenance: provenance ?? self.provenance)
  }

  private func rule(_ id: Int64, _ statistics: FleetStatistics) throws -> FleetStatistics.Rule {
    try #require(statistics.policies.first?.rules.first { $0.ruleID == id })
  }

  @Test("the halves and parts of one NSX rule are one")
  func together() throws {
    let now = try cluster(
      ["web-1001-in": 2, "web-1001-in-2": 3, "web-1001-out": 4, "gone-7-in": 5],
      at: Self.start + 60)
    let statistics = FleetStatistics([now])
    let web = try rule(1001, statistics)
    #expect(web.names == ["web-1001-in", "web-1001-in-2", "web-1001-out"])
    #expect(web.total.ingress.sessions == 5 && web.total.egress.sessions == 4)
    #expect(web.total.total == TrafficCount(packets: 90, bytes: 9000, sessions: 9))
    #expect(web.path == "\(Self.path)/rules/1001")
    let gone = try rule(7, statistics)
    #expect(gone.action == nil && gone.total.other.sessions == 5)
    #expect(statistics.policies.first?.total.total.sessions == 14)
    #expect(try rule(1002, statistics).total.quietSince == Self.start)
  }

  @Test("without a tree the number in a rule's name tells which it is")
  func withoutTree() throws {
    let now = try cluster(["web-1001-in": 2, "web-1001-out": 4], at: Self.start, provenance: .null)
    let web = try rule(1001, FleetStatistics([now]))
    #expect(web.path == nil && web.total.total.sessions == 6)
  }

  @Test("digits that are no number of NSX's attribute nothing to another rule")
  func unknown() throws {
    let names = ["allow-443-1a2b3c4d-in", "web-1001-in-2", "web-12345678-in"]
    let now = try cluster(
      Dictionary(uniqueKeysWithValues: names.map { ($0, 2) }), at: Self.start, provenance: .null)
    let policy = try #require(FleetStatistics([now]).policies.first)
    for name in names {
      let rule = try #require(policy.rules.first { $0.names == [name] }, "\(policy.rules)")
      #expect(rule.ruleID == nil && rule.path == nil)
    }
    let text = StatisticsText.render(FleetStatistics([now]), color: false)
    #expect(text.split(separator: "\n").count { $0.contains("unknown") } >= 3, "\(text)")
    // A tree of before knows the policy, and not this rule.
    let older = try cluster(["new-443-1a2b3c4d-in": 2], at: Self.start)
    let rules = try #require(FleetStatistics([older]).policies.first).rules
    #expect(rules.first { $0.names == ["new-443-1a2b3c4d-in"] }?.ruleID == nil)
  }

  @Test(
    "the number in a rule's name",
    arguments: [
      ("web-1001", 1001), ("web-1001-in", 1001), ("allow-443-1001-out", 1001),
      ("log-in-1001", 1001), ("x-2001-in-icmp4", 2001), ("x-2001-in-rest2", 2001),
      ("x-2001-in-icmp6-rest1", 2001), ("x-2001-igmp", 2001), ("web-1a2b3c4d-in", nil),
      ("web-12345678", nil), ("web-1001-1a2b3c4d", nil), ("web-1001-1a2b3c4d-2", nil),
      ("web-1001-in-2", nil), ("443", nil), ("web", nil), ("", nil), ("web-1001-", nil),
      ("web-99999999999999999999", nil),
    ] as [(String, Int64?)])
  func number(name: String, number: Int64?) {
    #expect(RenderedRuleName.number(in: name) == number)
  }

  @Test("two sources of one cluster keep a history each, in one file")
  func sources() throws {
    func counted(_ source: String?, _ sessions: Int64, uid: String, _ time: Int64) throws
      -> ClusterCounters
    {
      var counters = try cluster(["web-1001-in": sessions], at: time, uid: uid)
      counters.source = source
      return counters
    }
    var saved = SavedCounters([try counted("a", 10, uid: "u1", Self.start)], after: .init())
    saved = SavedCounters([try counted("b", 500, uid: "u2", Self.start + 60)], after: saved)
    saved = try SavedCounters(saved.document, file: "f")
    let first = FleetStatistics(
      [try counted("a", 12, uid: "u1", Self.start + 120)], since: saved)
    let web = try rule(1001, first)
    #expect(web.total.growth?.sessions == 2 && !web.total.hasReset)
    #expect(first.earlier == Self.start)
    // What another source has is no earlier policy of this one.
    let new = FleetStatistics([try counted("c", 7, uid: "u3", Self.start + 120)], since: saved)
    #expect(try rule(1001, new).total.growth == nil)
  }

  @Test("what a file knows beyond what is saved into it stays")
  func filled() throws {
    let east = SavedCounters([try cluster(["web-1001-in": 1], at: Self.start)], after: .init())
    let west = SavedCounters(
      [try cluster(["web-1001-in": 1], name: "west", at: Self.start)], after: .init())
    #expect(east.filled(from: west).clusters.keys.sorted() == ["east", "west"])
    let later = SavedCounters(
      [try cluster(["web-1001-in": 1], at: Self.start + 60)], after: .init())
    #expect(later.filled(from: east) == later)
  }

  @Test("clusters stand side by side and are summed, with one tree or none")
  func clusters() throws {
    let statistics = FleetStatistics([
      try cluster(["web-1001-in": 2], name: "east", at: Self.start, provenance: .null),
      try cluster(["web-1001-in": 5], name: "west", at: Self.start),
    ])
    #expect(statistics.policies.count == 1)
    let web = try rule(1001, statistics)
    #expect(web.clusters.mapValues(\.total.sessions) == ["east": 2, "west": 5])
    #expect(web.total.total.sessions == 7 && web.path != nil)
  }

  @Test("what came on top, and how fast")
  func growth() throws {
    let before = SavedCounters([try cluster(["web-1001-in": 10], at: Self.start)], after: .init())
    let now = try cluster(["web-1001-in": 40], at: Self.start + 60)
    let web = try rule(1001, FleetStatistics([now], since: before))
    #expect(web.total.growth?.sessions == 30 && web.total.rate?.sessions == 0.5)
    #expect(!web.total.hasReset && web.total.quietSince == nil)
  }

  @Test("counters that begin anew are recognised by their epoch and by numbers that go back")
  func resets() throws {
    let before = SavedCounters([try cluster(["web-1001-in": 10], at: Self.start)], after: .init())
    let restarted = try cluster(
      ["web-1001-in": 40], at: Self.start + 120, since: Self.start + 60)
    let web = try rule(1001, FleetStatistics([restarted], since: before))
    // 40, not 30: the counters of before are gone, and half the time as well.
    #expect(web.total.hasReset && web.total.growth?.sessions == 40)
    #expect(web.total.rate.map { ($0.sessions * 3).rounded() } == 2)
    let back = try cluster(["web-1001-in": 4], at: Self.start + 60)
    let lower = try rule(1001, FleetStatistics([back], since: before))
    #expect(lower.total.hasReset && lower.total.growth?.sessions == 4)
    let again = try cluster(["web-1001-in": 12], at: Self.start + 60, uid: "u2")
    let made = try rule(1001, FleetStatistics([again], since: before))
    #expect(made.total.hasReset && made.total.growth?.sessions == 12)
  }

  @Test(
    "a chain of files knows since when a rule is quiet, over restarts as far as it can be known")
  func quiet() throws {
    func step(_ sessions: Int64, _ minute: Int64, since: Int64 = Self.start, _ saved: SavedCounters)
      throws -> (SavedCounters, Int64?)
    {
      let now = try cluster(
        ["web-1001-in": sessions], at: Self.start + minute * 60, since: since)
      let quiet = try rule(1001, FleetStatistics([now], since: saved)).clusters["east"]
      // The other two parts never saw anything.
      let saved = SavedCounters([now], after: saved)
      let document = try SavedCounters(saved.document, file: "f")
      #expect(document == saved)
      _ = quiet
      let part = saved.clusters["east"]?.policies["u1"]?.rules["web-1001-in"]
      return (document, part?.quietSince)
    }
    var (saved, quiet) = try step(5, 0, SavedCounters())
    #expect(quiet == nil, "it saw traffic at some time that nobody knows")
    (saved, quiet) = try step(5, 1, saved)
    #expect(quiet == Self.start, "none since the first look")
    (saved, quiet) = try step(5, 2, saved)
    #expect(quiet == Self.start)
    (saved, quiet) = try step(6, 3, saved)
    #expect(quiet == nil)
    (saved, quiet) = try step(6, 4, saved)
    #expect(quiet == Self.start + 180)
    (saved, quiet) = try step(0, 6, since: Self.start + 300, saved)
    #expect(quiet == Self.start + 300, "what came before the restart is lost")
  }

  @Test("a cluster that is away once does not lose its history")
  func away() throws {
    let both = SavedCounters(
      [
        try cluster(["web-1001-in": 1], name: "east", at: Self.start),
        try cluster(["web-1001-in": 1], name: "west", at: Self.start),
      ], after: .init())
    let later = SavedCounters(
      [try cluster(["web-1001-in": 2], name: "east", at: Self.start + 60)], after: both)
    #expect(later.clusters["west"] == both.clusters["west"])
  }

  @Test("a file that is none is refused")
  func foreign() {
    #expect(throws: Failure.self) { try SavedCounters(["format": "other"], file: "f") }
    #expect(throws: Failure.self) {
      try SavedCounters(
        ["format": .string(SavedCounters.format), "clusters": ["a": [:]]], file: "f")
    }
  }

  @Test("an empty answer, as with the gate off, is no statistics object")
  func empty() throws {
    let object = KubernetesObject([
      "apiVersion": "stats.antrea.io/v1alpha1", "kind": "AntreaClusterNetworkPolicyStats",
      "metadata": ["name": "x"],
    ])
    #expect(PolicyCounters(try #require(object)) == nil)
  }

  @Test("CSV and Prometheus text quote what names bring")
  func forms() throws {
    #expect(StatisticsCSV.field("a,\"b\"") == "\"a,\"\"b\"\"\"")
    #expect(StatisticsCSV.field("=cmd()") == "'=cmd()")
    var hostile = provenance
    hostile = [
      "objects": [
        "ClusterNetworkPolicy/shop-1": [
          "path": .string(Self.path), "displayName": "a\"b\\c\nd", "rules": [:],
        ]
      ]
    ]
    let statistics = FleetStatistics([
      try cluster(["web-1001-in": 2], at: Self.start, provenance: hostile)
    ])
    var text = PrometheusText()
    text.add(statistics, failed: ["north"], time: Self.start)
    #expect(text.output.contains(#"policy="a\"b\\c\nd""#), "\(text.output)")
    #expect(text.output.contains("nsx_antrea_statistics_up{cluster=\"north\"} 0\n"))
    // Nobody's line break makes a line.
    #expect(
      text.output.split(separator: "\n").allSatisfy {
        $0.hasPrefix("#") || $0.hasPrefix("nsx_antrea_")
      })
  }
}
