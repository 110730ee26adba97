import Documents
import HTTPTransport
import Synchronization

@testable import NSXClient

/// A small NSX whose objects tests change, also in the middle of a pull.
final class Estate: Sendable {
  static let domain = "/infra/domains/default"
  static let plane =
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/prod-a"

  struct Contents: Sendable {
    var policies: [String: JSONValue] = [:]
    var spans: [String: [JSONValue]] = [:]
    var groups: [String: JSONValue] = [:]
    var services: [String: JSONValue] = [:]
    var others: [String: JSONValue] = [:]
    var addresses: [String: [String]] = [:]
    /// Answers in place of the ordinary ones, by path below the API.
    var faults: [String: HTTPResponse] = [:]
  }
  let contents: Mutex<Contents>
  /// Called before the answer, with the path below the API and its repetition.
  let before: @Sendable (Estate, String, Int) -> Void

  init(before: @escaping @Sendable (Estate, String, Int) -> Void = { _, _, _ in }) {
    self.before = before
    var start = Contents()
    start.others[Self.plane] = [
      "resource_type": "ClusterControlPlane", "id": "prod-a", "display_name": "Production A",
      "path": .string(Self.plane),
    ]
    contents = Mutex(start)
  }

  func change(_ body: (inout Contents) -> Void) { contents.withLock { body(&$0) } }

  func policy(
    _ id: String, revision: Int64 = 0, rules: [JSONValue] = [], spanned: Bool = true,
    extra: [String: JSONValue] = [:]
  ) {
    let path = "\(Self.domain)/security-policies/\(id)"
    var object = JSONObject()
    object["id"] = .string(id)
    object["path"] = .string(path)
    object["resource_type"] = "SecurityPolicy"
    object["category"] = "Application"
    object["_revision"] = .integer(revision)
    object["rules"] = .array(rules)
    for (key, value) in extra { object[key] = value }
    change {
      $0.policies[path] = .object(object)
      $0.spans[path] =
        spanned ? [["id": "c(1)", "container_cluster_path": .string(Self.plane)]] : []
    }
  }

  func group(_ id: String, _ expression: [JSONValue], type: String? = nil, revision: Int64 = 0) {
    let path = "\(Self.domain)/groups/\(id)"
    var object = JSONObject()
    object["id"] = .string(id)
    object["path"] = .string(path)
    object["resource_type"] = "Group"
    object["_revision"] = .integer(revision)
    object["group_type"] = type.map { .array([.string($0)]) }
    object["expression"] = .array(expression)
    change { $0.groups[path] = .object(object) }
  }

  func manager() -> ScriptedManager {
    ScriptedManager { [self] request in
      let path = request.path.replacing("%28", with: "(").replacing("%29", with: ")")
      if path == "/api/v1/node/version" { return .json("{\"product_version\":\"9.1.0.0.1\"}") }
      let name = path.replacing("/policy/api/v1", with: "")
      before(self, name, request.repetition)
      return contents.withLock { answer(name, in: $0) }
    }
  }

  private func answer(_ path: String, in contents: Contents) -> HTTPResponse {
    if let fault = contents.faults[path] { return fault }
    func list(_ objects: [String: JSONValue]) -> HTTPResponse {
      let sorted = objects.sorted { $0.key < $1.key }.map(\.value)
      return .list(sorted, count: sorted.count)
    }
    switch path {
    case "\(Self.domain)/security-policies":
      return list(contents.policies.mapValues(Self.listed))
    case "\(Self.domain)/groups": return list(contents.groups)
    case "/infra/services": return list(contents.services)
    case "/infra/sites/default/enforcement-points/default/cluster-control-planes":
      return list(contents.others.filter { $0.key.contains("cluster-control-planes") })
    default: break
    }
    func parent(_ suffix: String) -> String? {
      path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : nil
    }
    if let policy = parent("/container-cluster-span") {
      return contents.spans[policy].map { .list($0, count: $0.count) } ?? .error(404)
    }
    if let policy = parent("/rules") {
      let rules = contents.policies[policy]?["rules"]?.array ?? []
      return .list(rules, count: rules.count)
    }
    if let group = parent("/members/ip-addresses") {
      let addresses = contents.addresses[group] ?? []
      return .list(addresses.map { .string($0) }, count: addresses.count)
    }
    let object = contents.policies[path] ?? contents.groups[path] ?? contents.others[path]
    return object.map { .json($0) } ?? .error(404, 202)
  }

  /// As NSX lists a policy: without rules, with their number.
  private static func listed(_ policy: JSONValue) -> JSONValue {
    guard var object = policy.object else { return policy }
    object["rule_count"] = .integer(Int64(policy["rules"]?.array?.count ?? 0))
    object["rules"] = nil
    return .object(object)
  }
}

/// A rule from a group.
func rule(_ id: String, from group: String, extra: [String: JSONValue] = [:]) -> JSONValue {
  var object = JSONObject()
  object["resource_type"] = "Rule"
  object["id"] = .string(id)
  object["source_groups"] = [.string("\(Estate.domain)/groups/\(group)"), "10.0.0.1"]
  for (key, value) in extra { object[key] = value }
  return .object(object)
}
