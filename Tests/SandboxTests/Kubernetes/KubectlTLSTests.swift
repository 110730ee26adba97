import Foundation
import Sandbox
import Testing

@Suite("kubectl over TLS", .enabled(if: Kubectl.path != nil)) struct KubectlTLSTests {
  @Test("A token over a verified connection is let in, none is refused", .timeLimit(.minutes(1)))
  func token() async throws {
    var options = KubernetesOptions()
    options.tokens = ["sandbox-token": "robot"]
    let cluster = TestCluster(options: options)
    let certificates = try SandboxCertificates()
    let server = try await SandboxServer.start(cluster.service, certificates: certificates)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("kubectl-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let authority = folder.appendingPathComponent("ca.crt")
    try certificates.authorityPEM.write(to: authority, atomically: true, encoding: .utf8)
    let kubectl = Kubectl(
      executable: try #require(Kubectl.path), server: server.url, folder: folder)
    let trust = ["--certificate-authority", authority.path]
    let tiers = try await kubectl.run(trust + ["--token", "sandbox-token", "get", "tiers"])
    #expect(tiers.status == 0, "\(tiers.error)")
    #expect(tiers.out.contains("securityops"))
    let refused = try await kubectl.run(trust + ["--token", "wrong", "get", "tiers"])
    #expect(refused.status == 1)
    #expect(refused.error.contains("Unauthorized") || refused.error.contains("logged in"))
    await server.stop()
  }
}
