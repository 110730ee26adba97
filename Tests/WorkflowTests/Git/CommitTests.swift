import Foundation
import GitRepository
import Testing
import Workflow

@Suite("What a commit says and who made it")
struct CommitTests {
  @Test("author and committer come from the configuration, each with both parts")
  func identity() async throws {
    try await withRenderedSite { site in
      await site.render()
      let format = "--format=%an <%ae> %cn <%ce>"
      #expect(
        try site.git("log", "-1", format)
          == "nsx-antrea <nsx-antrea@localhost> nsx-antrea <nsx-antrea@localhost>")
      try site.configure(
        """
        authorName: Ana Author
        authorEmail: ana@example.com
        committerName: Robot
        committerEmail: robot@example.com
        """)
      try site.snapshot([])
      try site.snapshot([RenderedSite.policy("web", rules: [RenderedSite.rule("new", 1002)])])
      await site.render()
      #expect(
        try site.git("log", "-1", format)
          == "Ana Author <ana@example.com> Robot <robot@example.com>")
    }
  }

  @Test("the message tells who changed what in NSX")
  func standardMessage() async throws {
    try await withRenderedSite { site in
      await site.render()
      try site.snapshot([
        RenderedSite.policy(
          "web", by: "bob", revision: 2,
          rules: [
            RenderedSite.rule("allow", 1001),
            RenderedSite.rule("deny", 1002, by: "carol", action: "DROP"),
          ]),
        RenderedSite.policy(
          "shop", by: "eve\nForged: yes", sequence: 20, rules: [RenderedSite.rule("a", 2001)]),
      ])
      await site.render()
      let message = try site.git("log", "-1", "--format=%B")
      #expect(
        message.hasPrefix(
          """
          Render prod-a, prod-b from NSX

          prod-a: 2 policies, 0 groups, 1 tiers, 0 findings
          prod-b: 2 policies, 0 groups, 1 tiers, 0 findings

          + policy "Policy shop": 1 rule, by alice, eve Forged: yes
          ~ policy "Policy web": 1 rule added, by bob, carol

          NSX-Manager: https://nsx.example.com
          Snapshot-Digest: prod-a sha256:
          """), "\(message)")
      let trailers = try site.git("log", "-1", "--format=%(trailers:only,keyonly)")
      #expect(
        trailers == "NSX-Manager\nSnapshot-Digest\nSnapshot-Digest\nObjects", "\(trailers)")
    }
  }

  @Test("a template makes the message, and keeps the trailers")
  func template() async throws {
    try await withRenderedSite { site in
      try site.configure(
        """
        message: |
          [skip ci] {clusterCount} clusters: +{added} ~{modified} -{deleted} {{x}}

          {policies} policies, {groups} groups, {tiers} tiers, {objects} objects, {findings}
          {manager} {clusters}


          {changes}

          Refs: NET-1
          Signed-off-by: Robot <robot@example.com>
        """)
      await site.render()
      let message = try site.git("log", "-1", "--format=%B")
      #expect(
        message.hasPrefix(
          """
          [skip ci] 2 clusters: +10 ~0 -0 {x}

          2 policies, 0 groups, 2 tiers, 4 objects, 0
          https://nsx.example.com prod-a, prod-b

          + policy "Policy web": 1 rule, by alice

          Refs: NET-1
          Signed-off-by: Robot <robot@example.com>
          NSX-Manager: https://nsx.example.com
          """), "\(message)")
      let trailers = try site.git("log", "-1", "--format=%(trailers:only,keyonly)")
      #expect(trailers.hasPrefix("Refs\nSigned-off-by\nNSX-Manager\n"), "\(trailers)")
      // What changed nothing makes no commit, whatever the template says.
      try site.configure("message: other\n")
      let tip = try site.git("rev-parse", "HEAD")
      await site.render()
      #expect(try site.git("rev-parse", "HEAD") == tip)
    }
  }

  @Test(
    "a placeholder that is not known is told before anything is written",
    arguments: ["repository.message", "repository.branchTemplate"], ["{date}", "{", "{clusters"])
  func unknownPlaceholder(setting: String, text: String) async throws {
    try await withRenderedSite { site in
      let source = site.source()
      let result = await site.run([setting: text]) {
        try await $0.render(source, commit: true, initialize: true, push: false)
      }
      #expect(result.status == .usage, "\(result.talk)")
      #expect(result.talk.contains(setting) && result.talk.contains("{clusters}"))
    }
  }

  @Test("commits are signed where the settings say so")
  func signing() async throws {
    try await withRenderedSite { site in
      let made = try site.command([
        "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(site.folder)/signing",
      ])
      guard made.status == 0 else {
        print("skipped: ssh signatures need ssh-keygen: \(made.errors)")
        return
      }
      try site.configure("signing:\n  format: ssh\n  key: signing\n")
      await site.render()
      let key = try #require(site.read("signing.pub")).split(separator: " ").prefix(2)
      try site.write("allowed", "nsx-antrea@localhost \(key.joined(separator: " "))\n")
      let verified = try site.git(
        "-c", "gpg.format=ssh", "-c", "gpg.ssh.allowedSignersFile=\(site.folder)/allowed", "log",
        "--show-signature", "-1")
      #expect(verified.contains("Good \"git\" signature"), "\(verified)")
      let source = site.source()
      let noKey = await site.run(["repository.signing.key": ""]) {
        try await $0.render(source, commit: true, initialize: false, push: false)
      }
      #expect(noKey.status == .usage && noKey.talk.contains("repository.signing.key"))
    }
  }
}
