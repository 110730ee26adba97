import Documents
import Foundation
import Sandbox
import Testing
import YAMLCoding

@Suite("Files of a sandbox")
struct SandboxFilesTests {
  @Test func tellClientsHowToReachIt() async throws {
    let folder = try TemporaryFolder()
    let state = folder.url.appendingPathComponent("state").path
    let sandbox = try await Sandbox.start()
    await sandbox.stop()
    try sandbox.writeFiles(to: state)
    func text(_ name: String) throws -> String {
      String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: "\(state)/\(name)")), as: UTF8.self)
    }
    let summary = try JSONValue(json: try text(Sandbox.FileName.summary))
    #expect(summary[path: "nsx", "url"]?.string == sandbox.manager.server.url)
    #expect(summary["pid"]?.integer == Int64(ProcessInfo.processInfo.processIdentifier))
    #expect(sandbox.clusters.map(\.name) == ["shop-prod", "shop-stage"])
    #expect(try text(Sandbox.FileName.password) == sandbox.manager.password)
    #expect(try text(Sandbox.FileName.authority) == sandbox.certificates.authorityPEM)
    #expect(
      try text(Sandbox.FileName.kubeconfig).contains("server: \(sandbox.clusters[1].server.url)"))
    let attributes = try FileManager.default.attributesOfItem(
      atPath: "\(state)/\(Sandbox.FileName.password)")
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func failsClearlyWhereItCannotWrite() async throws {
    let sandbox = try await Sandbox.start(estate: Estate(nsxObjects: []))
    await sandbox.stop()
    #expect(throws: SandboxFileError.self) { try sandbox.writeFiles(to: "/nonexistent/state") }
  }
}
