import Foundation
import Testing

@testable import GitRepository

/// Histories as git reads them: merges, shallow repositories, odd commits.
@Suite struct HistoryTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func script(_ text: String) throws {
    let made = try run(["sh", "-e", "-c", text], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
  }

  private func git(_ arguments: String..., at name: String = "r") throws -> String {
    let result = try run(["git", "-C", folder.file(name)] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.trimmed
  }

  /// Two branches that meet, with times that run on.
  private func mergedHistory(seconds: Int = 60) throws -> GitRepository {
    try script(
      """
      git init -q -b main r && cd r
      n=1700000000
      commit() {
        n=$((n + \(seconds)))
        GIT_COMMITTER_DATE="$n +0200" GIT_AUTHOR_DATE="$n +0200" git commit -q --allow-empty -m "$1"
      }
      echo 1 > a; git add a; commit one
      git checkout -q -b side; echo 2 > b; git add b; commit two
      git checkout -q main; echo 3 > a; git add a; commit three
      n=$((n + \(seconds)))
      GIT_COMMITTER_DATE="$n +0000" git merge -q --no-ff -m four side
      echo 5 > b; git add b; commit five
      """)
    return try GitRepository.open(at: folder.file("r"))
  }

  @Test func theLogIsThatOfGit() throws {
    let repository = try mergedHistory()
    let ours = try repository.log().map(\.id.hex)
    #expect(try ours == git("log", "--format=%H").split(separator: "\n").map(String.init))
    let times = try repository.log().map { "\($0.time) \($0.authorName) \($0.authorEmail)" }
    #expect(
      try times == git("log", "--format=%ct %an %ae").split(separator: "\n").map(String.init))
    #expect(try repository.log(touching: "a").map(\.subject) == ["three", "one"])
    #expect(try repository.log(touching: "b").map(\.subject) == ["five", "two"])
  }

  /// Also where all commits are of one second, and where clocks run backwards.
  @Test(arguments: [60, 0, -60]) func commonCommitsAreThoseOfGit(seconds: Int) throws {
    let repository = try mergedHistory(seconds: seconds)
    let commits = try repository.log().map(\.id)
    for left in commits {
      for right in commits {
        let ours = try repository.lockedThrowing { pointer throws(GitError) in
          try CommitAncestry(left, right, ObjectDatabase(pointer))
        }
        #expect(try ours.base?.hex == git("merge-base", left.hex, right.hex))
        #expect(!ours.isCut)
      }
    }
  }

  @Test func aShallowRepositoryEndsAtItsBorder() throws {
    let full = try mergedHistory()
    try script("git clone -q --depth 2 file://$PWD/r shallow")
    let repository = try GitRepository.open(at: folder.file("shallow"))
    let log = try repository.log()
    #expect(log.map(\.subject) == ["five", "four"])
    #expect(log.map(\.isBorder) == [false, true])
    #expect(try repository.lastCommit(touching: "a")?.subject == "four")
    // A branch whose common commit with the other lies beyond the border.
    try script("git -C r branch old main~2 && git -C shallow fetch -q --depth 1 origin old")
    let side = try #require(try full.log().first { $0.subject == "three" }).id
    let one = try #require(try full.log().last).id
    let cut = try repository.lockedThrowing { pointer throws(GitError) in
      try CommitAncestry(log[0].id, side, ObjectDatabase(pointer))
    }
    #expect(cut.isCut)
    #expect(throws: GitError.unknownRevision(one.hex)) {
      try repository.lockedThrowing { pointer throws(GitError) in
        try CommitAncestry(log[0].id, one, ObjectDatabase(pointer))
      }
    }
  }

  @Test func whatATextNamesIsWhatGitSays() throws {
    let repository = try mergedHistory()
    try script(
      "cd r && git tag light HEAD~1 && git tag -a heavy -m h HEAD~2 && git tag tree 'HEAD^{tree}'")
    for text in ["main", "light", "heavy", "HEAD~1^2", "refs/heads/side", "side~1"] {
      #expect(try repository.resolve(text).hex == git("rev-parse", "\(text)^{commit}"), "\(text)")
    }
    let hex = try git("rev-parse", "side")
    #expect(try repository.resolve(String(hex.prefix(7))).hex == hex)
    for text in ["nothing", "tree", "HEAD:a", "", "main~99", "-x", "..", "main..side"] {
      #expect(throws: GitError.self, "\(text)") { try repository.resolve(text) }
    }
  }

  @Test func aSignedCommitIsReadWhole() throws {
    let text = """
      tree \(String(repeating: "a", count: 40))
      parent \(String(repeating: "b", count: 40))
      author A <b> C <a@x> 5 +0100
      committer D <> 77 -0330
      gpgsig -----BEGIN
       parent x

       -----END
      encoding latin1

      Subject

      parent y
      """
    // A signature has no empty line: its lines all begin with a space.
    let commit = try #require(RawCommit(Array(text.replacing("x\n\n", with: "x\n \n").utf8)))
    #expect(commit.parents.map(\.hex) == [String(repeating: "b", count: 40)])
    #expect(commit.authorName == "A" && commit.authorEmail == "b> C <a@x")
    #expect(commit.time == 77)
    #expect(commit.message == "Subject\n\nparent y")
    #expect(RawCommit(Array("no commit".utf8)) == nil)
    #expect(RawCommit([]) == nil)
  }
}
