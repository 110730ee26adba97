import AuditLog
import Documents
import Failures

/// NSX's names for what the log of a cluster names, from provenance.
struct LogRuleNames: Sendable {
  /// A rule of NSX behind a rule of a policy object.
  struct Origin: Sendable, Hashable {
    var policyPath: String
    var policyName: String
    var revision: Int64?
    var path: String
    var name: String
    var ruleID: Int64?

    var document: JSONValue {
      [
        "policyPath": .string(policyPath), "policyName": .string(policyName),
        "revision": revision.map { .integer($0) } ?? .null, "path": .string(path),
        "name": .string(name), "ruleId": ruleID.map { .integer($0) } ?? .null,
      ]
    }

    /// `Shop: Deny all (rule 1003)`.
    var text: String {
      let number = ruleID.map { " (rule \($0))" } ?? ""
      return policyName + (name.isEmpty ? "" : ": \(name)") + number
    }
  }

  /// By name of the policy object, then by name of its rule.
  private(set) var rules: [String: [String: Origin]] = [:]
  private var policies: [String: Origin] = [:]

  /// Adds what a tree says about itself.
  mutating func add(_ provenance: JSONValue) {
    for member in provenance["objects"]?.object?.members ?? [] {
      let parts = member.key.split(separator: "/")
      guard parts.count == 2, parts[0] == "ClusterNetworkPolicy" else { continue }
      let object = String(parts[1])
      let policy = Origin(
        policyPath: member.value["path"]?.string ?? "",
        policyName: member.value["displayName"]?.string ?? "",
        revision: member.value["revision"]?.integer, path: "", name: "", ruleID: nil)
      policies[object] = policy
      for rule in member.value["rules"]?.object?.members ?? [] {
        var origin = policy
        origin.path = rule.value["path"]?.string ?? ""
        origin.name = rule.value["displayName"]?.string ?? ""
        origin.ruleID = rule.value["ruleId"]?.integer
        rules[object, default: [:]][rule.key] = origin
      }
    }
  }

  /// Whether nothing is known.
  var isEmpty: Bool { policies.isEmpty }

  /// The rule behind what a log says.
  ///
  /// - Parameter policy: `AntreaClusterNetworkPolicy:name`.
  func origin(policy: String, rule: String) -> Origin? {
    guard let colon = policy.firstIndex(of: ":") else { return nil }
    let object = String(policy[policy.index(after: colon)...])
    return rules[object]?[rule] ?? policies[object]
  }

  /// What a filter by NSX policies and rules means in a log.
  ///
  /// - Throws: ``Failure`` of kind invalidInput for one that nothing comes from.
  func targets(policies wanted: [String], rules named: [String]) throws -> [AuditFilter.Target] {
    var result: [AuditFilter.Target] = []
    for text in wanted {
      let found = policies.filter { object, origin in
        [object, origin.policyPath, origin.policyName, Self.identifier(origin.policyPath)]
          .contains(text)
      }
      guard !found.isEmpty else { throw unknown("policy", text) }
      result += found.keys.map { .init(policy: $0, rule: nil) }
    }
    for text in named {
      var found: [AuditFilter.Target] = []
      for (object, list) in rules {
        for (rule, origin) in list {
          let names = [
            rule, origin.path, origin.name, Self.identifier(origin.path),
            origin.ruleID.map(String.init) ?? "",
          ]
          if names.contains(text) { found.append(.init(policy: object, rule: rule)) }
        }
      }
      guard !found.isEmpty else { throw unknown("rule", text) }
      result += found
    }
    return result.sorted {
      utf8Order("\($0.policy)/\($0.rule ?? "")", "\($1.policy)/\($1.rule ?? "")") < 0
    }
  }

  private func unknown(_ kind: String, _ text: String) -> Failure {
    Failure(
      .invalidInput, subject: "\(kind) \(text)",
      cause: isEmpty
        ? "no tree tells which objects come from it" : "nothing in the tree comes from it",
      remedy: isEmpty
        ? "give --repo, or set repository.path"
        : "give an NSX path, id, name or rule id, or the name of the object")
  }

  private static func identifier(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
