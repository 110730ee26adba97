import Documents
import Sandbox
import Testing
import Workflow

@Suite("What reach understands, and what it says of it")
struct ReachQuestionTests {
  private func reach(
    _ site: TestSite, _ question: ReachQuestion, _ source: DesiredSource = DesiredSource(),
    flags: [String: String] = [:]
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await site.run(flags) { try await $0.reach(question, source: source) }
  }

  /// A pod with an address of each family.
  private func dual(_ name: String, _ last: Int) -> JSONValue {
    TestSite.object(
      "v1", "Pod", "dual", name,
      [
        "status": [
          "podIP": .string("10.5.0.\(last)"),
          "podIPs": [["ip": .string("10.5.0.\(last)")], ["ip": .string("fd00::\(last)")]],
        ]
      ])
  }

  @Test(
    "ICMP is that of one family, and it is told which message is asked about",
    arguments: [
      ("icmp", "icmp echo request (type 8)"), ("ICMP/8", "icmp echo request (type 8)"),
      ("1", "icmp echo request (type 8)"), ("icmp/3/1", "icmp type 3 code 1"),
      ("icmpv6", "icmpv6 echo request (type 128)"), ("58", "icmpv6 echo request (type 128)"),
      ("icmpv6/135", "icmpv6 type 135 code 0"), ("47", "protocol 47"), ("igmp", "protocol 2"),
    ])
  func protocols(name: String, words: String) async throws {
    try await withSite(kubernetes: TestSite.kubernetes + [dual("a", 1), dual("b", 2)]) { site in
      let flow = await reach(
        site, ReachQuestion(from: "dual/a", to: "dual/b", protocolName: name))
      #expect(flow.output.contains("dual/a -> dual/b, \(words): allowed"), "\(flow.talk)")
      let table = await reach(site, ReachQuestion(to: "dual/b", protocolName: name))
      #expect(table.output.contains("everybody -> dual/b, \(words): allowed"), "\(table.talk)")
      let matrix = await reach(site, ReachQuestion(protocolName: name, matrix: .namespaces))
      #expect(matrix.output.contains("to (columns), \(words)"), "\(matrix.output)")
    }
  }

  @Test("rules on ICMPv6 decide flows of IPv6, and those on ICMP flows of IPv4")
  func families() async throws {
    let policy: JSONValue = [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": ["name": "echo"],
      "spec": [
        "tier": "application", "priority": 1,
        "appliedTo": [["podSelector": [:]]],
        "ingress": [
          [
            "name": "echo", "action": "Drop",
            "protocols": [["icmp": ["icmpType": 8, "icmpCode": 0]]],
          ]
        ],
      ],
    ]
    try await withSite(
      kubernetes: TestSite.kubernetes + [dual("a", 1), dual("b", 2), policy]
    ) { site in
      let four = await reach(
        site, ReachQuestion(from: "dual/a", to: "dual/b", protocolName: "icmp"))
      #expect(four.output.contains("denied"), "\(four.output)")
      let six = await reach(
        site, ReachQuestion(from: "dual/a", to: "dual/b", protocolName: "icmpv6"))
      #expect(six.output.contains("allowed"), "\(six.output)")
    }
  }

  @Test("ICMPv6 where no pod has an IPv6 address is told so")
  func withoutIPv6() async throws {
    try await withSite { site in
      for (question, subject) in [
        (
          ReachQuestion(from: "web-1", to: "db-1", protocolName: "icmpv6"),
          "shop/web-1 and shop/db-1 have no IPv6 address"
        ),
        (ReachQuestion(to: "db-1", protocolName: "icmpv6"), "no pod has an IPv6 address"),
        (
          ReachQuestion(protocolName: "icmpv6", matrix: .namespaces), "no pod has an IPv6 address"
        ),
      ] {
        let answer = await reach(site, question)
        #expect(answer.status == .invalidInput)
        #expect(answer.talk.contains(subject), "\(answer.talk)")
        #expect(answer.talk.contains("hint: ask for --protocol icmp\n"), "\(answer.talk)")
      }
      let address = await reach(site, ReachQuestion(from: "fd00::9", port: "443"))
      #expect(address.talk.contains("hint: ask about an IPv4 address"), "\(address.talk)")
    }
  }

  @Test(
    "what looks like an address and is none is told, with what to write",
    arguments: [
      ("10.0.0.0/8", "is a network, and a question is about one address", "10.0.0.1"),
      ("fd00::/64", "is a network", "fd00::1"), ("10.0.0.300", "is not an address", "10.20.0.7"),
      ("10.0.0.1:443", "is not an address", "--port 443/tcp"),
      ("10.0.0.1-10.0.0.9", "is not an address", "without port, range"),
      ("[fd00::1]", "is not an address", "brackets"),
    ])
  func addresses(text: String, cause: String, remedy: String) async throws {
    try await withSite { site in
      for question in [
        ReachQuestion(from: text, to: "db-1", port: "1"),
        ReachQuestion(from: "db-1", to: text, port: "1"),
      ] {
        let answer = await reach(site, question)
        #expect(answer.status == .usage, "\(answer.talk)")
        #expect(answer.talk.contains("\(text): \(cause)"), "\(answer.talk)")
        #expect(answer.talk.contains(remedy), "\(answer.talk)")
      }
    }
  }

  @Test("what a person must know of an answer is told: surprises, names, Services")
  func notes() async throws {
    let policies: [JSONValue] = [
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": ["name": "names"],
        "spec": [
          "tier": "application", "priority": 1,
          "appliedTo": [["podSelector": ["matchLabels": ["app": "web"]]]],
          "egress": [
            ["name": "api", "action": "Drop", "to": [["fqdn": "api.example.com"]]],
            ["name": "gone", "action": "Drop", "to": [["group": "no-such-group"]]],
          ],
        ],
      ]
    ]
    try await withSite(kubernetes: TestSite.kubernetes + policies) { site in
      let surprise =
        "note: not as it seems: ClusterNetworkPolicy/names rule gone: group: no-such-group does not exist"
      let address = await reach(
        site, ReachQuestion(from: "web-1", to: "192.0.2.1", port: "443"))
      #expect(address.output.contains(surprise), "\(address.output)")
      #expect(
        address.output.contains("note: rules ask for names in the DNS (api.example.com)"),
        "\(address.output)")
      let pods = await reach(site, ReachQuestion(from: "web-1", to: "db-1", port: "443"))
      #expect(!pods.output.contains("names in the DNS"), "\(pods.output)")
      let matrix = await reach(
        site, ReachQuestion(matrix: .namespaces), flags: ["output": "json"])
      let notes = try JSONValue(json: matrix.output)["notes"]?.array
      #expect(notes?.count == 1, "\(matrix.output)")
      let service = await reach(
        site, ReachQuestion(from: "web-1", to: "svc:shop/db", protocolName: "icmp"))
      #expect(service.output.contains("note: a Service passes on its ports only"))
      let planned = await plan(site)
      #expect(planned.output.contains(surprise), "\(planned.output)")
    }
  }
}
