import Foundation
import GitRepository
import Testing
import Workflow

@Suite("A branch per run")
struct BranchTests {
  /// A site with a remote that has a first commit, on whose base branch others
  /// have worked since.
  private func withRemote(_ body: (RenderedSite) async throws -> Void) async throws {
    try await withRenderedSite { site in
      _ = try GitRepository.initialize(at: "\(site.folder)/remote.git", bare: true)
      try site.configure("remote: file://\(site.folder)/remote.git\n")
      await site.render(push: true)
      #expect(try site.git("rev-list", "--count", "main", at: "remote.git") == "1")
      let script = """
        git clone -q remote.git others && cd others && echo hello > README && git add README &&
        git commit -qm readme && git push -q
        """
      let made = try site.command(["sh", "-c", "cd '\(site.folder)' && \(script)"])
      #expect(made.status == 0, "\(made.errors)")
      try await body(site)
    }
  }

  private func change(_ site: RenderedSite, _ rule: String) throws {
    try site.snapshot([RenderedSite.policy("web", rules: [RenderedSite.rule(rule, 1002)])])
  }

  @Test("one branch and one commit for one content, on the base as the remote has it")
  func template() async throws {
    try await withRemote { site in
      let flags = ["repository.branchTemplate": "nsx/{base}/{clusters}-{digest}"]
      let same = await site.render(flags, push: true)
      #expect(same.output.contains("nothing changed"), "\(same.output)")
      #expect(try site.git("branch", "--list", "nsx/*", at: "remote.git") == "")

      try change(site, "one")
      let first = await site.render(flags, push: true)
      let branch = try site.git(
        "for-each-ref", "--format=%(refname:short)", "refs/heads/nsx", at: "remote.git")
      #expect(branch.hasPrefix("nsx/main/prod-a-prod-b-") && !branch.contains("\n"))
      #expect(first.output.contains("on branch \(branch) for main"), "\(first.output)")
      #expect(first.output.contains("pushed to \(branch)"))
      let commit = try site.git("rev-parse", branch, at: "remote.git")
      #expect(
        try site.git("rev-list", "--count", "main..\(branch)", at: "remote.git") == "1",
        "it begins at what others pushed to the base")
      #expect(try site.git("show", "\(branch):README", at: "remote.git") == "hello")
      #expect(try site.git("rev-parse", "main") == site.git("rev-parse", "main", at: "remote.git"))

      // The same content once more: here, and from a new clone.
      for path in ["policies.git", "fresh.git"] {
        let again = await site.render(
          flags.merging(["repository.path": "\(site.folder)/\(path)"]) { $1 }, push: true)
        #expect(
          again.output.contains("nothing changed, at \(commit.prefix(10))"), "\(again.output)")
        #expect(again.output.contains("on branch \(branch) for main"), "\(again.output)")
        #expect(try site.git("rev-parse", branch, at: "remote.git") == commit)
      }
      // Other content, another branch; the first one stays.
      try change(site, "two")
      await site.render(flags, push: true)
      let branches = try site.git("branch", "--list", "nsx/*", at: "remote.git")
      #expect(branches.split(separator: "\n").count == 2, "\(branches)")
      #expect(try site.git("rev-list", "--count", "main", at: "remote.git") == "2")
    }
  }

  @Test("a fixed branch is reused, and begins anew when it was merged")
  func fixedName() async throws {
    try await withRemote { site in
      let flags = ["repository.branchTemplate": "robot"]
      try change(site, "one")
      await site.render(flags, push: true)
      try change(site, "two")
      await site.render(flags, push: true)
      #expect(try site.git("rev-list", "--count", "main..robot", at: "remote.git") == "2")
      let script = """
        cd '\(site.folder)/others' && git pull -q && git merge -q --no-ff -m merged origin/robot &&
        git push -q && git push -q origin :robot
        """
      let merged = try site.command(["sh", "-c", script])
      #expect(merged.status == 0, "\(merged.errors)")
      let same = await site.render(flags, push: true)
      #expect(same.output.contains("nothing changed") && !same.output.contains("robot"))
      try change(site, "three")
      let json = await site.render(flags.merging(["output": "json"]) { $1 }, push: true)
      #expect(json.output.contains(#""branch": "robot""#), "\(json.output)")
      #expect(json.output.contains(#""base": "main""#) && json.output.contains(#""pushed": true"#))
      #expect(try site.git("rev-list", "--count", "main..robot", at: "remote.git") == "1")
    }
  }

  @Test("without a push the branch is made in the local repository")
  func local() async throws {
    try await withRenderedSite { site in
      await site.render()
      try change(site, "one")
      let result = await site.render(["repository.branchTemplate": "review"])
      #expect(result.output.contains("on branch review for main"))
      #expect(try site.git("rev-list", "--count", "main") == "1")
      #expect(try site.git("rev-list", "--count", "review") == "2")
      // The base itself is a direct commit.
      await site.render(["repository.branchTemplate": "{base}"])
      #expect(try site.git("rev-list", "--count", "main") == "2")
    }
  }

  @Test("a push that fails after the commit is partial, and the next run pushes")
  func unpushed() async throws {
    try await withRemote { site in
      let before = try site.git("rev-parse", "main", at: "remote.git")
      try change(site, "one")
      let source = site.source()
      let nowhere = ["repository.push.remote": "file://\(site.folder)/nowhere.git"]
      let failed = await site.run(nowhere) {
        try await $0.render(source, commit: true, initialize: false, push: true)
      }
      let commit = try site.git("rev-parse", "main")
      #expect(failed.status == .partial, "\(failed.talk)")
      #expect(failed.talk.contains("commit \(commit.prefix(10)) is on branch main here"))
      #expect(commit != before)
      #expect(try site.git("rev-parse", "main", at: "remote.git") == before)
      // Nothing is committed by the next run, and so its failure is only that.
      let again = await site.run(nowhere) {
        try await $0.render(source, commit: true, initialize: false, push: true)
      }
      #expect(again.status != .partial && again.status != .success, "\(again.talk)")
      await site.render(push: true)
      #expect(
        try site.git("rev-parse", "main", at: "remote.git") == site.git("rev-parse", "main"))
    }
  }

  @Test("what cannot be proposed is refused")
  func refusals() async throws {
    try await withRenderedSite { site in
      let source = site.source()
      let none = await site.run(["repository.branchTemplate": "review"]) {
        try await $0.render(source, commit: true, initialize: true, push: false)
      }
      #expect(none.status == .invalidInput && none.talk.contains("branch main"), "\(none.talk)")
      let badName = await site.run(["repository.branchTemplate": "a b..c"]) {
        try await $0.render(source, commit: true, initialize: true, push: false)
      }
      #expect(badName.status == .usage, "\(badName.talk)")
      let sync = await site.run(["repository.branchTemplate": "review"]) {
        try await $0.sync(source)
      }
      #expect(sync.status == .usage && sync.talk.contains("render --push"), "\(sync.talk)")
    }
  }

  @Test("a shallow repository for every run gives the same")
  func shallow() async throws {
    try await withRemote { site in
      let flags = ["repository.branchTemplate": "robot", "repository.depth": "1"]
      func run(_ path: String) async throws -> String {
        let result = await site.render(
          flags.merging(["repository.path": "\(site.folder)/\(path)"]) { $1 }, push: true)
        return result.output
      }
      try change(site, "one")
      _ = try await run("a.git")
      #expect(try site.git("rev-list", "--count", "main", at: "a.git") == "1", "shallow")
      let commit = try site.git("rev-parse", "robot", at: "remote.git")
      #expect(try await run("b.git").contains("nothing changed"))
      // The base moves on beside the folder, and then in it.
      let beside =
        "cd '\(site.folder)/others' && git pull -q && echo 2 > README && "
        + "git commit -qam two && git push -q"
      #expect(try site.command(["sh", "-c", beside]).status == 0)
      #expect(try await run("c.git").contains("nothing changed"))
      #expect(try site.git("rev-parse", "robot", at: "remote.git") == commit)
      #expect(try await run("a.git").contains("nothing changed"))
      try change(site, "two")
      _ = try await run("d.git")
      #expect(
        try site.git("diff", "--name-only", "main", "robot", at: "remote.git").contains("web"))
      #expect(
        try !site.git("diff", "--name-only", "main", "robot", at: "remote.git").contains("READ"))
      #expect(try site.git("fsck", "--strict", at: "remote.git") == "")
    }
  }
}
