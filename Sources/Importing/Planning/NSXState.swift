import Documents

/// What NSX holds that an import may meet, by path: groups, policies (without
/// `rules`), their rules and spans.
public struct NSXState: Sendable {
  /// The objects.
  public private(set) var objects: [String: JSONValue] = [:]
  private var rulesOfPolicy: [String: [String]] = [:]
  private var spansOfPolicy: [String: [String]] = [:]

  /// Takes raw objects of the Policy API in any order; policies with inline
  /// `rules`, spans with their `parent_path` or a path that says it.
  public init(_ documents: [JSONValue]) {
    for document in documents {
      guard let path = document["path"]?.string else { continue }
      switch document["resource_type"]?.string {
      case "Group"?: objects[path] = document
      case "SecurityPolicy"?:
        var policy = document.object ?? JSONObject()
        for rule in policy["rules"]?.array ?? [] {
          let own =
            rule["path"]?.string ?? "\(path)/rules/\(rule["id"]?.string ?? "")"
          objects[own] = rule
          rulesOfPolicy[path, default: []].append(own)
        }
        policy["rules"] = nil
        objects[path] = .object(policy)
      case "SecurityPolicyContainerCluster"?:
        objects[path] = document
        let parts = path.split(separator: "/").dropLast(2).joined(separator: "/")
        spansOfPolicy[document["parent_path"]?.string ?? "/\(parts)", default: []].append(path)
      default: break
      }
    }
  }

  /// Members that NSX makes, besides those that begin with `_`.
  private static let readOnly: Set<String> = [
    "children", "default_rule_id", "internal_sequence_number", "is_default", "lock_modified_by",
    "lock_modified_time", "marked_for_delete", "origin_site_id", "overridden", "owner_id",
    "parent_path", "path", "realization_id", "reference", "relative_path", "remote_path",
    "rule_count", "rule_id", "rules", "state", "unique_id",
  ]

  /// An object without the members that NSX makes.
  public static func writable(_ object: JSONValue) -> JSONValue {
    var result = JSONObject()
    for member in object.object?.members ?? []
    where !member.key.hasPrefix("_") && !readOnly.contains(member.key) {
      result[member.key] = member.value
    }
    return .object(result)
  }

  /// The policies of Application with both their numbers, in order.
  public var applicationPlaces: [(number: Int64, order: Int64)] {
    objects.values.compactMap { object in
      guard object["resource_type"]?.string == "SecurityPolicy",
        object["category"]?.string ?? "Application" == "Application",
        object["is_default"]?.bool != true,
        let order = object["internal_sequence_number"]?.integer
      else { return nil }
      return (object["sequence_number"]?.integer ?? 0, order)
    }.sorted { ($0.number, $0.order) < ($1.number, $1.order) }
  }

  subscript(path: String) -> JSONValue? { objects[path] }

  /// The paths of a policy's rules.
  func rules(of policy: String) -> [String] { rulesOfPolicy[policy] ?? [] }

  /// The paths of a policy's spans.
  func spans(of policy: String) -> [String] { (spansOfPolicy[policy] ?? []).sorted() }

  /// The policies and groups that were imported from a cluster, by path.
  public func imported(from cluster: String) -> [(path: String, object: JSONValue)] {
    objects.filter { ImportTags.isImported($0.value, from: cluster) }.sorted { $0.key < $1.key }
      .map { (path: $0.key, object: $0.value) }
  }

  /// What was imported from the cluster with a uid under another name, the first by
  /// path, with that name. What came of originals that were given up is NSX's own.
  func imported(of uid: String, besides name: String) -> (path: String, name: String)? {
    let found = objects.filter { _, object in
      ImportTags.value(ImportTags.clusterUID, of: object) == uid
        && !ImportTags.isMigrated(object)
    }.sorted { $0.key < $1.key }
    for (path, object) in found {
      if let other = ImportTags.value(ImportTags.cluster, of: object), other != name {
        return (path, other)
      }
    }
    return nil
  }

  /// The sequence numbers of Application policies that are no import.
  var applicationNumbers: Set<Int64> {
    Set(
      objects.values.filter { object in
        object["resource_type"]?.string == "SecurityPolicy"
          && object["category"]?.string ?? "Application" == "Application"
          && object["is_default"]?.bool != true
          && ImportTags.value(ImportTags.cluster, of: object) == nil
      }.map { $0["sequence_number"]?.integer ?? 0 })
  }

  /// The sequence numbers of imports from other clusters.
  func numbersOfOtherImports(than cluster: String) -> Set<Int64> {
    Set(
      objects.values.filter { object in
        object["resource_type"]?.string == "SecurityPolicy"
          && ImportTags.value(ImportTags.cluster, of: object).map { $0 != cluster } ?? false
      }.compactMap { $0["sequence_number"]?.integer })
  }
}
