import Documents
import Foundation
import Sandbox
import Testing
import YAMLCoding

@Suite("Published samples") struct SampleTests {
  @Test("Antrea's samples are accepted, the invalid ones refused") func samples() async throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../../shared/data").standardizedFileURL.path
    let folder =
      (ProcessInfo.processInfo.environment["NSX_ANTREA_SHARED_DATA"] ?? root) + "/antrea/samples"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      print("skipped: no published samples to try")
      return
    }
    let plurals = [
      "Tier": "tiers", "ClusterNetworkPolicy": "clusternetworkpolicies",
      "ClusterGroup": "clustergroups",
    ]
    var tried = 0
    for name in names.sorted() {
      let data = try #require(FileManager.default.contents(atPath: "\(folder)/\(name)"))
      for object in try YAMLReader.documents(Array(data)) {
        guard object["apiVersion"] == "crd.antrea.io/v1beta1",
          let plural = plurals[object["kind"]?.string ?? ""]
        else { continue }
        let cluster = TestCluster()
        if let tier = object[path: "spec", "tier"]?.string {
          _ = await cluster.send(
            "POST", "\(TestCluster.antrea)/tiers",
            [
              "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier",
              "metadata": ["name": .string(tier)], "spec": ["priority": 17],
            ])
        }
        let answer = await cluster.send(
          "POST", "\(TestCluster.antrea)/\(plural)?fieldValidation=Strict", object)
        let expected = name.contains("INVALID") ? answer.status >= 400 : answer.status == 201
        #expect(expected, "\(name): \(answer.body)")
        tried += 1
      }
    }
    #expect(tried > 20)
  }
}
