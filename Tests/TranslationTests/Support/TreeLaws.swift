import AntreaModel
import Documents
import Rendering
import Testing
import Translation
import YAMLCoding

/// What must hold for the tree of every translation, whatever it was made from.
func checkTree(_ translation: Translation, _ note: @autoclosure () -> String) {
  let documents =
    translation.tiers.map(\.document) + translation.clusterGroups.map(\.document)
    + translation.policies.map(\.policy.document)
  let violations = AdmissionRules.violations(in: documents)
  if !violations.isEmpty { Issue.record("\(note()): \(violations.prefix(3))") }
  let byReference = Dictionary(
    documents.compactMap { document in
      KubernetesObject(document).map { ("\($0.kind)/\($0.name)", document) }
    }, uniquingKeysWith: { first, _ in first })
  if byReference.count != documents.count { Issue.record("\(note()): two objects of one name") }
  let tree = Renderer.render(translation)
  if tree.folder != "clusters/\(translation.cluster)" { Issue.record("\(note()): \(tree.folder)") }
  var paths: Set<String> = []
  for file in tree.files {
    if !paths.insert(file.path).inserted { Issue.record("\(note()): \(file.path) twice") }
    let parts = file.path.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = parts.allSatisfy { part in
      !part.isEmpty && part.first != "."
        && part.utf8.allSatisfy {
          $0 &- 97 < 26 || $0 &- 48 < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }
    if !isPlain || file.path.utf8.count > 200 { Issue.record("\(note()): path \(file.path)") }
    if file.path.hasSuffix(".json") {
      if (try? JSONValue(json: file.bytes)) == nil { Issue.record("\(note()): \(file.path)") }
      continue
    }
    guard let value = try? YAMLReader.document(file.bytes) else {
      Issue.record("\(note()): \(file.path) is no YAML")
      continue
    }
    if file.path == "kustomization.yaml" { continue }
    let reference = KubernetesObject(value).map { "\($0.kind)/\($0.name)" } ?? ""
    // 1.0 and 1 are one number.
    let isSame = byReference[reference].map { JSONWriter.compact($0) } == JSONWriter.compact(value)
    if !isSame { Issue.record("\(note()): \(file.path) reads otherwise") }
  }
}
