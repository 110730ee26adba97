import ChildProcesses
import Documents
import Foundation
import Sandbox
import Testing

/// `kubectl` on PATH, run against a cluster.
struct Kubectl {
  let executable: String
  let server: String
  let folder: URL

  static let path: String? = {
    let found = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/kubectl" }.first(where: FileManager.default.isExecutableFile(atPath:))
    if found == nil { print("skipped: kubectl is not on PATH") }
    return found
  }()

  /// Runs a command; gives its exit status, stdout and stderr.
  func run(_ arguments: [String]) async throws -> (status: Int32, out: String, error: String) {
    let run = try await ProgramRun.ended(
      [executable, "--server", server, "--cache-dir", folder.appendingPathComponent("cache").path]
        + arguments,
      environment: ["HOME": folder.path, "PATH": "/usr/bin:/bin", "KUBECONFIG": "/dev/null"])
    return (run.status ?? -1, run.output, run.errors)
  }
}

@Suite("kubectl", .enabled(if: Kubectl.path != nil)) struct KubectlTests {
  private static let manifest = """
    apiVersion: crd.antrea.io/v1beta1
    kind: ClusterGroup
    metadata:
      name: web
    spec:
      podSelector:
        matchLabels:
          app: web
    ---
    apiVersion: crd.antrea.io/v1beta1
    kind: ClusterNetworkPolicy
    metadata:
      name: shop
      labels:
        team: shop
    spec:
      priority: 5
      tier: application
      appliedTo:
      - group: web
      ingress:
      - action: Allow
        name: r1
        enableLogging: false

    """

  @Test("get, apply, diff, apply -k and delete work", .timeLimit(.minutes(2)))
  func commands() async throws {
    let cluster = TestCluster()
    let server = try #require(LoopbackServer(cluster.service))
    defer { server.stop() }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kubectl-\(UUID().uuidString)")
    let tree = folder.appendingPathComponent("tree")
    try FileManager.default.createDirectory(at: tree, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let kubectl = Kubectl(
      executable: try #require(Kubectl.path), server: "http://127.0.0.1:\(server.port)",
      folder: folder)
    let file = tree.appendingPathComponent("all.yaml")
    try Self.manifest.write(to: file, atomically: true, encoding: .utf8)
    try "resources:\n- all.yaml\n".write(
      to: tree.appendingPathComponent("kustomization.yaml"), atomically: true, encoding: .utf8)

    let tiers = try await kubectl.run(["get", "tiers"])
    #expect(tiers.status == 0, "\(tiers.error)")
    #expect(tiers.out.hasPrefix("NAME          PRIORITY   AGE\n"))

    let applied = try await kubectl.run([
      "apply", "--server-side", "--field-manager=test", "-f", file.path,
    ])
    #expect(applied.status == 0, "\(applied.error)")
    #expect(applied.out.contains("clusternetworkpolicy.crd.antrea.io/shop serverside-applied"))
    await cluster.service.settle()

    let table = try await kubectl.run(["get", "acnp"])
    #expect(table.out.hasPrefix("NAME   TIER          PRIORITY   DESIRED NODES   CURRENT NODES"))
    let yaml = try await kubectl.run(["get", "acnp", "shop", "-o", "yaml"])
    #expect(yaml.out.contains("phase: Realized"))
    let json = try await kubectl.run(["get", "acnp,cg", "-o", "json"])
    #expect(try JSONValue(json: json.out)["items"]?.array?.count == 2)

    let same = try await kubectl.run([
      "diff", "--server-side", "--field-manager=test", "-f", file.path,
    ])
    #expect(same.status == 0, "\(same.out)\(same.error)")
    try Self.manifest.replacing("priority: 5", with: "priority: 7")
      .write(to: file, atomically: true, encoding: .utf8)
    let changed = try await kubectl.run([
      "diff", "--server-side", "--field-manager=test", "-f", file.path,
    ])
    #expect(changed.status == 1, "\(changed.error)")
    #expect(changed.out.contains("+  priority: 7"))

    let kustomized = try await kubectl.run([
      "apply", "--server-side", "--field-manager=test", "-k", tree.path,
    ])
    #expect(kustomized.status == 0, "\(kustomized.error)")

    let foreign = try await kubectl.run([
      "apply", "--server-side", "--field-manager=other", "-f",
      try write("priority: 9", in: folder).path,
    ])
    #expect(foreign.status == 1)
    #expect(foreign.error.contains("conflict with \"test\""), "\(foreign.error)")

    let clientSide = try await kubectl.run([
      "apply", "-f", try write("priority: 7", in: folder).path,
    ])
    #expect(clientSide.status == 0, "\(clientSide.error)")

    let wrong = try await kubectl.run(["create", "-f", try write("priorty: 9", in: folder).path])
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("unknown field \"spec.priorty\""), "\(wrong.error)")

    let deleted = try await kubectl.run(["delete", "-k", tree.path])
    #expect(deleted.status == 0, "\(deleted.error)")
    #expect(await cluster.service.objects("clusternetworkpolicies.crd.antrea.io").isEmpty)
  }

  private func write(_ priority: String, in folder: URL) throws -> URL {
    let text = """
      apiVersion: crd.antrea.io/v1beta1
      kind: ClusterNetworkPolicy
      metadata:
        name: \(priority.hasPrefix("priorty") ? "wrong" : "shop")
      spec:
        \(priority)
        appliedTo:
        - group: web

      """
    let file = folder.appendingPathComponent("\(UUID().uuidString).yaml")
    try text.write(to: file, atomically: true, encoding: .utf8)
    return file
  }
}
