import Documents
import Sandbox
import Testing

@Suite("Example estate")
struct EstateTests {
  private let objects = Estate.example.nsxObjects

  private func of(_ type: String) -> [JSONValue] {
    objects.filter { $0["resource_type"]?.string == type }
  }

  @Test func hasItsSize() {
    let rules = of("SecurityPolicy").flatMap { $0["rules"]?.array ?? [] }
    #expect(of("SecurityPolicy").count == 17)
    #expect((60...70).contains(rules.count))
    #expect(of("Service").count >= 40)
    #expect(of("ClusterControlPlane").map { $0["id"] } == ["shop-prod", "shop-stage"])
    #expect(Set(of("SecurityPolicy").compactMap { $0["category"]?.string }).count == 4)
    for cluster in Estate.example.clusters {
      func count(_ kind: String) -> Int {
        cluster.objects.filter { $0["kind"]?.string == kind }.count
      }
      #expect(count("Pod") == 30)
      #expect(count("Node") == 3)
      #expect(count("Namespace") == 8)
      #expect(count("Ingress") == 2)
      #expect(count("NetworkPolicy") == 2)
      let addresses = cluster.objects.compactMap { $0[path: "status", "podIP"]?.string }
      #expect(Set(addresses).count == 30)
    }
  }

  @Test func everyReferenceLeadsSomewhere() {
    let paths = Set(objects.compactMap { $0["path"]?.string })
    #expect(paths.count == objects.count)
    for policy in of("SecurityPolicy") {
      for holder in [policy] + (policy["rules"]?.array ?? []) {
        for key in ["scope", "source_groups", "destination_groups", "services"] {
          for path in holder[key]?.array ?? [] where path != "ANY" {
            #expect(paths.contains(path.string ?? ""), "\(path)")
          }
        }
      }
    }
  }

  /// The rules that NSX itself accepts for Antrea clusters.
  @Test func everyRuleIsOfAVendorShape() {
    let spanned = Set(
      of("SecurityPolicyContainerCluster").compactMap { span in
        span["path"]?.string.map { $0.split(separator: "/")[4] }
      })
    for policy in of("SecurityPolicy") where policy["is_default"]?.bool != true {
      #expect(spanned.contains(Substring(policy["id"]?.string ?? "")))
      for rule in policy["rules"]?.array ?? [] {
        let hasSource = rule["source_groups"] != ["ANY"]
        let hasDestination = rule["destination_groups"] != ["ANY"]
        #expect(!(hasSource && hasDestination), "\(rule["id"] ?? .null)")
        if hasSource { #expect(rule["direction"] == "IN") }
        if hasDestination { #expect(rule["direction"] == "OUT") }
      }
    }
  }

  @Test func scopesHoldNoAddresses() {
    let withAddresses = Set(
      of("Group").filter { group in
        group["group_type"] != ["ANTREA"]
          || group["expression"]?.array?.contains {
            $0["resource_type"]?.string == "IPAddressExpression"
          } == true
      }.compactMap { $0["path"]?.string })
    for policy in of("SecurityPolicy") {
      for holder in [policy] + (policy["rules"]?.array ?? []) {
        for path in holder["scope"]?.array ?? [] {
          #expect(!withAddresses.contains(path.string ?? ""))
        }
      }
    }
  }
}
