import Documents
import Sandbox
import Synchronization
import Testing
import Workflow

@Suite("traceflow")
struct TraceflowTests {
  @Test("the way through Nodes and components, with the rules of NSX that decide")
  func path() async throws {
    try await withTraceSite { site in
      let passed = await site.trace(
        TraceQuestion(from: "shop/web-1", to: "db-1", port: "5432/tcp"))
      #expect(passed.status == .success, "\(passed.output)\(passed.talk)")
      #expect(passed.output.contains("shop/web-1 -> shop/db-1, 5432/tcp: delivered"))
      let lines = passed.output.split(separator: "\n").map(String.init)
      #expect(lines[1].hasPrefix("  node-1  SpoofGuard     forwarded, from 10.1.1.11"))
      #expect(passed.output.contains("by tunnel to 192.168.0.2"))
      #expect(passed.output.contains("  node-2  Forwarding     received"))
      #expect(
        passed.output.contains(
          "ingress allowed by rule 1001 \"Rule web-to-db\" (policy Policy shop), revision 0 of the tree"
        ),
        "\(passed.output)")
      #expect(passed.output.contains("reach predicts the same"))

      let dropped = await site.trace(
        TraceQuestion(from: "shop/job-1", to: "db-1", port: "5432/tcp"),
        flags: ["output": "json"])
      #expect(dropped.status == .success, "\(dropped.talk)")
      let document = try JSONValue(json: dropped.output)
      #expect(document["schemaVersion"] == 1)
      #expect(document["result"] == "dropped" && document["comparison"] == "agrees")
      #expect(document[path: "ingress", "outcome"] == "drop")
      #expect(document[path: "ingress", "rule", "ruleId"] == 1003)
      #expect(document[path: "ingress", "revision"] == 0)
      #expect(
        document[path: "ingress", "rule", "path"]
          == "/infra/domains/default/security-policies/shop/rules/deny")
      #expect(document["path"]?.array?.map { $0["node"] } == ["node-1", "node-2"])
      #expect(await site.traceflows() == [])
    }
  }

  @Test("a Service is traced to the pod behind it, an address out of the cluster")
  func destinations() async throws {
    try await withTraceSite { site in
      for port in ["15432/tcp", nil] {
        let service = await site.trace(
          TraceQuestion(from: "web-1", to: "svc:shop/db", port: port))
        #expect(service.status == .success, "\(service.output)\(service.talk)")
        #expect(service.output.contains("destination becomes 10.1.2.12 (shop/db-1)"))
        #expect(service.output.contains("rule 1001"), "\(service.output)")
      }
      let outside = await site.trace(TraceQuestion(from: "web-1", to: "198.51.100.7"))
      #expect(outside.output.contains("icmp echo request (type 8): left the cluster's network"))
      #expect(outside.status == .success, "\(outside.output)")
      let udp = await site.trace(
        TraceQuestion(from: "web-1", to: "db-1", port: "53/udp", sourcePort: 5353))
      #expect(udp.output.contains("53/udp from 5353: delivered"), "\(udp.output)\(udp.talk)")
    }
  }

  @Test("an expectation that is not met ends with 2")
  func expectations() async throws {
    try await withTraceSite { site in
      var question = TraceQuestion(
        from: "job-1", to: "db-1", port: "5432", expectation: .deny)
      #expect(await site.trace(question).status == .success)
      question.expectation = .allow
      let wrong = await site.trace(question)
      #expect(wrong.status == .differences)
      #expect(wrong.talk.contains("expected allow, found dropped"))
    }
  }

  @Test("Nodes that have not realized a policy are a finding with both sides")
  func disagreement() async throws {
    var options = KubernetesOptions()
    options.traceflows = .open
    try await withTraceSite(options: options) { site in
      let found = await site.trace(TraceQuestion(from: "job-1", to: "db-1", port: "5432"))
      #expect(found.status == .differences, "\(found.talk)")
      #expect(found.output.contains("finding: trace and prediction differ in the verdict"))
      #expect(found.output.contains("traced:    out allow, no rule, in allow, no rule"))
      #expect(
        found.output.contains("predicted: out allow, no rule, in drop by rule 1003"),
        "\(found.output)")
    }
  }

  @Test("policies that change while the trace runs are no finding")
  func changed() async throws {
    try await withTraceSite { site in
      // After the tool has read the policies, and before the packet is sent.
      site.clusterServer.faults.set([
        .init(
          method: "POST", pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows",
          action: {
            for policy in await site.livePolicies() {
              await site.cluster.edit(
                "clusternetworkpolicies.crd.antrea.io",
                name: policy[path: "metadata", "name"]?.string ?? ""
              ) { _ in nil }
            }
          })
      ])
      let found = await site.trace(TraceQuestion(from: "job-1", to: "db-1", port: "5432"))
      #expect(found.status == .success, "\(found.output)")
      #expect(found.output.contains("the policies changed while the trace ran"))
    }
  }

  @Test("a trace without a result tells what is likely, by what is wrong")
  func timeouts() async throws {
    func cause(
      _ behaviour: TraceflowBehaviour, _ prepare: (TestSite) async -> Void = { _ in }
    ) async throws -> String {
      var options = KubernetesOptions()
      options.traceflows = behaviour
      let clock = ManualClock(isHasty: true)
      options.now = { 1_767_600_700 + clock.now.components.seconds }
      return try await withTraceSite(options: options) { site in
        site.clock = clock.clock
        await prepare(site)
        let answer = await site.trace(
          TraceQuestion(from: "web-1", to: "db-1", port: "5432", timeout: 5))
        #expect(answer.status == .failed, "\(answer.output)")
        #expect(answer.talk.contains("the trace has no result"))
        #expect(await site.traceflows() == [])
        return answer.output
      }
    }
    let silent = try await cause(.silent)
    #expect(silent.contains("phase Failed: Traceflow timeout"), "\(silent)")
    #expect(silent.contains("was last heard of at 2026-01-05T08:10:00Z"), "\(silent)")
    let ill = try await cause(.silent) { site in
      await site.cluster.edit("antreaagentinfos.crd.antrea.io", name: "node-1") { info in
        var object = info.object ?? JSONObject()
        object["agentConditions"] = [["type": "OVSDBConnectionUp", "status": "False"]]
        return .object(object)
      }
    }
    #expect(
      ill.contains("the Antrea Agent of the source (node-1) is not healthy: OVSDBConnectionUp"),
      "\(ill)")
    let half = try await cause(.senderOnly) { site in
      await site.cluster.edit("antreaagentinfos.crd.antrea.io", name: "node-2") { _ in nil }
    }
    #expect(half.contains("no Antrea Agent reports for the Node of the destination (node-2)"))
    let idle = try await cause(.idle)
    #expect(idle.contains("phase Pending"))
    #expect(idle.contains("the Antrea Controller has not taken it up"), "\(idle)")
    let error = try await cause(.failing("Node: node-1, error: no flow"))
    #expect(error.contains("phase Failed: Node: node-1, error: no flow"))
  }

  @Test("Antrea before 1.15 names no rules: the policy is told, and its verdict compared")
  func unnamed() async throws {
    try await withTraceSite { site in
      let policy = try #require(
        await site.livePolicies().first {
          $0[path: "metadata", "annotations", "nsx-antrea.io/display-name"] == "Policy shop"
        }?[path: "metadata", "name"]?.string)
      let status: JSONValue = [
        "phase": "Succeeded",
        "results": [
          [
            "node": "node-1",
            "observations": [
              ["component": "SpoofGuard", "action": "Forwarded"],
              [
                "component": "NetworkPolicy", "componentInfo": "IngressMetric",
                "action": "Dropped",
                "networkPolicy": .string("AntreaClusterNetworkPolicy:\(policy)"),
              ],
            ],
          ]
        ],
      ]
      site.clusterServer.faults.set([
        .init(
          method: "GET", pathPrefix: "/apis/crd.antrea.io/v1beta1/traceflows/", count: nil,
          response: .json(
            200,
            [
              "apiVersion": "crd.antrea.io/v1beta1", "kind": "Traceflow",
              "metadata": ["name": "any"], "status": status,
            ]))
      ])
      let answer = await site.trace(TraceQuestion(from: "job-1", to: "db-1", port: "5432"))
      #expect(answer.status == .success, "\(answer.output)\(answer.talk)")
      #expect(
        answer.output.contains(
          "dropped by policy Policy shop, a rule that Antrea does not name, revision 0"),
        "\(answer.output)")
      #expect(answer.output.contains("reach predicts the same"))
    }
  }

  @Test("a prediction that lacks some policies says so")
  func limits() async throws {
    let denial = KubernetesOptions.Denial(
      verb: "list", group: "networking.k8s.io", resource: "networkpolicies")
    try await withSite(kubernetes: TraceEstate.objects, denials: [denial]) { site in
      site.clock = ManualClock(isHasty: true).clock
      let answer = await site.trace(TraceQuestion(from: "job-1", to: "db-1", port: "5432"))
      #expect(
        answer.output.contains(
          "note: the prediction is limited: Kubernetes NetworkPolicies may not be listed"),
        "\(answer.output)")
    }
  }

  @Test("tags that are all taken are told")
  func tags() async throws {
    var options = KubernetesOptions()
    options.traceflows = .silent
    let objects = (1...14).map { number -> JSONValue in
      [
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Traceflow",
        "metadata": ["name": .string("other-\(number)")],
        "spec": [
          "source": ["namespace": "shop", "pod": "web-1"],
          "destination": ["namespace": "shop", "pod": "db-1"],
        ],
        "status": ["phase": "Running", "dataplaneTag": .integer(Int64(number))],
      ]
    }
    try await withSite(kubernetes: TraceEstate.objects + objects, options: options) { site in
      site.clock = ManualClock(isHasty: true).clock
      let answer = await site.trace(TraceQuestion(from: "web-1", to: "db-1", timeout: 1))
      #expect(answer.status == .failed)
      #expect(answer.output.contains("14 other Traceflows are running"), "\(answer.output)")
      #expect(await site.traceflows().count == 14)
    }
  }

  @Test("live traffic: the caught packet is compared, one that does not come is no drop")
  func live() async throws {
    var options = KubernetesOptions()
    options.liveTraffic = [
      .init(from: "shop/web-1", to: "shop/db-1", port: 5432),
      .init(from: "shop/job-1", to: "shop/db-1", port: 5432),
    ]
    try await withTraceSite(options: options) { site in
      let caught = await site.trace(
        TraceQuestion(to: "db-1", port: "5432", isLive: true), flags: ["output": "json"])
      #expect(caught.status == .success, "\(caught.talk)")
      let document = try JSONValue(json: caught.output)
      #expect(document["result"] == "delivered" && document["comparison"] == "agrees")
      #expect(document[path: "capturedPacket", "srcIP"] == "10.1.1.11")
      let dropped = await site.trace(
        TraceQuestion(to: "db-1", port: "5432", isLive: true, isDroppedOnly: true))
      #expect(dropped.output.contains("dropped by rule 1003"), "\(dropped.output)\(dropped.talk)")
      #expect(dropped.status == .success, "\(dropped.output)")
      let none = await site.trace(
        TraceQuestion(from: "web-1", port: "80", isLive: true, timeout: 2))
      #expect(none.status == .failed)
      #expect(none.output.contains("no connection that it is about was opened in 2 s"))
    }
  }

  @Test("what cannot be traced is refused before anything is written")
  func refusals() async throws {
    try await withTraceSite { site in
      let before = site.clusterWrites.count
      let questions: [(TraceQuestion, ToolStatus)] = [
        (TraceQuestion(from: "web-1"), .usage),
        (TraceQuestion(from: "web-1", to: "web-1"), .usage),
        (TraceQuestion(from: "10.9.9.9", to: "db-1"), .usage),
        (TraceQuestion(from: "svc:shop/db", to: "db-1"), .usage),
        (TraceQuestion(from: "web-1", to: "nobody"), .invalidInput),
        (TraceQuestion(from: "web-1", to: "db-1", port: "80/sctp"), .usage),
        (TraceQuestion(from: "web-1", to: "db-1", protocolName: "icmp/3"), .usage),
        (TraceQuestion(from: "web-1", to: "db-1", sourcePort: 5), .usage),
        (TraceQuestion(from: "web-1", to: "db-1", port: "80", tcpFlags: "syn,sin"), .usage),
        (TraceQuestion(from: "web-1", to: "db-1", isIPv6: true), .invalidInput),
        (TraceQuestion(from: "web-1", to: "db-1", isDroppedOnly: true), .usage),
        (TraceQuestion(from: "web-1", to: "db-1", timeout: 301), .usage),
        (TraceQuestion(from: "web-1", to: "svc:shop/db", protocolName: "icmp"), .usage),
      ]
      for (question, status) in questions {
        let answer = await site.trace(question)
        #expect(answer.status == status, "\(question): \(answer.talk)")
        #expect(answer.talk.hasPrefix("error: "), "\(answer.talk)")
      }
      #expect(site.clusterWrites.count == before)
    }
  }
}
