import Foundation
import GitRepository
import Testing
import Workflow

@Suite("Credentials of remotes")
struct CredentialsTests {
  /// A program in git's place notes what it is given, and leads https addresses
  /// to a repository of the folder.
  private func withGit(_ body: (RenderedSite) async throws -> Void) async throws {
    try await withRenderedSite { site in
      _ = try GitRepository.initialize(at: "\(site.folder)/remote.git", bare: true)
      let path = try #require(site.test.environment["PATH"])
      let git = try #require(
        path.split(separator: ":").map { "\($0)/git" }
          .first { FileManager.default.isExecutableFile(atPath: $0) })
      try site.write(
        "bin/git",
        """
        #!/bin/sh
        env | sed -n 's/^\\(NSX_ANTREA_[A-Z_]*\\)=.*/\\1/p' >> '\(site.folder)/variables'
        echo "$NSX_ANTREA_GIT_USER $NSX_ANTREA_GIT_PASSWORD $GIT_SSH_COMMAND $*" >> \
        '\(site.folder)/calls'
        exec '\(git)' -c 'url.file://\(site.folder)/remote.git.insteadOf=https://git.example/p' "$@"

        """)
      chmod("\(site.folder)/bin/git", 0o755)
      try await body(site)
    }
  }

  private func calls(
    _ site: RenderedSite, _ settings: String, environment: [String: String] = [:]
  ) async throws -> (fetches: [Substring], pushes: [Substring]) {
    try site.configure("remote: https://git.example/p\n\(settings)")
    try? FileManager.default.removeItem(atPath: "\(site.folder)/calls")
    let path = site.test.environment["PATH"] ?? ""
    let source = site.source()
    let result = await site.run(
      environment: environment.merging(["PATH": "\(site.folder)/bin:\(path)"]) { $1 }
    ) {
      try await $0.render(source, commit: true, initialize: true, push: true)
    }
    #expect(result.status == .success, "\(result.talk)")
    let lines = try #require(site.read("calls")).split(separator: "\n")
    // A push also looks at the remote, with the same credentials: only the first
    // look is the fetch's.
    return (
      lines.filter { $0.contains(" ls-remote ") }.prefix(1) + [],
      lines.filter {
        $0.contains(" push ")
      }
    )
  }

  @Test("tokens come from environment or file, and pushing may have its own")
  func tokens() async throws {
    try await withGit { site in
      let token = ["NSX_ANTREA_REPOSITORY_TOKEN": "read-token"]
      let one = try await calls(site, "", environment: token)
      #expect(one.fetches.allSatisfy { $0.hasPrefix("git read-token ") }, "\(one.fetches)")
      #expect(one.pushes.count == 1 && one.pushes[0].hasPrefix("git read-token "))

      try site.snapshot([RenderedSite.policy("web", rules: [RenderedSite.rule("b", 1002)])])
      try site.write("write-token", "secret-write\n")
      let two = try await calls(
        site, "push:\n  tokenFile: write-token\n  username: writer\n", environment: token)
      #expect(two.fetches.allSatisfy { $0.hasPrefix("git read-token ") }, "\(two.fetches)")
      #expect(two.pushes.count == 1 && two.pushes[0].hasPrefix("writer secret-write "))
      // Of the tool's own variables git gets what it needs here, and nothing else.
      let variables = try #require(site.read("variables")).split(separator: "\n").map(String.init)
      #expect(
        Set(variables).isSubset(of: [
          "NSX_ANTREA_GIT_USER", "NSX_ANTREA_GIT_PASSWORD", "NSX_ANTREA_GIT_REFUSED",
        ]), "\(Set(variables))")
      for line in two.fetches + two.pushes {
        let words = line.split(separator: " ").dropFirst(2).joined(separator: " ")
        #expect(!words.contains("token ") && !words.contains("secret-write"), "\(words)")
      }
    }
  }
}
