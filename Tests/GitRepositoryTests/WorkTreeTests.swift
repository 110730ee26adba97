import Foundation
import Testing

@testable import GitRepository

@Suite struct WorkTreeTests {
  let folder: TemporaryFolder
  let repository: GitRepository

  init() throws {
    folder = try TemporaryFolder()
    repository = try GitRepository.initialize(at: folder.path)
    try folder.write("README.md", "mine\n")
    let script = "git add -A && git commit -qm base"
    #expect(try run(["sh", "-c", script], in: folder.path).status == 0)
    _ = try repository.commit(request(["a.yaml": "1\n", "groups/g.yaml": "g\n"]))
  }

  private func status() throws -> String {
    try run(["git", "-C", folder.path, "status", "--porcelain"]).output
  }

  private func expectRefused(_ files: [String: String]) throws {
    let tip = try repository.tip()
    do {
      _ = try repository.commit(request(files))
      Issue.record("committed over the user's changes")
    } catch {
      #expect(error.isNotClean)
      #expect(error.failure.kind == .refused)
      #expect(error.failure.remedy?.isEmpty == false)
    }
    #expect(try repository.tip() == tip)
  }

  @Test func theWorkTreeFollows() throws {
    #expect(folder.read("clusters/prod-a/a.yaml") == "1\n")
    _ = try repository.commit(request(["a.yaml": "2\n", "x/y/z.yaml": "z\n"]))
    #expect(folder.read("clusters/prod-a/a.yaml") == "2\n")
    #expect(folder.read("clusters/prod-a/x/y/z.yaml") == "z\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("clusters/prod-a/groups")))
    #expect(try status() == "")
    try expectSound(folder.path)
  }

  @Test func aFileBecomesAFolderAndBack() throws {
    _ = try repository.commit(request(["a.yaml/deep": "d\n"]))
    #expect(folder.read("clusters/prod-a/a.yaml/deep") == "d\n")
    #expect(try status() == "")
    _ = try repository.commit(request(["a.yaml": "1\n"]))
    #expect(folder.read("clusters/prod-a/a.yaml") == "1\n")
    #expect(try status() == "")
  }

  @Test func anUnbornBranchWithAWorkTree() throws {
    let other = try TemporaryFolder()
    let fresh = try GitRepository.initialize(at: other.path)
    try other.write("README.md", "untracked\n")
    #expect(try fresh.commit(request(["a": "1"])).parent == nil)
    #expect(other.read("clusters/prod-a/a") == "1")
    let status = try run(["git", "-C", other.path, "status", "--porcelain"])
    #expect(status.output == "?? README.md\n")
  }

  @Test func localEditsAreNotOverwritten() throws {
    try folder.write("clusters/prod-a/a.yaml", "edited\n")
    try expectRefused(["a.yaml": "2\n", "groups/g.yaml": "g\n"])
    #expect(folder.read("clusters/prod-a/a.yaml") == "edited\n")
    #expect(throws: GitError.self) { try repository.ensureFolderClean("clusters/prod-a") }
    // An edit of a file that the commit does not change counts as well.
    try expectRefused(["a.yaml": "1\n", "groups/g.yaml": "new\n"])
  }

  @Test func stagedEditsAreNotOverwritten() throws {
    try folder.write("clusters/prod-a/a.yaml", "staged\n")
    _ = try run(["git", "-C", folder.path, "add", "-A"])
    try expectRefused(["a.yaml": "2\n"])
  }

  @Test func deletedAndUntrackedFilesInTheWayAreNoticed() throws {
    try folder.write("clusters/prod-a/new.yaml", "untracked\n")
    try expectRefused(["a.yaml": "1\n", "groups/g.yaml": "g\n", "new.yaml": "n\n"])
    try FileManager.default.removeItem(atPath: folder.file("clusters/prod-a/new.yaml"))
    try FileManager.default.removeItem(atPath: folder.file("clusters/prod-a/a.yaml"))
    try expectRefused(["a.yaml": "2\n", "groups/g.yaml": "g\n"])
  }

  @Test func ignoredFilesInTheWayAreNoticed() throws {
    try folder.write(".git/info/exclude", "*.secret\n")
    try folder.write("clusters/prod-a/x.secret", "precious\n")
    try expectRefused(["x.secret": "n\n"])
    #expect(folder.read("clusters/prod-a/x.secret") == "precious\n")
  }

  @Test func untrackedFilesBesideAndChangesOutsideStay() throws {
    try folder.write("README.md", "local\n")
    try folder.write("clusters/prod-a/note.txt", "note\n")
    #expect(try repository.commit(request(["a.yaml": "2\n"])).changed)
    #expect(folder.read("README.md") == "local\n")
    #expect(folder.read("clusters/prod-a/note.txt") == "note\n")
    #expect(try status() == " M README.md\n?? clusters/prod-a/note.txt\n")
  }

  @Test func filesThatAlreadyAreAsWantedAreNoHindrance() throws {
    let files = ["a.yaml": "2\n", "new.yaml": "n\n"]
    let made = files.map { GitFile(path: $0.key, text: $0.value) }
    _ = try FolderWriter.write(
      into: folder.path, [GitFolder(path: "clusters/prod-a", files: made)])
    #expect(try repository.commit(request(files)).changed)
    #expect(try status() == "")
  }

  @Test func anotherBranchLeavesTheWorkTreeAlone() throws {
    try folder.write("clusters/prod-a/a.yaml", "edited\n")
    let result = try repository.commit(request(["a.yaml": "2\n"], branch: "rendered"))
    #expect(result.changed)
    #expect(folder.read("clusters/prod-a/a.yaml") == "edited\n")
  }

  @Test func aBranchOfAnotherWorkTreeIsRefused() throws {
    let other = try TemporaryFolder()
    let added = try run(
      ["git", "-C", folder.path, "worktree", "add", "-q", "-b", "side", other.file("w")])
    #expect(added.status == 0, "\(added.errors)")
    do {
      _ = try repository.commit(request(["a.yaml": "2\n"], branch: "side"))
      Issue.record("moved a branch under another work tree")
    } catch { #expect(error == .checkedOutElsewhere(branch: "side")) }
  }

  @Test func linksAreNotFollowed() throws {
    let outside = try TemporaryFolder()
    _ = symlink(outside.path, folder.file("clusters/prod-b"))
    #expect(throws: GitError.self) {
      try repository.commit(request(["a": "1"], folder: "clusters/prod-b"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == [])
  }
}

@Suite struct FolderWriterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ files: [String: String]) throws -> FolderWriteResult {
    try FolderWriter.write(
      into: folder.file("out/deep"),
      [
        GitFolder(
          path: "clusters/a", files: files.map { GitFile(path: $0.key, text: $0.value) })
      ])
  }

  @Test func writesOnlyWhatDiffersAndRemovesWhatIsStale() throws {
    #expect(try write(["a": "1", "g/b": "2"]).written.count == 2)
    try folder.write("out/deep/clusters/b/other", "o")
    try folder.write("out/deep/top", "t")
    #expect(try !write(["a": "1", "g/b": "2"]).changed)
    let result = try write(["a": "3"])
    #expect(result.written == ["clusters/a/a"])
    #expect(result.removed == ["clusters/a/g/b"])
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/deep/clusters/a/g")))
    #expect(folder.read("out/deep/clusters/b/other") == "o")
    #expect(folder.read("out/deep/top") == "t")
    _ = try write(["a/b": "x"])
    #expect(folder.read("out/deep/clusters/a/a/b") == "x")
    _ = try write(["a": "y"])
    #expect(folder.read("out/deep/clusters/a/a") == "y")
    _ = try write([:])
    #expect(!FileManager.default.fileExists(atPath: folder.file("out/deep/clusters/a")))
  }

  @Test func linksThatLeadOutsideAreRefused() throws {
    let outside = try TemporaryFolder()
    try outside.write("keep", "k")
    _ = try write(["a": "1"])
    _ = symlink(outside.path, folder.file("out/deep/clusters/a/link"))
    _ = try write(["a": "1", "link/keep": "mine"])
    #expect(outside.read("keep") == "k")
    try FileManager.default.removeItem(atPath: folder.file("out/deep/clusters"))
    _ = symlink(outside.path, folder.file("out/deep/clusters"))
    #expect(throws: GitError.self) { try write(["a": "1"]) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path) == ["keep"])
  }

  /// A name that no file system takes stands for a disk that is full in the
  /// middle of a rendering.
  @Test func aFailureLeavesTheFolderAsItWas() throws {
    _ = try write(["a": "1", "b": "2"])
    let long = String(repeating: "n", count: 300)
    #expect(throws: GitError.self) { _ = try write(["a": "changed", "\(long)/x": "x"]) }
    #expect(folder.read("out/deep/clusters/a/a") == "1")
    #expect(folder.read("out/deep/clusters/a/b") == "2")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.file("out/deep/clusters/a"))
    #expect(names.allSatisfy { !$0.hasSuffix(".tmp") })
  }

  /// A new folder appears as a whole; what was begun is gone after a failure.
  @Test func aNewFolderIsMovedAsAWhole() throws {
    _ = try write(["a": "1"])
    let top = folder.file("out/deep/clusters/a")
    // What a killed run of the same process id leaves behind.
    let left = "\(top)/.nsx-antrea-\(getpid())-0.tmp"
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    let long = String(repeating: "n", count: 300)
    #expect(throws: GitError.self) { _ = try write(["a": "1", "g/b": "2", "g/h/\(long)": "x"]) }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: top) == ["a"])
    _ = try write(["a": "1", "g/b": "2", "g/h/c": "3"])
    #expect(folder.read("out/deep/clusters/a/g/b") == "2")
    #expect(folder.read("out/deep/clusters/a/g/h/c") == "3")
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(top)/g").sorted() == ["b", "h"])
  }

  @Test func aReadOnlyDiskIsNamed() {
    #expect(throws: GitError.self) {
      try FolderWriter.write(
        into: "/proc/nsx-antrea", [GitFolder(path: "c", files: [GitFile(path: "a", text: "")])])
    }
    #expect(
      GitError.file(path: "/x", operation: "create", errno: EROFS).failure.remedy?
        .contains("read-only") == true)
  }
}

@Suite struct CommitMessageTests {
  @Test func trailersAreReadByGit() throws {
    let message = CommitMessage.rendering(
      clusters: ["prod-a"], added: 3, modified: 2, deleted: 1,
      manager: "https://nsx.example.com\nForged: yes", digest: "sha256:00", objects: 12)
    let parsed = try run(["git", "interpret-trailers", "--parse"], input: message.text)
    #expect(
      parsed.output == """
        NSX-Manager: https://nsx.example.com Forged: yes
        Snapshot-Digest: sha256:00
        Objects: 12

        """)
    #expect(message.text.hasPrefix("Render prod-a: +3 ~2 -1\n\n3 added"))
    let long = CommitMessage(summary: String(repeating: "x", count: 200)).text
    #expect(long.count == 73)
  }
}

@Suite struct PlacesTests {
  @Test func onlyWhatIsInTheWayCollides() {
    let places = GitPath.Places(["a/b/c", "d"])
    #expect(places.collide(with: "a/b") && places.collide(with: "a"))
    #expect(places.collide(with: "d/e") && places.collide(with: "d/e/f"))
    #expect(
      !places.collide(with: "a/b/d") && !places.collide(with: "e") && !places.collide(with: "dd"))
  }
}
