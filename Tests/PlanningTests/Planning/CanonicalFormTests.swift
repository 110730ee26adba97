import AntreaModel
import Documents
import Testing

@testable import Planning

@Suite struct CanonicalFormTests {
  @Test(arguments: [
    ("10.0.0.5/24", "10.0.0.0/24"), ("10.0.0.5", "10.0.0.5/32"), ("0.0.0.0/0", "0.0.0.0/0"),
    ("2001:DB8:0:0::1/64", "2001:db8::/64"), ("::1", "::1/128"), ("::/0", "::/0"),
    ("fe80::1:0:0:1/128", "fe80::1:0:0:1/128"), ("::ffff:1.2.3.4/128", "::ffff:102:304/128"),
    ("1:2:3:4:5:6:7:8/128", "1:2:3:4:5:6:7:8/128"), ("1:0:3:4:5:6:7:8/128", "1:0:3:4:5:6:7:8/128"),
    ("010.0.0.1/8", "010.0.0.1/8"), ("10.0.0.0/33", "10.0.0.0/33"), ("web", "web"),
    ("1::2::3/64", "1::2::3/64"), ("10.1.2.3/20", "10.1.0.0/20"),
  ])
  func blocksHaveOneSpelling(text: String, expected: String) {
    #expect(CanonicalCIDR.text(text) == expected)
  }

  private func spec(_ spec: JSONValue, kind: String = "ClusterNetworkPolicy") throws -> JSONValue? {
    CanonicalForm.document(of: try object(kind, "x", spec: spec))["spec"]
  }

  @Test func materialisedDefaultsAreNoDrift() throws {
    let sent: JSONValue = [
      "priority": 5,
      "ingress": [
        [
          "action": "Allow", "from": [["ipBlock": ["cidr": "10.0.0.1/24"]], ["group": "a"]],
          "ports": [["port": 80], ["port": 443, "endPort": 443]],
        ]
      ],
    ]
    let live: JSONValue = [
      "priority": 5.0, "tier": "Application", "egress": [], "appliedTo": .null,
      "ingress": [
        [
          "action": "Allow", "name": "ingress-allow-0a1b2c3", "enableLogging": false,
          "logLabel": "", "to": [],
          "from": [["group": "a"], ["ipBlock": ["cidr": "10.0.0.0/24"]], ["group": "a"]],
          "ports": [["port": 443, "protocol": "TCP"], ["port": 80, "protocol": "TCP"]],
        ]
      ],
    ]
    #expect(try spec(sent) == spec(live))
  }

  @Test func whatMeansSomethingElseStaysDifferent() throws {
    func rule(_ members: JSONValue) throws -> JSONValue? {
      try spec(["priority": 1, "egress": [members]])
    }
    #expect(try rule(["toServices": []]) != rule([:]))
    #expect(try rule(["to": [["podSelector": [:]]]]) != rule(["to": [[:]]]))
    #expect(try rule(["ports": [["port": 80]]]) != rule(["ports": [["port": "80"]]]))
    #expect(try spec(["priority": 1.000000017763571]) != spec(["priority": 1.0000000177635702]))
    #expect(
      try spec(["priority": 1, "ingress": [["name": "a"], ["name": "b"]]])
        != spec(["priority": 1, "ingress": [["name": "b"], ["name": "a"]]]))
    #expect(
      try rule(["to": [["podSelector": ["matchLabels": [:]]]]])
        == rule(["to": [["podSelector": [:]]]]))
  }

  @Test func isIdempotent() throws {
    for seed in UInt64(0)..<60 {
      var random = SeededGenerator(seed: seed)
      for object in try estate(&random) {
        let once = CanonicalForm.document(of: object)
        let again = try #require(KubernetesObject(once))
        #expect(CanonicalForm.document(of: again) == once, "seed \(seed)")
      }
    }
  }

  @Test func whatIsPlainlyEqualDiffersInNothing() throws {
    var counts = (equal: 0, different: 0)
    for seed in UInt64(0)..<60 {
      var random = SeededGenerator(seed: seed)
      let others = try estate(&random)
      for object in try estate(&random) {
        for other in others where other.reference == object.reference {
          for live in [object, other, try asLive(object), try asLive(other)] {
            guard ObjectComparison.isPlainlyEqual(desired: object, live: live) else {
              counts.different += 1
              continue
            }
            counts.equal += 1
            let comparison = ObjectComparison(desired: object, live: live)
            #expect(comparison.differences.isEmpty, "seed \(seed)")
          }
        }
      }
    }
    #expect(counts.equal > 100 && counts.different > 100, "\(counts)")
    // Labels and annotations of ours count, and those of others do not.
    let plain = try object("Tier", "t", spec: ["priority": 5])
    let named = try object(
      "Tier", "t", spec: ["priority": 5.0], annotations: ["nsx-antrea.io/path": "/p"])
    let noted = try object("Tier", "t", spec: ["priority": 5.0], annotations: ["note": "x"])
    #expect(!ObjectComparison.isPlainlyEqual(desired: plain, live: named))
    #expect(!ObjectComparison.isPlainlyEqual(desired: named, live: plain))
    #expect(ObjectComparison.isPlainlyEqual(desired: plain, live: noted))
    let member = plain.member(of: "set")
    #expect(!ObjectComparison.isPlainlyEqual(desired: member, live: plain))
    #expect(ObjectComparison.isPlainlyEqual(desired: plain, live: member))
  }

  @Test func anInsertedRuleIsOneDifference() throws {
    func policy(_ names: [String]) throws -> JSONValue {
      CanonicalForm.document(
        of: try object(
          "ClusterNetworkPolicy", "x",
          spec: [
            "priority": 1,
            "ingress": .array(names.map { ["name": .string($0), "action": "Allow"] }),
          ]))
    }
    let inserted = FieldComparison.differences(
      from: try policy(["a", "b", "c"]), to: try policy(["a", "n", "b", "c"]))
    #expect(inserted.map(\.path) == ["spec.ingress[1]"])
    #expect(inserted.first?.change == .added)
    let moved = FieldComparison.differences(
      from: try policy(["a", "b", "c"]), to: try policy(["b", "c", "a"]))
    #expect(moved.map(\.rule) == ["a"])
    #expect(moved.first?.change == .moved)
  }
}
