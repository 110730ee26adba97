import AntreaModel
import Documents
import NSXModel
import Translation

/// Writes a translation as the files that go to the repository. The same
/// translation gives the same bytes.
public enum Renderer {
  /// The version of `provenance.json`.
  public static let provenanceVersion: Int64 = 1

  /// The files of a cluster.
  public static func render(_ translation: Translation) -> RenderedTree {
    var files: [RenderedTree.File] = []
    func add(_ path: String, _ object: some AntreaObject) {
      files.append(.init(path: path, bytes: YAMLWriter.document(object.document)))
    }
    for tier in translation.tiers { add("tiers/\(tier.metadata.name).yaml", tier) }
    for group in translation.clusterGroups { add("groups/\(group.metadata.name).yaml", group) }
    for item in translation.policies {
      add("policies/\(item.category.slug)/\(item.policy.metadata.name).yaml", item.policy)
    }
    files.sort { utf8Order($0.path, $1.path) < 0 }
    let kustomization = kustomization(files.map(\.path))
    files.append(.init(path: "kustomization.yaml", bytes: YAMLWriter.document(kustomization)))
    files.append(.init(path: "provenance.json", bytes: JSONWriter.pretty(provenance(translation))))
    files.append(.init(path: "findings.json", bytes: JSONWriter.pretty(findings(translation))))
    files.sort { utf8Order($0.path, $1.path) < 0 }
    return RenderedTree(folder: "clusters/\(translation.cluster)", files: files)
  }

  /// The content of `findings.json`.
  public static func findings(_ translation: Translation) -> JSONValue {
    .array(
      translation.findings.map { finding in
        [
          "code": .string(finding.code.rawValue), "hint": .string(finding.hint),
          "message": .string(finding.message), "path": .string(finding.path),
          "rule": finding.rule.map { .string($0) } ?? .null,
          "severity": .string(finding.severity.rawValue),
        ]
      })
  }

  /// The content of `provenance.json`.
  public static func provenance(_ translation: Translation) -> JSONValue {
    let objects = translation.provenance.map { key, origin in
      JSONObject.Member(key: key, value: document(origin))
    }
    var result = JSONObject()
    result["schemaVersion"] = .integer(provenanceVersion)
    result["manager"] = .string(translation.manager)
    result["cluster"] = .string(translation.cluster)
    result["owner"] = .string(translation.owner)
    result["digest"] = .string(translation.digest)
    if !translation.isComplete { result["complete"] = false }
    result["objects"] = .object(JSONObject(unsorted: objects) ?? JSONObject())
    return .object(result)
  }

  private static func document(_ origin: Provenance) -> JSONValue {
    var object = JSONObject()
    object["displayName"] = .string(origin.displayName)
    write(origin.lastEdit, to: &object)
    object["path"] = .string(origin.path)
    if let revision = origin.revision { object["revision"] = .integer(revision) }
    if !origin.rules.isEmpty {
      let rules = origin.rules.map { name, rule in
        var object = JSONObject()
        object["displayName"] = .string(rule.displayName)
        write(rule.lastEdit, to: &object)
        object["path"] = .string(rule.path)
        if let number = rule.ruleID { object["ruleId"] = .integer(number) }
        return JSONObject.Member(key: name, value: .object(object))
      }
      object["rules"] = .object(JSONObject(unsorted: rules) ?? JSONObject())
    }
    return .object(object)
  }

  private static func write(_ edit: LastEdit, to object: inout JSONObject) {
    if let time = edit.time { object["lastModifiedTime"] = .integer(time) }
    if let user = edit.user { object["lastModifiedUser"] = .string(user) }
  }

  private static func kustomization(_ paths: [String]) -> JSONValue {
    [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .array(paths.map { .string($0) }),
    ]
  }
}
