import Foundation
import GitRepository
import Testing
import Workflow

@Suite("Which tree of a repository is meant")
struct RepositoryPlaceTests {
  @Test("plan and diff take the tree of a commit, a tag or a branch, not the work tree")
  func ref() async throws {
    try await withRenderedSite { site in
      try site.configure(path: "policies")
      await site.render()
      let first = try site.git("rev-parse", "HEAD", at: "policies")
      try site.git("tag", "-a", "v1", "-m", "one", at: "policies")
      try site.git("branch", "frozen", at: "policies")
      try site.snapshot([RenderedSite.policy("web", rules: [RenderedSite.rule("deny", 1002)])])
      await site.render()

      func plan(_ ref: String?) async -> (status: ToolStatus, output: String, talk: String) {
        await site.run {
          try await $0.plan(
            DesiredSource(ref: ref, clusters: ["prod-a"]),
            clusterObjects: "\(site.folder)/live.json", out: nil, exitCode: false, verify: .local)
        }
      }
      let now = await plan(nil)
      #expect(now.output.contains("deny") && !now.output.contains("allow"), "\(now.output)")
      for ref in ["v1", "frozen", first, String(first.prefix(8)), "HEAD~1"] {
        let old = await plan(ref)
        #expect(old.status == .success, "\(ref): \(old.talk)")
        #expect(old.output.contains("allow") && !old.output.contains("deny"), "\(ref)")
      }
      for ref in ["v2", "", "HEAD:clusters", String(repeating: "0", count: 40)] {
        let none = await plan(ref)
        #expect(none.status == .invalidInput, "\(ref): \(none.talk)")
      }
      let diff = await site.run {
        try await $0.diff(
          DesiredSource(snapshot: "\(site.folder)/nsx.json", ref: "v1", clusters: ["prod-a"]),
          againstRepository: true, clusterObjects: nil, exitCode: true)
      }
      #expect(diff.status == .differences && diff.output.contains("-    name: allow-1001"))
      #expect(try site.git("status", "--porcelain", at: "policies") == "")
    }
  }

  @Test("trees lie in a folder of a larger repository, whose other files stay as they are")
  func folder() async throws {
    try await withRenderedSite { site in
      try site.configure("folder: deploy/network/\n", path: "mono")
      try site.write("mono/README.md", "one\r\ntwo\n")
      try site.write("mono/.gitattributes", "*.md text eol=crlf\n")
      try site.write("mono/deploy/app.yaml", "a: 1\n")
      try site.write("mono/deploy/network/notes", "n\n")
      try site.write("mono/clusters/prod-a/other", "not ours\n")
      try site.write("mono/run.sh", "#!/bin/sh\n")
      let script = """
        git init -q -b main inner && (cd inner && git commit -q --allow-empty -m inner) &&
        cd mono && git init -q -b main && chmod +x run.sh && ln -s deploy/app.yaml link &&
        git -c protocol.file.allow=always submodule --quiet add ../inner deploy/network/sub &&
        git add -A && git commit -qm base
        """
      let made = try site.command(["sh", "-c", "cd '\(site.folder)' && \(script)"])
      #expect(made.status == 0, "\(made.errors)")
      let before = try site.git("ls-tree", "-r", "HEAD", at: "mono")
      #expect(before.contains("160000 commit") && before.contains("120000 blob"))

      await site.render()
      let after = try site.git("ls-tree", "-r", "HEAD", at: "mono")
      let others = after.split(separator: "\n").filter { !$0.contains("network/clusters/") }
      #expect(others.joined(separator: "\n") == before)
      #expect(site.read("mono/deploy/network/clusters/prod-a/provenance.json") != nil)
      #expect(site.read("mono/README.md") == "one\r\ntwo\n")
      #expect(try site.git("status", "--porcelain", at: "mono") == "")
      #expect(try site.git("submodule", "status", at: "mono").contains("deploy/network/sub"))
      let tip = try site.git("rev-parse", "HEAD", at: "mono")
      #expect(await site.render().output.contains("nothing changed"))
      #expect(try site.git("rev-parse", "HEAD", at: "mono") == tip)

      let plan = await site.run {
        try await $0.plan(
          DesiredSource(clusters: ["prod-a"]), clusterObjects: "\(site.folder)/live.json",
          out: nil, exitCode: false, verify: .local)
      }
      #expect(plan.status == .success && plan.output.contains("Policy web"), "\(plan.talk)")
      let explained = await site.run { try await $0.explain("1001", source: DesiredSource()) }
      #expect(explained.output.contains("deploy/network/clusters/prod-a/policies/"))
      #expect(explained.output.contains(tip), "\(explained.output)")
    }
  }

  @Test(
    "a folder that leads elsewhere is refused", arguments: ["../x", "a/../b", "/x", ".git", "a//b"])
  func badFolder(folder: String) async throws {
    try await withRenderedSite { site in
      let source = site.source()
      let result = await site.run(["repository.folder": folder]) {
        try await $0.render(source, commit: true, initialize: true, push: false)
      }
      #expect(result.status == .usage && result.talk.contains("repository.folder"))
    }
  }

  @Test("a second run does not get the lock of the repository")
  func lock() async throws {
    try await withRenderedSite { site in
      await site.render()
      let tip = try site.git("rev-parse", "HEAD")
      let other = try GitRepository.open(at: "\(site.folder)/policies.git")
      try other.lockForWriting(holder: "elsewhere-1")
      try site.snapshot([])
      let source = site.source()
      let result = await site.run {
        try await $0.render(source, commit: true, initialize: false, push: false)
      }
      #expect(result.status == .lockHeld, "\(result.talk)")
      #expect(result.talk.contains("lock not obtained") && result.talk.contains("elsewhere-1"))
      #expect(try site.git("rev-parse", "HEAD") == tip)
      withExtendedLifetime(other) {}
    }
  }
}
