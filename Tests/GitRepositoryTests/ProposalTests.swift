import Foundation
import Testing

@testable import GitRepository

/// Commits on a branch that shall be merged into another one.
@Suite struct ProposalTests {
  let folder: TemporaryFolder
  let repository: GitRepository

  init() throws {
    folder = try TemporaryFolder()
    repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    _ = try repository.commit(request(["a": "0"]))
    _ = try repository.commit(request(["readme": "r"], folder: "docs"))
  }

  private func git(_ arguments: String...) throws -> String {
    let result = try run(["git", "-C", folder.file("r")] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.trimmed
  }

  private func proposal(_ files: [String: String]) throws -> CommitRequest {
    var proposal = request(files, branch: "robot/x")
    proposal.base = CommitBase(branch: "main", tip: try #require(try repository.tip(of: "main")))
    return proposal
  }

  @discardableResult
  private func propose(_ files: [String: String]) throws -> CommitResult {
    try repository.commit(proposal(files))
  }

  /// Merges the branch as a server does, and tells what then differs from main.
  private func merge(_ strategy: String) throws {
    let clone = folder.file("merge-\(UUID().uuidString)")
    let script = """
      git clone -q '\(folder.file("r"))' '\(clone)' && cd '\(clone)' &&
      git merge -q \(strategy) -m merged origin/robot/x &&
      { [ '\(strategy)' != --squash ] || git commit -qm squashed; } && git push -q
      """
    let merged = try run(["sh", "-c", script])
    #expect(merged.status == 0, "\(merged.output)\(merged.errors)")
  }

  private func content(_ revision: String) throws -> String {
    try git("show", "\(revision):clusters/prod-a/a")
  }

  @Test func theSameContentMakesOneBranchAndOneCommit() throws {
    let main = try git("rev-parse", "main")
    let same = try propose(["a": "0"])
    #expect(!same.changed && same.branch == "main")
    #expect(try git("branch", "--list", "robot/*") == "")
    let first = try propose(["a": "1"])
    #expect(first.changed && first.branch == "robot/x" && first.modified == ["clusters/prod-a/a"])
    #expect(try git("rev-parse", "main") == main)
    let second = try propose(["a": "1"])
    #expect(!second.changed && second.branch == "robot/x" && second.commitID == first.commitID)
    let third = try propose(["a": "2"])
    #expect(third.changed)
    #expect(try git("rev-list", "--count", "main..robot/x") == "2")
    try expectSound(folder.file("r"))
  }

  @Test(arguments: ["--no-ff", "--ff-only", "--squash"])
  func aMergedBranchBeginsAnew(strategy: String) throws {
    try propose(["a": "1"])
    try merge(strategy)
    #expect(try propose(["a": "1"]).branch == "main")
    // The next content, and then that of the first proposal once more.
    try propose(["a": "2"])
    #expect(try content("robot/x") == "2")
    try merge(strategy == "--squash" ? "--squash" : "--no-ff")
    #expect(try content("main") == "2")
    try propose(["a": "1"])
    try merge("--no-ff")
    #expect(try content("main") == "1")
    #expect(try git("show", "main:docs/readme") == "r")
    try expectSound(folder.file("r"))
  }

  @Test func aBaseThatMovedOnIsMergedOnlyWhenItMatters() throws {
    let first = try propose(["a": "1"])
    // Something else on the base: the proposal still holds.
    _ = try repository.commit(request(["readme": "new"], folder: "docs"))
    #expect(try propose(["a": "1"]).commitID == first.commitID)
    // New content: the merge request shows nothing but the folder.
    let second = try propose(["a": "2"])
    #expect(try git("rev-list", "--parents", "-1", "robot/x").split(separator: " ").count == 3)
    #expect(second.modified == ["clusters/prod-a/a"])
    #expect(try git("diff", "--name-only", "main", "robot/x") == "clusters/prod-a/a")
    // The base has changed the folder: without a merge the old proposal would
    // conflict, or bring back what the base has replaced.
    _ = try repository.commit(request(["a": "elsewhere", "b": "b"]))
    let third = try propose(["a": "2"])
    #expect(third.changed && third.deleted == ["clusters/prod-a/b"])
    try merge("--no-ff")
    #expect(try content("main") == "2")
    #expect(try git("show", "main:docs/readme") == "new")
    try expectSound(folder.file("r"))
  }

  @Test func whatReviewersAddedToTheBranchStays() throws {
    try propose(["a": "1"])
    _ = try repository.commit(request(["note": "mine"], folder: "review", branch: "robot/x"))
    _ = try repository.commit(request(["readme": "new"], folder: "docs"))
    #expect(try propose(["a": "2"]).changed)
    #expect(try git("show", "robot/x:review/note") == "mine")
    #expect(try git("show", "robot/x:docs/readme") == "r")
    try merge("--no-ff")
    #expect(try git("show", "main:review/note") == "mine")
    #expect(try git("show", "main:docs/readme") == "new")
    #expect(try content("main") == "2")
  }

  @Test func aBranchThatIsCheckedOutIsRefused() throws {
    let path = folder.file("w")
    #expect(try run(["git", "clone", "-q", folder.file("r"), path]).status == 0)
    #expect(try run(["git", "-C", path, "checkout", "-q", "-b", "robot/x"]).status == 0)
    let work = try GitRepository.open(at: path)
    var request = request(["a": "1"], branch: "robot/x")
    request.base = CommitBase(branch: "main", tip: try #require(try work.tip(of: "main")))
    #expect(throws: GitError.checkedOutElsewhere(branch: "robot/x")) { try work.commit(request) }
    #expect(try run(["git", "-C", path, "checkout", "-q", "main"]).status == 0)
    #expect(try work.commit(request).changed)
    #expect(try run(["git", "-C", path, "status", "--porcelain"]).output == "")
  }

  @Test(arguments: transports)
  func twoRunsAtOnceMeetOnTheRemote(transport: RemoteTransport) async throws {
    let url = "file://" + folder.file("r")
    let access = access(transport)
    for (number, text) in ["1", "1", "3"].enumerated() {
      let name = "run\(number)"
      let own = try GitRepository.initialize(at: folder.file(name), bare: true)
      let tip = try #require(try await own.fetch(url, branch: "main", access: access))
      var mine = request(["a": text], branch: "robot/x")
      mine.author.time += Int64(number)
      mine.committer = mine.author
      mine.base = CommitBase(branch: "main", tip: tip)
      let request = mine
      let result = try own.commit(request)
      #expect(result.changed)
      let outcome = try await own.pushProposal(
        url, branch: "robot/x", own: result.commitID, by: somebody, access: access
      ) { try own.commit(request) }
      #expect(outcome.attempts == (number == 0 ? 1 : 2))
      #expect(try content("robot/x") == text)
    }
    // The second had the content of the first: no commit of its own is left.
    #expect(try git("rev-list", "--count", "main..robot/x") == "2")
    try expectSound(folder.file("r"))
  }
}
