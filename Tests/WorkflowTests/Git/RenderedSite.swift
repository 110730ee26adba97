import ChildProcesses
import Documents
import Failures
import Foundation
import GitRepository
import Testing
import Workflow

/// Snapshot files, a repository and a configuration in a folder: all that
/// rendering and reading trees need, without any server.
final class RenderedSite: Sendable {
  let folder: String
  let test: TestContext

  init(folder: String) throws {
    self.folder = folder
    test = TestContext(
      environment: [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": folder,
        "GIT_CONFIG_NOSYSTEM": "1",
      ], answer: true)
    try configure()
    try snapshot([Self.policy("web", rules: [Self.rule("allow", 1001)])])
    try write("live.json", #"{"kind":"List","apiVersion":"v1","items":[]}"#)
  }

  /// Writes the configuration; `repository` are more lines of that part.
  func configure(_ repository: String = "", path: String = "policies.git") throws {
    try write(
      "nsx-antrea.yaml",
      """
      clusters:
        - name: prod-a
        - name: prod-b
      repository:
        path: \(path)
      \(repository.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }.joined(separator: "\n"))

      """)
  }

  /// Writes `nsx.json` with these policies, spanned to both clusters.
  func snapshot(_ policies: [JSONValue], name: String = "nsx.json") throws {
    var objects: [JSONValue] = ["prod-a", "prod-b"].map { name in
      [
        "resource_type": "ClusterControlPlane", "id": .string(name), "display_name": .string(name),
        "node_type": "ANTREA_NODE", "path": .string(Self.plane(name)),
      ]
    }
    for policy in policies {
      objects.append(policy)
      let path = policy["path"]?.string ?? ""
      for cluster in policy["_clusters"]?.array?.compactMap(\.string) ?? ["prod-a", "prod-b"] {
        objects.append([
          "resource_type": "SecurityPolicyContainerCluster", "id": .string(cluster),
          "container_cluster_type": "ANTREA",
          "container_cluster_path": .string(Self.plane(cluster)),
          "path": .string("\(path)/container-cluster-span/\(cluster)"),
          "parent_path": .string(path),
        ])
      }
    }
    let document: JSONValue = [
      "format": "nsx-snapshot/1", "manager": "https://nsx.example.com", "complete": true,
      "objects": .array(objects), "memberIPs": [:],
    ]
    try write(name, document.description)
  }

  static func plane(_ name: String) -> String {
    "/infra/sites/default/enforcement-points/default/cluster-control-planes/\(name)"
  }

  /// A policy, last changed by an editor.
  static func policy(
    _ id: String, by editor: String = "alice", revision: Int64 = 1, sequence: Int64 = 10,
    rules: [JSONValue], clusters: [String]? = nil
  ) -> JSONValue {
    let path = "/infra/domains/default/security-policies/\(id)"
    var policy: JSONValue = [
      "resource_type": "SecurityPolicy", "id": .string(id),
      "display_name": .string("Policy \(id)"), "path": .string(path), "category": "Application",
      "sequence_number": .integer(sequence), "scope": ["ANY"], "_revision": .integer(revision),
      "_last_modified_user": .string(editor),
      "_last_modified_time": .integer(1_700_000_000_000 + revision * 60_000),
      "rules": .array(
        rules.map { rule in
          var object = rule.object ?? JSONObject()
          object["path"] = .string("\(path)/rules/\(rule["id"]?.string ?? "")")
          return .object(object)
        }),
    ]
    if let clusters, case .object(var object) = policy {
      object["_clusters"] = .array(clusters.map { .string($0) })
      policy = .object(object)
    }
    return policy
  }

  /// A rule for every pod, last changed by an editor.
  static func rule(
    _ id: String, _ number: Int64, by editor: String = "alice", action: String = "ALLOW"
  ) -> JSONValue {
    [
      "resource_type": "Rule", "id": .string(id), "display_name": .string("Rule \(id)"),
      "rule_id": .integer(number), "sequence_number": .integer(number), "action": .string(action),
      "direction": "IN", "source_groups": ["10.0.0.0/8"], "destination_groups": ["ANY"],
      "services": ["ANY"], "scope": ["ANY"], "ip_protocol": "IPV4",
      "_last_modified_user": .string(editor), "_last_modified_time": .integer(1_700_000_000_000),
    ]
  }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ name: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  /// Runs one command and gives its status and what it printed.
  @discardableResult
  func run(
    _ flags: [String: String] = [:], environment: [String: String] = [:],
    _ body: @escaping @Sendable (Run) async throws -> ToolStatus
  ) async -> (status: ToolStatus, output: String, talk: String) {
    test.clear()
    var context = test.context
    context.environment.merge(environment) { $1 }
    let status = await Run.perform(
      configuration: "\(folder)/nsx-antrea.yaml", flags: flags, context: context, body: body)
    return (status, test.output, test.talk)
  }

  /// What a snapshot file and the site's clusters give.
  func source(_ name: String = "nsx.json", clusters: [String] = []) -> DesiredSource {
    DesiredSource(snapshot: "\(folder)/\(name)", clusters: clusters)
  }

  /// Renders a snapshot file with a commit, and requires that it works.
  @discardableResult
  func render(
    _ flags: [String: String] = [:], clusters: [String] = [], push: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async -> (status: ToolStatus, output: String, talk: String) {
    let source = source(clusters: clusters)
    let result = await run(flags) {
      try await $0.render(source, commit: true, initialize: true, push: push)
    }
    #expect(result.status == .success, "\(result.talk)", sourceLocation: sourceLocation)
    return result
  }

  /// What git prints about a repository of the folder.
  @discardableResult
  func git(
    _ arguments: String..., at name: String = "policies.git",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try command(["git", "-C", "\(folder)/\(name)"] + arguments)
    #expect(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs a program of the system, with the user's git settings shut out.
  func command(
    _ arguments: [String]
  ) throws -> (status: Int32, output: String, errors: String) {
    let run = try ProgramRun.blocking(
      arguments,
      environment: test.environment.merging([
        "GIT_AUTHOR_NAME": "Test", "GIT_AUTHOR_EMAIL": "test@example.com",
        "GIT_COMMITTER_NAME": "Test", "GIT_COMMITTER_EMAIL": "test@example.com",
      ]) { $1 })
    return (run.status ?? -1, run.output, run.errors)
  }
}

/// Runs a test with a folder of its own.
func withRenderedSite(_ body: (RenderedSite) async throws -> Void) async throws {
  try await withTemporaryFolder { try await body(RenderedSite(folder: $0)) }
}
