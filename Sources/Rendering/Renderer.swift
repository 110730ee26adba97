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
    tree(
      translation, objects: write(objects(translation)[...]),
      provenance: provenanceFile(translation))
  }

  /// The files of a cluster, written on all cores; the bytes are the same.
  public static func render(concurrently translation: Translation) async -> RenderedTree {
    async let provenance = provenanceFile(translation)
    let files = await Chunks.map(objects(translation)) { write($0) }
    return tree(translation, objects: files, provenance: await provenance)
  }

  /// The objects with the paths of their files.
  private static func objects(
    _ translation: Translation
  ) -> [(path: String, object: any AntreaObject)] {
    var list: [(path: String, object: any AntreaObject)] = []
    list.reserveCapacity(
      translation.tiers.count + translation.clusterGroups.count + translation.policies.count)
    for tier in translation.tiers { list.append(("tiers/\(tier.metadata.name).yaml", tier)) }
    for group in translation.clusterGroups { list.append((file(of: group), group)) }
    for item in translation.policies { list.append((file(of: item), item.policy)) }
    return list
  }

  /// The file of a group below the cluster's folder.
  static func file(of group: ClusterGroup) -> String { "groups/\(group.metadata.name).yaml" }

  /// The file of a policy below the cluster's folder.
  static func file(of item: TranslatedPolicy) -> String {
    "policies/\(item.category.slug)/\(item.policy.metadata.name).yaml"
  }

  private static func write(
    _ objects: ArraySlice<(path: String, object: any AntreaObject)>
  ) -> [RenderedTree.File] {
    objects.map { RenderedTree.File(path: $0.path, bytes: YAMLWriter.document($0.object.document)) }
  }

  private static func provenanceFile(_ translation: Translation) -> RenderedTree.File {
    RenderedTree.File(
      path: "provenance.json", bytes: JSONWriter.pretty(provenance(translation)))
  }

  private static func tree(
    _ translation: Translation, objects: [RenderedTree.File], provenance: RenderedTree.File
  ) -> RenderedTree {
    var files = objects
    files.sort { utf8Order($0.path, $1.path) < 0 }
    let kustomization = kustomization(
      translation.isApplicable ? files.map(\.path) : [Self.notApplicable])
    files.append(.init(path: "kustomization.yaml", bytes: YAMLWriter.document(kustomization)))
    files.append(provenance)
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
    // Errors among the findings do not tell: options may tolerate them.
    if !translation.isApplicable { result["applicable"] = false }
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

  /// A file that there is not: it makes `kubectl -k`, Flux and Argo CD fail on a
  /// tree in which rules are missing, where an empty list could make them remove
  /// everything.
  public static let notApplicable = "NOT-APPLICABLE-see-findings.json"

  /// Tiers stand before groups and these before policies, and `fifo` keeps it
  /// so: kustomize's default order sorts kinds that it does not know by name,
  /// and Antrea refuses a policy whose tier does not exist yet.
  private static func kustomization(_ paths: [String]) -> JSONValue {
    let ordered =
      paths == [notApplicable]
      ? paths
      : ["tiers/", "groups/", "policies/"].flatMap { folder in
        paths.filter { $0.hasPrefix(folder) }
      }
    return [
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .array(ordered.map { .string($0) }), "sortOptions": ["order": "fifo"],
    ]
  }
}
