import Foundation
import Testing

@testable import GitRepository

@Suite struct CommitTests {
  let folder: TemporaryFolder
  let repository: GitRepository

  init() throws {
    folder = try TemporaryFolder()
    repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
  }

  private func git(_ arguments: String...) throws -> String {
    let result = try run(["git", "-C", folder.file("r")] + arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result.trimmed
  }

  @Test func firstCommitOnUnbornBranchIsReadByGit() throws {
    let result = try repository.commit(
      request(["a.yaml": "a: 1\n", "groups/g.yaml": "g\n"], message: "Render prod-a\n\nBody.\n"))
    #expect(result.changed)
    #expect(result.parent == nil)
    #expect(result.added == ["clusters/prod-a/a.yaml", "clusters/prod-a/groups/g.yaml"])
    #expect(try git("rev-parse", "HEAD") == result.commitID?.hex)
    #expect(
      try git("log", "-1", "--format=%an <%ae> %at %s")
        == "Anna Example <anna@example.com> 1700000000 Render prod-a")
    #expect(try git("show", "HEAD:clusters/prod-a/groups/g.yaml") == "g")
    try expectSound(folder.file("r"))
  }

  @Test func damageIsToldWithAWayOut() throws {
    let first = try repository.commit(request(["a.yaml": "a: 1\n"]))
    let objects = folder.file("r/objects")
    let script = "find '\(objects)' -type f -exec sh -c 'chmod +w \"$0\" && echo x > \"$0\"' {} \\;"
    #expect(try run(["sh", "-c", script]).status == 0)
    let damaged = try GitRepository.open(at: folder.file("r"))
    let error = #expect(throws: GitError.self) {
      _ = try damaged.commit(request(["a.yaml": "a: 2\n"]))
    }
    #expect(error?.failure.remedy?.isEmpty == false, "\(String(describing: error))")
    #expect(try git("rev-parse", "HEAD") == first.commitID?.hex)
  }

  @Test func equalBytesMakeNoCommitAndNoObject() throws {
    let files = ["a.yaml": "a: 1\n", "x/b.yaml": "b\n"]
    let first = try repository.commit(request(files))
    let before = try git("count-objects", "-v")
    let second = try repository.commit(request(files, message: "again"))
    #expect(!second.changed)
    #expect(second.commitID == first.commitID)
    #expect(try git("count-objects", "-v") == before)
  }

  @Test func staleFilesGoAndTheRestStays() throws {
    _ = try run(["git", "clone", "-q", folder.file("r"), folder.file("w")])
    try folder.write("w/README.md", "mine\n")
    try folder.write("w/clusters/prod-b/b.yaml", "b\n")
    try folder.write("w/clusters/prod-a/run.sh", "#!/bin/sh\n")
    try folder.write("w/clusters/prod-a/old/deep/stale.yaml", "s\n")
    let script = """
      chmod +x clusters/prod-a/run.sh && ln -s README.md link && git add -A &&
      git commit -qm base && git push -q origin HEAD:main
      """
    #expect(try run(["sh", "-c", script], in: folder.file("w")).status == 0)
    let result = try repository.commit(request(["new.yaml": "n\n", "run.sh": "#!/bin/sh\n"]))
    #expect(result.deleted == ["clusters/prod-a/old/deep/stale.yaml"])
    #expect(result.added == ["clusters/prod-a/new.yaml"])
    #expect(result.modified == [])
    let listing = try git("ls-tree", "-r", "HEAD")
    #expect(!listing.contains("stale"))
    #expect(listing.contains("120000 blob") && listing.contains("link"))
    #expect(listing.contains("100755 blob") && listing.contains("clusters/prod-b/b.yaml"))
    #expect(try git("diff", "--name-only", "HEAD~1", "HEAD").split(separator: "\n").count == 2)
    try expectSound(folder.file("r"))
  }

  @Test func emptyFolderDisappears() throws {
    _ = try repository.commit(request(["a": "1"]))
    let result = try repository.commit(request([:]))
    #expect(result.deleted == ["clusters/prod-a/a"])
    #expect(try git("ls-tree", "-r", "HEAD") == "")
    try expectSound(folder.file("r"))
  }

  @Test func severalFoldersInOneCommit() throws {
    var both = request(["a": "1"])
    both.folders.append(
      GitFolder(path: "clusters/prod-b", files: [GitFile(path: "b", text: "2")]))
    let result = try repository.commit(both)
    #expect(result.added == ["clusters/prod-a/a", "clusters/prod-b/b"])
    #expect(try git("rev-list", "--count", "HEAD") == "1")
    #expect(try repository.readTree(folder: "clusters/prod-b") == both.folders[1].files)
  }

  @Test(arguments: ["../x", "/x", "a//b", "a/.git/config", "", "a/.", "a\0b", ".GIT"])
  func badPathsAreRefused(path: String) throws {
    #expect(throws: GitError.self) { try repository.commit(request([path: "x"])) }
    #expect(try repository.tip() == nil)
  }

  @Test func collidingAndOverlappingPathsAreRefused() throws {
    #expect(throws: GitError.self) { try repository.commit(request(["a": "1", "a/b": "2"])) }
    #expect(throws: GitError.self) {
      try repository.commit(request(["a": "1", "a.b": "3", "a/b": "2"]))
    }
    var twice = request(["a": "1"])
    twice.folders.append(GitFolder(path: "clusters/prod-a/x", files: []))
    #expect(throws: GitError.self) { try repository.commit(twice) }
  }

  @Test func aFileInThePlaceOfTheFolderIsRefused() throws {
    _ = try repository.commit(request(["prod-a": "file"], folder: "clusters"))
    #expect(throws: GitError.self) { try repository.commit(request(["a": "1"])) }
  }

  @Test(arguments: ["clusters/prod-a/sub", "clusters/prod-a", "clusters"])
  func aSubmoduleIsNotRemoved(place: String) throws {
    _ = try repository.commit(request(["a": "1"], folder: "other"))
    let link = "160000,\(String(repeating: "1", count: 40)),\(place)"
    let script = """
      git update-index --add --cacheinfo \(link) && tree=$(git write-tree) &&
      git update-ref HEAD $(git commit-tree -m sub $tree)
      """
    #expect(try run(["sh", "-c", script], in: folder.file("r")).status == 0)
    let tip = try repository.tip()
    let error = #expect(throws: GitError.self) { try repository.commit(request(["a": "1"])) }
    guard case .invalidPath(_, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("submodule"))
    #expect(try repository.tip() == tip)
  }

  @Test func anotherWriterIsNoticed() throws {
    _ = try repository.commit(request(["a": "1"]))
    try folder.write("r/refs/heads/main.lock", "")
    do {
      _ = try repository.commit(request(["a": "2"]))
      Issue.record("committed under another writer's lock")
    } catch { #expect(error.isBranchMoved) }
    try FileManager.default.removeItem(atPath: folder.file("r/refs/heads/main.lock"))
    #expect(try repository.commit(request(["a": "2"])).changed)
  }

  @Test func concurrentCommitsLoseNothing() async throws {
    let path = folder.file("r")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          let own = try GitRepository.open(at: path)
          for round in 0..<5 {
            while true {
              do {
                _ = try own.commit(
                  request(["n": "\(round)"], folder: "clusters/c\(worker)"))
                break
              } catch let error as GitError where error.isBranchMoved { continue }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try git("rev-list", "--count", "main") == "20")
    for worker in 0..<4 {
      #expect(try repository.readTree(folder: "clusters/c\(worker)").first?.bytes == [0x34])
    }
    try expectSound(path)
  }

  @Test func historyNamesTheLastCommitOfAFile() throws {
    let first = try repository.commit(request(["a": "1", "b": "1"], message: "one"))
    _ = try repository.commit(request(["a": "1", "b": "2"], message: "two"))
    let last = try repository.lastCommit(touching: "clusters/prod-a/a")
    #expect(last?.id == first.commitID)
    #expect(last?.subject == "one")
    #expect(last?.authorEmail == "anna@example.com")
    #expect(try repository.log().map(\.subject) == ["two", "one"])
    #expect(
      try repository.readFile(.commit(#require(first.commitID)), path: "clusters/prod-a/b")
        == Array("1".utf8))
    #expect(try repository.lastCommit(touching: "nothing") == nil)
  }

  @Test func aFolderThatIsNoRepositoryIsNamed() throws {
    do {
      _ = try GitRepository.open(at: folder.path)
      Issue.record("opened")
    } catch {
      #expect(error == .notARepository(path: folder.path))
      #expect(error.failure.kind == .invalidInput)
      #expect(error.failure.remedy?.contains("--init") == true)
    }
  }
}
