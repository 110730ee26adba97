import Documents
import Sandbox
import Testing
import Workflow

@Suite("Import: policies of Antrea")
struct ImportAntreaTests {
  @Test("policies of Antrea come before what NetworkPolicies became, and only where asked for")
  func antreaPolicies() async throws {
    let earlier = TestSite.object(
      "crd.antrea.io/v1beta1", "ClusterNetworkPolicy", nil, "stop-web",
      [
        "spec": [
          "priority": 5, "tier": "emergency",
          "appliedTo": [["podSelector": ["matchLabels": ["app": "db"]]]],
          "ingress": [
            [
              "action": "Drop", "name": "stop", "from": [["podSelector": [:]]],
              "ports": [["protocol": "TCP", "port": 22]], "enableLogging": true,
            ]
          ],
        ]
      ])
    let everybody = Originals.policy(
      "open",
      ["podSelector": [:], "policyTypes": ["Ingress"], "ingress": [[:]]])
    try await withSite(kubernetes: TestSite.labelledKubernetes + [everybody, earlier]) { site in
      let alone = await site.importShop()
      #expect(alone.status == .refused, "\(alone.output)")
      let both = await site.importShop {
        $0.namespaces = []
        $0.isEverywhere = true
        $0.includesAntrea = true
      }
      #expect(both.status == .success, "\(both.talk)")
      let policies = await site.importedPolicies()
      let rules = try #require(policies["shop-prod/stop-web rules"])
      let allow = try #require(policies["shop-prod/shop/open allow"])
      #expect(
        (rules["sequence_number"]?.integer ?? 0) < (allow["sequence_number"]?.integer ?? 0))
      let path = rules["path"]?.string ?? ""
      #expect(await site.manager.object(at: "\(path)/rules/ingress-0")?["logged"] == true)
      site.managerServer.log.clear()
      let again = await site.importShop {
        $0.namespaces = []
        $0.isEverywhere = true
        $0.includesAntrea = true
      }
      #expect(again.status == .success, "\(again.talk)")
      #expect(site.managerWrites == 0)
    }
  }
}
