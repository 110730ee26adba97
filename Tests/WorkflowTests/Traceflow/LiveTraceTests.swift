import Documents
import Sandbox
import Testing
import Workflow

@Suite("traceflow --live")
struct LiveTraceTests {
  /// A policy of others that lets the web out by a rule.
  private static let egress: JSONValue = [
    "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
    "metadata": ["name": "theirs"],
    "spec": [
      "priority": 5,
      "appliedTo": [
        [
          "podSelector": ["matchLabels": ["app": "web"]],
          "namespaceSelector": ["matchLabels": ["kubernetes.io/metadata.name": "shop"]],
        ]
      ],
      "egress": [["name": "out", "action": "Allow"]],
    ],
  ]

  private func withTraffic(
    _ traffic: [LiveConnection], _ behaviour: TraceflowBehaviour = .normal,
    _ body: (TestSite) async throws -> Void
  ) async throws {
    var options = KubernetesOptions()
    options.liveTraffic = traffic
    options.traceflows = behaviour
    try await withTraceSite(
      options: options, objects: TraceEstate.objects + [Self.egress], body)
  }

  @Test("what nobody looked at is not compared: the way out of an unknown source")
  func receiverOnly() async throws {
    // From another Node, and from the same one.
    for source in ["shop/web-1", "shop/web-2"] {
      try await withTraffic([.init(from: source, to: "shop/db-1", port: 5432)]) { site in
        let caught = await site.trace(TraceQuestion(to: "db-1", port: "5432", isLive: true))
        #expect(caught.status == .success, "\(caught.output)\(caught.talk)")
        #expect(caught.output.contains("reach predicts the same"), "\(caught.output)")
        let known = await site.trace(
          TraceQuestion(from: source, to: "db-1", port: "5432", isLive: true))
        #expect(known.status == .success, "\(known.output)\(known.talk)")
        #expect(known.output.contains("rule \"out\""), "\(known.output)")
      }
    }
  }

  @Test("only the Node that drops reports a dropped packet")
  func droppedOnly() async throws {
    try await withTraffic([.init(from: "shop/web-1", to: "shop/web-2", port: 80)]) { site in
      let none = await site.trace(
        TraceQuestion(from: "web-1", to: "web-2", isLive: true, isDroppedOnly: true, timeout: 1))
      #expect(none.status == .failed, "\(none.output)")
    }
    try await withTraffic([.init(from: "shop/job-1", to: "shop/db-1", port: 5432)]) { site in
      let dropped = await site.trace(
        TraceQuestion(from: "job-1", to: "db-1", isLive: true, isDroppedOnly: true))
      #expect(dropped.status == .success, "\(dropped.output)\(dropped.talk)")
      #expect(dropped.output.contains("dropped by rule 1003"), "\(dropped.output)")
      #expect(!dropped.output.contains("node-1  "), "\(dropped.output)")
    }
  }

  @Test("traffic to a Service is caught at its own port with a source, behind it without")
  func services() async throws {
    try await withTraffic([.init(from: "shop/web-1", to: "10.2.0.1", port: 15432)]) { site in
      for from in ["web-1", nil] {
        let caught = await site.trace(
          TraceQuestion(from: from, to: "svc:shop/db", port: "15432", isLive: true, timeout: 2))
        #expect(caught.status == .success, "\(from ?? "-"): \(caught.output)\(caught.talk)")
        #expect(caught.output.contains("rule 1001"), "\(caught.output)")
      }
      let wrong = await site.trace(
        TraceQuestion(to: "svc:shop/db", port: "1", isLive: true, timeout: 2))
      #expect(wrong.status == .invalidInput, "\(wrong.talk)")
    }
  }

  @Test("a trace that nobody takes up, or that fails, does not blame the traffic")
  func blame() async throws {
    for (behaviour, words) in [
      (TraceflowBehaviour.idle, "has not taken it up"), (.failing("no flow"), "Failed: no flow"),
    ] {
      try await withTraffic([], behaviour) { site in
        let answer = await site.trace(TraceQuestion(to: "db-1", isLive: true, timeout: 3))
        #expect(answer.status == .failed)
        #expect(answer.output.contains(words), "\(answer.output)")
        #expect(!answer.output.contains("no connection"), "\(answer.output)")
      }
    }
  }
}
