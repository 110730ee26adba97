import AntreaModel
import Documents
import Reachability
import Reporting
import Testing

@Suite("Traces against predictions")
struct TraceAgreementTests {
  private func verdict(_ observations: [JSONValue]) -> TraceflowVerdict {
    TraceflowVerdict(
      TraceflowStatus([
        "phase": "Succeeded",
        "results": [["node": "n", "observations": .array(observations)]],
      ]))
  }

  private func step(
    _ action: String, _ table: String, _ policy: String? = nil, _ rule: String? = nil
  ) -> JSONValue {
    var object = JSONObject()
    object["component"] = policy == nil && table == "Output" ? "Forwarding" : "NetworkPolicy"
    object["action"] = .string(action)
    object["componentInfo"] = .string(table)
    object["networkPolicy"] = policy.map { .string($0) }
    object["networkPolicyRule"] = rule.map { .string($0) }
    return .object(object)
  }

  private var delivered: JSONValue { step("Delivered", "Output") }

  private func side(_ outcome: Outcome, _ policy: String? = nil, _ rule: String = "r")
    -> SideDecision
  {
    SideDecision(outcome, by: policy.map { RuleReference(policy: $0, rule: rule) })
  }

  @Test("the same rules agree, in all ways that Antrea names them")
  func agreement() {
    let free = Decision(egress: .unmatched, ingress: .unmatched)
    #expect(TraceAgreement(verdict([delivered]), predicted: free) == .agrees)
    let acnp = Decision(egress: side(.allow, "ClusterNetworkPolicy/a"), ingress: .unmatched)
    let named = step("Forwarded", "EgressRule", "AntreaClusterNetworkPolicy:a", "r")
    #expect(TraceAgreement(verdict([named, delivered]), predicted: acnp) == .agrees)
    // Antrea before 1.15 names no rule.
    let old = step("Forwarded", "EgressRule", "AntreaClusterNetworkPolicy:a")
    #expect(TraceAgreement(verdict([old, delivered]), predicted: acnp) == .agrees)
    let isolated = Decision(
      egress: .unmatched,
      ingress: side(.drop, "NetworkPolicy/x/a, NetworkPolicy/x/b", "isolation"))
    #expect(
      TraceAgreement(verdict([step("Dropped", "IngressDefaultRule")]), predicted: isolated)
        == .agrees)
    let reject = Decision(egress: side(.reject, "NetworkPolicy/x/p"), ingress: side(.drop, "y"))
    let rejected = step("Rejected", "EgressMetric", "AntreaNetworkPolicy:x/p", "r")
    #expect(TraceAgreement(verdict([rejected]), predicted: reject) == .agrees)
    let inspected = Decision(egress: side(.inspect, "ClusterNetworkPolicy/a"), ingress: .unmatched)
    #expect(TraceAgreement(verdict([named, delivered]), predicted: inspected) == .agrees)
  }

  @Test("another verdict and another rule are findings")
  func findings() {
    let drop = Decision(egress: .unmatched, ingress: side(.drop, "ClusterNetworkPolicy/a"))
    #expect(TraceAgreement(verdict([delivered]), predicted: drop) == .otherVerdict)
    let rejected = step("Rejected", "IngressMetric", "AntreaClusterNetworkPolicy:a", "r")
    #expect(TraceAgreement(verdict([rejected]), predicted: drop) == .otherVerdict)
    let other = step("Dropped", "IngressMetric", "AntreaClusterNetworkPolicy:a", "other")
    #expect(TraceAgreement(verdict([other]), predicted: drop) == .otherRule)
    let elsewhere = step("Dropped", "EgressMetric", "AntreaClusterNetworkPolicy:a", "r")
    #expect(TraceAgreement(verdict([elsewhere]), predicted: drop) == .otherRule)
    let allow = Decision(egress: .unmatched, ingress: .unmatched)
    #expect(TraceAgreement(verdict([other]), predicted: allow) == .otherVerdict)
    #expect(!TraceAgreement(verdict([]), predicted: allow).isFinding)
  }
}
