import AntreaModel
import Documents
import Testing

@testable import Inventory

/// Texts at NSX's limits, and beyond.
@Suite struct TextLimitTests {
  private func namespace(labels: [String: String]) throws -> KubernetesObject {
    var texts = JSONObject()
    for (key, value) in labels { texts[key] = .string(value) }
    return try #require(
      KubernetesObject([
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": ["name": "shop", "uid": "n1", "labels": .object(texts)],
      ]))
  }

  private func policy(message: String, path: String = "/infra/x") throws -> KubernetesObject {
    try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
        "metadata": [
          "name": "p", "uid": "p1", "generation": 2,
          "annotations": ["nsx-antrea.io/path": .string(path)],
        ],
        "spec": ["ingress": [["name": "r"]]],
        "status": [
          "phase": "Failed", "observedGeneration": 2,
          "conditions": [
            ["type": "RealizationFailure", "status": "True", "message": .string(message)]
          ],
        ],
      ]))
  }

  private func map(_ objects: KubernetesObject...) -> InventoryMapping {
    InventoryMapper(cluster: InventoryCluster(name: "shop", version: .init(9, 1))).map(
      objects.map(InventoryExtract.reduced))
  }

  private func tags(_ labels: [String: String]) throws -> (list: [JSONValue], codes: [String]) {
    let mapping = map(try namespace(labels: labels))
    let object = try #require(mapping.objects.first { $0["external_id"] == "n1" })
    return (object["tags"]?.array ?? [], notes(mapping, "n1"))
  }

  private func notes(_ mapping: InventoryMapping, _ id: String) -> [String] {
    mapping.notes.filter { $0.externalID == id }.map(\.code.rawValue)
  }

  @Test func labelsFillTagsToTheLastCharacter() throws {
    let (key, value) = (String(repeating: "k", count: 120), String(repeating: "v", count: 256))
    let whole = try tags([key: value])
    #expect(whole.codes == [])
    #expect(whole.list.first?["scope"]?.string?.count == 128)
    #expect(whole.list.first?["tag"] == .string(value))
    let cut = try tags([key + "a": value + "w", key + "b": value])
    #expect(cut.list.compactMap { $0["scope"]?.string?.count }.allSatisfy { $0 <= 128 })
    #expect(Set(cut.list.compactMap { $0["scope"]?.string }).count == 2, "they stay different")
    #expect(cut.list.allSatisfy { $0["tag"] == .string(value) })
    #expect(!cut.codes.isEmpty && Set(cut.codes) == ["label-cut"])
  }

  @Test func messagesAndPropertiesAreCutAlikeByAllReports() throws {
    let fits = String(repeating: "m", count: 1024)
    let source = try policy(message: fits + "x", path: "/infra/" + fits)
    let mapping = map(source)
    let object = try #require(mapping.objects.first { $0["external_id"] == "p1" })
    let error = object["network_errors"]?.array?.first
    #expect(error?["error_message"] == .string(fits))
    // Details stay valid JSON: they lose the conditions, not their end.
    let details = try JSONValue(json: Array((error?["spec"]?.string ?? "").utf8))
    #expect(details["phase"] == "Failed" && details["conditions"] == nil)
    let path = object["origin_properties"]?.array?.first { $0["key"] == "nsx.policy.path" }
    #expect(path?["value"]?.string?.count == 1024)
    #expect(notes(mapping, "p1") == ["text-cut", "text-cut"])
    // A report of realization alone would write the same: nothing.
    let observations = InventoryObservations(policies: ["p1": InventoryObservation(policy: source)])
    #expect(InventoryDelta.observed(current: [object], observations: observations).isEmpty)
    #expect(notes(map(try policy(message: fits)), "p1") == [])
  }
}
