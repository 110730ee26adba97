import AntreaModel
import Documents
import Planning
import Reachability
import Reporting
import Testing

@Suite("Connectivity for people and programs")
struct ConnectivityTextTests {
  private let deny = NamedRule(policy: "shop", name: "deny", ruleID: 1043, path: "/rules/deny")

  private func entry(_ kind: ConnectivityChange.Kind) -> ConnectivityDelta.Entry {
    ConnectivityDelta.Entry(
      kind: kind, traffic: "5432/tcp",
      pairs: PairView(
        from: PeerView(words: "shop/web", pods: 4), to: PeerView(words: "shop/db", pods: 3),
        count: 12),
      rule: kind == .newlyBlocked ? deny : nil, formerRule: kind == .newlyBlocked ? nil : deny,
      example: "shop/web-1 (10.1.0.1) -> shop/db-1 (10.1.0.2) 5432/TCP")
  }

  private let proof = ProofResult.proved(.equal, .init(classes: 214, pods: 10000))

  @Test("a change is one line: how many, what, who, by which rule")
  func lines() {
    #expect(
      entry(.newlyBlocked).text
        == "12 pod pairs newly blocked on 5432/tcp: shop/web -> shop/db, by rule 1043 \"deny\" (policy shop)"
    )
    #expect(
      entry(.newlyAllowed).text
        == "12 pod pairs newly allowed on 5432/tcp: shop/web -> shop/db, no longer stopped by rule 1043 \"deny\" (policy shop)"
    )
  }

  @Test("the proof is one stable line")
  func summaries() {
    #expect(proof.summary == "proved: 214 classes, 10,000 pods, all protocols and ports")
    #expect(
      ProofResult.proved(.notWider, .init(classes: 1, pods: 2, skippedPolicies: 1)).summary
        == "proved: 1 classes, 2 pods, all protocols and ports, without 1 skipped policy (not wider than NSX: refused rules stand closed)"
    )
    let blocked = ProofResult.proved(.equal, .init(classes: 1, pods: 2, blockedObjects: 3))
    #expect(
      blocked.summary
        == "proved: 1 classes, 2 pods, all protocols and ports; that holds once the 3 blocked objects are applied too, not after this plan"
    )
    #expect(blocked.document[path: "space", "blockedObjects"] == 3)
    #expect(ProofResult.notJudged("why").summary == "not proved: why")
  }

  @Test("text stands before the line of counts and is bounded; JSON has everything")
  func render() throws {
    let end = PeerView(words: "x", pods: 1)
    let result = PlanConnectivity(
      proof: proof,
      change: ConnectivityDelta(
        entries: Array(repeating: entry(.newlyBlocked), count: 30),
        counts: [.newlyBlocked: .init(podPairs: 1360, podsToAddresses: 1)],
        omitted: 5),
      interference: [
        InterferenceLine(
          kind: .restricts, effect: .newlyBlocked,
          rule: NamedRule(policy: "NetworkPolicy/shop/x\u{1B}[31m", name: ""), nsxRule: nil,
          count: 1, traffic: "all traffic", from: end, to: end, example: "a -> b"),
        InterferenceLine(
          kind: .overrides, effect: .newlyAllowed,
          rule: NamedRule(policy: "ClusterNetworkPolicy/open", name: "all"), nsxRule: deny,
          count: 2, traffic: "all traffic", from: end, to: end, example: "a -> b"),
      ], limits: ["Services may not be listed"])
    let text = PlanText.render(Plan(owner: "o", steps: []), color: false, connectivity: result)
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "Connectivity: \(proof.summary)")
    #expect(lines.last?.hasPrefix("Plan: 0 to create") == true)
    #expect(lines.count { $0.hasPrefix("  - ") } == 20)
    #expect(lines.contains("  and 15 more changes (--output json has more of them)"))
    #expect(
      lines.contains(
        "  in all 1,360 pod pairs newly blocked, 1 pod newly blocked with addresses"))
    let warning = try #require(lines.firstIndex { $0.contains("warning: ") })
    #expect(
      lines[warning]
        == "  warning: ClusterNetworkPolicy/open rule \"all\" lets 2 pairs pass that NSX decides otherwise by rule 1043 \"deny\" (policy shop); for example a -> b"
    )
    #expect(lines[warning + 1].hasPrefix("  note: NetworkPolicy/shop/x [31m stops 1 pair"))
    #expect(lines.contains("  without Services may not be listed"))

    #expect(result.document[path: "change", "counts", "newly-blocked", "podPairs"] == 1360)
    #expect(result.document[path: "change", "omitted"] == 5)
    #expect(result.document[path: "change", "entries"]?.array?.count == 30)
    #expect(result.document[path: "proof", "verdict"] == "equal")
    let types = try PlanText.ndjson(Plan(owner: "o", steps: []), connectivity: result)
      .split(separator: "\n").map { try JSONValue(json: String($0))["type"]?.string ?? "" }
    #expect(types.last == "summary")
    #expect(types.dropLast().last == "proof")
    #expect(types.count { $0 == "connectivityChange" } == 30)
  }

  @Test("pods are grouped by what runs them")
  func workloads() throws {
    func label(_ metadata: JSONValue) throws -> String {
      let pod = try #require(
        KubernetesObject(["apiVersion": "v1", "kind": "Pod", "metadata": metadata]))
      return WorkloadLabels.label(of: pod)
    }
    #expect(
      try label([
        "name": "web-5d9c-x1", "namespace": "shop",
        "labels": ["pod-template-hash": "5d9c", "app": "other"],
        "ownerReferences": [["kind": "ReplicaSet", "name": "web-5d9c", "controller": true]],
      ]) == "shop/web")
    #expect(
      try label([
        "name": "db-0", "namespace": "shop",
        "ownerReferences": [["kind": "StatefulSet", "name": "db", "controller": true]],
      ]) == "shop/db")
    #expect(
      try label([
        "name": "etcd-n1", "namespace": "kube-system",
        "ownerReferences": [["kind": "Node", "name": "n1", "controller": true]],
      ]) == "kube-system/etcd-n1")
    #expect(try label(["name": "a-1", "namespace": "x", "labels": ["app": "a"]]) == "x/a")
    #expect(try label(["name": "a-1", "namespace": "x"]) == "x/a-1")
  }
}
