import Foundation
import Testing
import Workflow

/// Runs `plan`.
func plan(
  _ site: TestSite, _ source: DesiredSource = DesiredSource(), objects: String? = nil,
  flags: [String: String] = [:]
) async -> (status: ToolStatus, output: String, talk: String) {
  await site.run(flags) {
    try await $0.plan(
      source, clusterObjects: objects, out: nil, exitCode: false, verify: .local)
  }
}

/// Renders into a folder and takes a snapshot of NSX beside it.
func tree(_ site: TestSite) async throws -> DesiredSource {
  let snapshot = "\(site.folder)/nsx.json"
  let folder = "\(site.folder)/tree"
  let pulled = await site.run { try await $0.pull(to: snapshot) }
  #expect(pulled.status == .success, "\(pulled.talk)")
  let rendered = await site.run {
    try await $0.render(
      DesiredSource(snapshot: snapshot, repository: folder), commit: false, initialize: false,
      push: false)
  }
  #expect(rendered.status == .success, "\(rendered.talk)")
  return DesiredSource(snapshot: snapshot, repository: folder)
}

/// The file of a policy in a tree.
func policyFile(_ source: DesiredSource, _ id: String = "shop") throws -> String {
  let folder = "\(source.repository ?? "")/clusters/shop-prod/policies/application"
  let names = try FileManager.default.contentsOfDirectory(atPath: folder)
  return "\(folder)/\(try #require(names.first { $0.hasPrefix("\(id)-") }))"
}

/// Makes what a policy of a tree drops allowed, as a hand would.
func tamper(_ source: DesiredSource, _ id: String = "shop") throws {
  let file = try policyFile(source, id)
  let text = try String(contentsOfFile: file, encoding: .utf8)
  let altered = text.replacingOccurrences(of: "action: Drop", with: "action: Allow")
  #expect(altered != text)
  try altered.write(toFile: file, atomically: true, encoding: .utf8)
}
