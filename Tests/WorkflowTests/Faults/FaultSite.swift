import Documents
import Foundation
import Sandbox
import Workflow

/// A site between two states of NSX: each way there is something to create, to
/// update and to delete.
struct FaultSite: Sendable {
  let site: TestSite
  /// Which state NSX has.
  private(set) var isChanged = false
  private let changes: Int

  /// - Parameter changes: how many objects are created, changed and deleted, about.
  init(_ site: TestSite, changes: Int = 3) {
    self.site = site
    self.changes = changes
  }

  /// Lets NSX's administrators go to the other state.
  mutating func change() async {
    isChanged.toggle()
    // Each comes with a group of its own and goes with it.
    for number in 0..<max(1, changes / 4) {
      let names = number == 0 ? ("night", "operators") : ("night\(number)", "day\(number)")
      let (comes, goes) = isChanged ? names : (names.1, names.0)
      await site.manager.delete("/infra/domains/default/security-policies/\(goes)")
      await site.manager.put(
        [
          TestSite.group(
            comes,
            [
              [
                "resource_type": "IPAddressExpression",
                "ip_addresses": [.string("10.9.\(number).\(isChanged ? 8 : 16)")],
              ]
            ])
        ]
          + TestSite.policy(
            comes, sequence: 20 + Int64(number),
            rules: [
              TestSite.rule("to-web", 1010 + Int64(number) * 10, from: comes, at: "web"),
              // Both states allow it, each by policies of its own.
              TestSite.rule("vms", 1015 + Int64(number) * 10, from: "vms", at: "web"),
            ]))
    }
    // Both states deny the rest.
    await site.manager.put(
      TestSite.policy(
        "guard", sequence: 9000,
        rules: [TestSite.rule("deny", 9001, from: "ANY", at: "web", "DROP")]))
    await site.manager.put(
      TestSite.policy(
        "shop", sequence: 10,
        rules: [
          TestSite.rule("web-to-db", 1001, from: "web", at: "db"),
          TestSite.rule("deny", 1003, from: "ANY", at: "db", isChanged ? "REJECT" : "DROP"),
        ]))
  }

  /// The specs of the live objects that are ours, by kind and name.
  func live() async -> [String: String] {
    var result: [String: String] = [:]
    for kind in ["tiers", "clustergroups", "clusternetworkpolicies"] {
      for object in await site.cluster.objects("\(kind).crd.antrea.io") {
        let labels = object["metadata"]?["labels"]?.object
        guard labels?["app.kubernetes.io/managed-by"]?.string == "nsx-antrea" else { continue }
        result["\(kind)/\(object["metadata"]?["name"]?.string ?? "")"] =
          object["spec"]?.description ?? ""
      }
    }
    return result
  }
}
