import Documents
import Foundation
import Testing
import YAMLCoding

@testable import Sandbox

@Suite("CRD schemas") struct SchemaParityTests {
  private static func released() throws -> [JSONValue]? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../..").standardizedFileURL
    let folder =
      ProcessInfo.processInfo.environment["NSX_ANTREA_SHARED_DATA"]
      ?? root.appendingPathComponent("../shared/data").standardizedFileURL.path
    let file = "\(folder)/antrea/antrea-crds.yml"
    guard let data = FileManager.default.contents(atPath: file) else {
      print("skipped: no released CRDs to compare with")
      return nil
    }
    return try YAMLReader.documents(Array(data))
  }

  private static func names(_ schema: JSONValue, at path: String = "") -> Set<String> {
    var result: Set<String> = []
    for member in schema["properties"]?.object?.members ?? [] {
      let name = "\(path).\(member.key)"
      result.insert(name)
      result.formUnion(names(member.value, at: name))
    }
    for inner in [schema["items"], schema["additionalProperties"]] {
      if let inner { result.formUnion(names(inner, at: "\(path)[]")) }
    }
    return result
  }

  @Test(
    "Spec and status have the properties of Antrea's release",
    arguments: [
      "tiers", "clusternetworkpolicies", "networkpolicies", "clustergroups", "groups", "traceflows",
    ])
  func parity(_ plural: String) throws {
    guard let documents = try Self.released() else { return }
    let definition = try #require(
      documents.first { $0.text("metadata", "name") == "\(plural).crd.antrea.io" })
    let version = try #require(
      definition.list("spec", "versions").first { $0["name"] == "v1beta1" })
    let theirs = version.member(at: ["schema", "openAPIV3Schema"]) ?? .null
    let ours = ResourceCatalogue().resource(named: "\(plural).crd.antrea.io")?.schema ?? .null
    for part in ["spec", "status"] {
      let left = Self.names(ours.member(at: ["properties", part]) ?? .null)
      let right = Self.names(theirs.member(at: ["properties", part]) ?? .null)
      #expect(left.subtracting(right).sorted() == [], "only ours, \(part)")
      #expect(right.subtracting(left).sorted() == [], "only theirs, \(part)")
    }
  }
}
