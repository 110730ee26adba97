import AntreaModel
import Documents
import Foundation
import NSXModel
import Rendering
import Testing
import Translation
import YAMLCoding

/// Laws of the rendered tree.
@Suite struct TreeTests {
  @Test func everythingPassesAdmissionAndTheSchema() throws {
    let validator = try SharedData.read("antrea/antrea-crds.yml").map(SchemaValidator.init)
    for seed in LawSetting.seeds(1...200) {
      let estate = EstateGenerator.estate(seed: seed, oddity: 20)
      let translation = try estate.translate(TranslationOptions(onUnsupported: .failClosed))
      #expect(!translation.codes.contains("admission"), "seed \(seed)")
      for file in Renderer.render(translation).files
      where file.path.hasSuffix(".yaml") && file.path != "kustomization.yaml" {
        let object = try YAMLReader.document(file.bytes)
        #expect(validator?.problems(object) ?? [] == [], "seed \(seed), \(file.path)")
        let labels = KubernetesObject(object)?.labels
        #expect(labels?[Ownership.ownerLabel] == translation.owner)
        #expect(KubernetesObject(object)?.annotations[Ownership.pathAnnotation] != nil)
      }
    }
  }

  @Test func theValidatorRefusesWhatIsWrong() throws {
    guard let crds = SharedData.read("antrea/antrea-crds.yml") else { return }
    let validator = try SchemaValidator(crds: crds)
    let wrong = try JSONValue(
      json:
        #"{"kind":"ClusterNetworkPolicy","spec":{"priority":0,"tier":"t","ingress":[{"action":"Deny","frm":[]}]}}"#
    )
    #expect(validator.problems(wrong).count == 3)
  }

  @Test func othersCannotApplyATreeInWhichRulesAreMissing() throws {
    var estate = Estate()
    try estate.policy(
      "p",
      rules:
        #"[\#(rule(1, #""direction":"IN""#)),\#(rule(2, #""profiles":["/infra/context-profiles/gone"]"#))]"#
    )
    func resources(_ options: TranslationOptions) throws -> [String] {
      let tree = Renderer.render(try estate.translate(options))
      let file = try #require(tree.files.first { $0.path == "kustomization.yaml" })
      let list = try YAMLReader.document(file.bytes)["resources"]?.array ?? []
      // An empty list would make some remove everything.
      return list.compactMap(\.string)
    }
    #expect(try resources(TranslationOptions()) == [Renderer.notApplicable])
    #expect(try resources(TranslationOptions(onUnsupported: .failClosed)).count == 2)
    #expect(try resources(TranslationOptions(onUnsupported: .skipPolicy)).count == 0)
  }

  @Test func goldenTree() throws {
    var estate = Estate()
    try estate.group(
      "web-svc",
      #"[{"resource_type":"NestedExpression","expressions":[{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"shop"},{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},{"resource_type":"Condition","member_type":"Service","key":"Name","operator":"EQUALS","value":"web"}]}]"#
    )
    try estate.group("db", RuleTests.pods("db"))
    try estate.group(
      "lan",
      #"[{"resource_type":"IPAddressExpression","ip_addresses":["10.40.0.5","10.30.0.10-10.30.0.13"]},{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},{"resource_type":"Condition","member_type":"Namespace","key":"Name","operator":"EQUALS","value":"ops"}]"#
    )
    try estate.service(
      "HTTPS",
      #"[{"resource_type":"L4PortSetServiceEntry","l4_protocol":"TCP","destination_ports":["443"]}]"#
    )
    try estate.policy(
      "Shop Zero_Trust", number: 60_499_999,
      extra: #""_last_modified_user":"admin","_last_modified_time":1700000000123,"#,
      rules: "["
        + [
          rule(
            1,
            #""direction":"IN","source_groups":["\#(Estate.group("lan"))"],"scope":["\#(Estate.group("web-svc"))"],"services":["/infra/services/HTTPS"],"logged":true,"tag":"web","_last_modified_user":"carol","_last_modified_time":1700000000456"#
          ),
          rule(
            2,
            #""direction":"OUT","destination_groups":["\#(Estate.group("db"))","10.1.0.0/16"],"scope":["\#(Estate.group("web-svc"))"]"#
          ),
          rule(3, action: "JUMP_TO_APPLICATION", #""direction":"IN""#),
          rule(4, action: "DROP", #""direction":"IN_OUT""#),
        ].joined(separator: ",") + "]")
    try Golden.compare(Renderer.render(try estate.translate()), folder: "tree")
  }

  @Test func provenanceSaysThatTheReadWasIncomplete() throws {
    var estate = Estate()
    #expect(Renderer.provenance(try estate.translate())["complete"] == nil)
    estate.isComplete = false
    let provenance = Renderer.provenance(try estate.translate())
    #expect(provenance["complete"] == false)
    #expect(provenance["cluster"]?.string == Estate.cluster)
  }

  @Test func provenanceSaysThatTheTreeMustNotBeApplied() throws {
    var estate = Estate()
    try estate.policy(
      "p", rules: "[\(rule(1, action: "JUMP_TO_APPLICATION", #""direction":"IN""#))]")
    #expect(Renderer.provenance(try estate.translate())["applicable"] == false)
    for mode in [TranslationOptions.OnUnsupported.skipPolicy, .failClosed] {
      let translation = try estate.translate(TranslationOptions(onUnsupported: mode))
      #expect(Renderer.provenance(translation)["applicable"] == nil)
    }
  }

  @Test func findingsReference() throws {
    let bytes = Array(FindingReference.markdown.utf8)
    try Golden.compare(bytes, path: SharedData.package + "/docs/findings.md")
    #expect(FindingCode.allCases.allSatisfy { !$0.meaning.isEmpty && !$0.hint.isEmpty })
  }

  @Test func priorityIsTheVendorsEncoding() throws {
    for (number, text) in [
      (20_000_001, "1.0000000177635693"), (60_001_049, "1.0000000532916369"),
      (20_000_005, "1.0000000177635728"),
    ] {
      var estate = Estate()
      try estate.policy("p", number: number, rules: "[\(rule(1, #""direction":"IN""#))]")
      #expect(try estate.translate().policies.first?.policy.priority == Double(text))
    }
  }

  @Test func tiesAreBrokenByPathAndReported() throws {
    var estate = Estate()
    for id in ["b", "a", "c"] {
      try estate.policy(id, number: id == "c" ? 8 : 7, rules: "[\(rule(1, #""direction":"IN""#))]")
    }
    let result = try estate.translate()
    #expect(result.codes == ["order-tie"])
    let order = result.policies.sorted { $0.policy.priority < $1.policy.priority }
      .map { $0.policy.metadata.name.first }
    #expect(order == ["a", "b", "c"])
    #expect(Set(result.policies.map(\.policy.priority)).count == 3)
  }
}

/// Golden files; `UPDATE_GOLDEN=1` writes them.
enum Golden {
  static var isUpdating: Bool { ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" }

  static func compare(_ tree: RenderedTree, folder: String) throws {
    let root = SharedData.package + "/Tests/Golden/Translation/\(folder)"
    if isUpdating { try? FileManager.default.removeItem(atPath: root) }
    for file in tree.files { try compare(file.bytes, path: "\(root)/\(tree.folder)/\(file.path)") }
    let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    let files = found.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }
    #expect(Set(files) == Set(tree.files.map { "\(tree.folder)/\($0.path)" }))
  }

  static func compare(_ bytes: [UInt8], path: String) throws {
    if isUpdating {
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
    let golden = FileManager.default.contents(atPath: path).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(golden == String(decoding: bytes, as: UTF8.self), "\(path) (UPDATE_GOLDEN=1 writes it)")
  }
}
