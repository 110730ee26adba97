import Foundation
import Testing

@testable import GitRepository

/// What must hold for the files of a repository when writing goes wrong.
@Suite struct StorageTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// git makes the same index from the same pack, byte for byte.
  @Test(arguments: [1, 700]) func theIndexIsThatOfGit(count: Int) throws {
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    let files = (0..<count).map { ("f\($0 % 7)/\($0)", "content \($0)\n") }
    _ = try repository.commit(request(Dictionary(uniqueKeysWithValues: files)))
    let packs = folder.file("r/objects/pack")
    let names = try FileManager.default.contentsOfDirectory(atPath: packs).sorted()
    #expect(names.map { String($0.suffix(4)) } == [".idx", "pack"], "\(names)")
    let pack = try #require(names.last)
    let made = try run(
      ["git", "index-pack", "-o", folder.file("git.idx"), "\(packs)/\(pack)"])
    #expect(made.status == 0, "\(made.errors)")
    let ours = FileManager.default.contents(atPath: "\(packs)/\(names[0])")
    #expect(ours == FileManager.default.contents(atPath: folder.file("git.idx")))
    #expect(ours != nil)
  }

  /// A file system of a given size, full or nearly so. Needs the right to
  /// mount; elsewhere ``aFileThatCannotGrow()`` stands for it.
  @Test func aFullDiskLeavesTheLastCommit() throws {
    guard getuid() == 0, program("mount") != nil else {
      print("skipped: a small file system of its own needs the right to mount one")
      return
    }
    let disk = folder.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    let mounted = try run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk])
    guard mounted.status == 0 else {
      print("skipped: mount: \(mounted.errors)")
      return
    }
    defer { _ = try? run(["umount", "-l", disk]) }
    for bare in [true, false] {
      let path = "\(disk)/\(bare)"
      let repository = try GitRepository.initialize(at: path, bare: bare)
      let first = try repository.commit(request(["a": "1", "stale": "s"])).commitID
      // Less and less room for the same commit, down to none.
      let files = ["a": noise(20_000, seed: 1), "b/c": noise(20_000, seed: 2)]
      var failures = 0
      for room in stride(from: 0, through: 160, by: 4) {
        let filler = "\(disk)/filler"
        _ = try run(["sh", "-c", "cat /dev/zero > '\(filler)'; truncate -s -\(room)k '\(filler)'"])
        do {
          _ = try repository.commit(request(files))
        } catch {
          failures += 1
          #expect(error.failure.remedy?.contains("space") == true, "\(error)")
          #expect(try repository.tip() == first)
          #expect(leftovers(path) == [])
        }
        try FileManager.default.removeItem(atPath: filler)
        try expectSound(path)
        if try repository.tip() != first { break }
      }
      #expect(failures > 3)
      #expect(try repository.readTree(folder: "clusters/prod-a").count == 2)
      if !bare {
        #expect(try run(["git", "-C", path, "status", "--porcelain"]).output == "")
      }
      try FileManager.default.removeItem(atPath: path)
    }
  }

  /// A limit on the size of files stands for a full disk where none can be
  /// made; in a process of its own, since the limit is the process's.
  @Test func aFileThatCannotGrow() async throws {
    let path = folder.file("r")
    let repository = try GitRepository.initialize(at: path, bare: true)
    let first = try repository.commit(request(["a": "1"])).commitID
    for limit in [0, 40, 4_000, 30_000] {
      await #expect(processExitsWith: .success) { [path = path as String, limit = limit as Int] in
        signal(SIGXFSZ, SIG_IGN)
        let repository = try GitRepository.open(at: path)
        var bound = rlimit(rlim_cur: rlim_t(limit), rlim_max: rlim_t(limit))
        try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &bound) == 0)
        let files = ["a": noise(20_000, seed: 1), "b/c": noise(20_000, seed: 2)]
        do {
          _ = try repository.commit(request(files))
          exit(1)
        } catch GitError.file(_, _, EFBIG) { exit(0) } catch { exit(2) }
      }
      #expect(try repository.tip() == first)
      #expect(leftovers(path) == [])
      try expectSound(path)
    }
    let files = ["a": noise(20_000, seed: 1), "b/c": noise(20_000, seed: 2)]
    #expect(try repository.commit(request(files)).changed)
    try expectSound(path)
  }

  /// Names that no finished or undone step leaves behind.
  private func leftovers(_ path: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.contains("tmp_") || $0.hasSuffix(".lock") || $0.hasSuffix(".tmp") }
      .filter { $0 != "nsx-antrea.lock" }
  }

  @Test func twoRunsDoNotShareARepository() throws {
    let path = folder.file("r")
    _ = try GitRepository.initialize(at: path)
    do {
      let one = try GitRepository.open(at: path)
      try one.lockForWriting(holder: "host-1")
      try one.lockForWriting(holder: "host-1")
      let two = try GitRepository.open(at: path)
      let error = #expect(throws: GitError.self) { try two.lockForWriting(holder: "host-2") }
      #expect(error == .lockHeld(repository: path, holder: "host-1"))
      #expect(error?.failure.kind == .lockHeld)
      #expect(error?.failure.cause.contains("lock not obtained") == true)
      // A linked work tree is the same repository.
      _ = try one.commit(request(["a": "1"]))
      let linked = folder.file("linked")
      #expect(try run(["git", "-C", path, "worktree", "add", "-q", linked]).status == 0)
      let other = try GitRepository.open(at: linked)
      #expect(throws: GitError.self) { try other.lockForWriting(holder: "host-3") }
      withExtendedLifetime(one) {}
    }
    let three = try GitRepository.open(at: path)
    try three.lockForWriting(holder: "host-4")
    #expect(try run(["git", "-C", path, "status", "--porcelain"]).status == 0)
  }
}

extension StorageTests {
  /// A run that is killed while it has git's locks is no obstacle to the next;
  /// a lock that none of our runs noted is somebody else's.
  @Test func locksOfAKilledRunGo() async throws {
    let path = folder.file("r")
    let repository = try GitRepository.initialize(at: path, bare: true)
    _ = try repository.commit(request(["a": "1"]))
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let repository = try GitRepository.open(at: path)
      try repository.lockForWriting(holder: "killed")
      try repository.notingLocks(of: "main") { () throws(GitError) in
        try FileSystem.create("\(path)/refs/heads/main.lock", [], executable: false)
        try FileSystem.create("\(path)/refs/heads/other.lock", [], executable: false)
        kill(getpid(), SIGKILL)
      }
    }
    do {
      let next = try GitRepository.open(at: path)
      try next.lockForWriting(holder: "next")
      #expect(try next.commit(request(["a": "2"])).changed)
      #expect(folder.read("r/refs/heads/other.lock") != nil)
    }
    // A run that ended as it should leaves nothing to remove.
    try folder.write("r/refs/heads/main.lock", "")
    let last = try GitRepository.open(at: path)
    try last.lockForWriting(holder: "last")
    #expect(throws: GitError.branchMoved(branch: "main")) {
      try last.commit(request(["a": "3"]))
    }
  }
}

extension StorageTests {
  /// A lock that a killed run had noted and not taken may be somebody else's, later.
  @Test(arguments: [-3600, 3600])
  func aLockOfAnotherTimeStays(offset: Int) throws {
    let path = folder.file("r")
    _ = try GitRepository.initialize(at: path, bare: true)
    try folder.write("r/nsx-antrea.lock", "killed\nrefs/heads/main.lock\n")
    let lock = try folder.write("r/refs/heads/main.lock", "")
    let time = Date(timeIntervalSinceNow: Double(offset))
    // The note is an hour older or younger than the lock.
    try FileManager.default.setAttributes(
      [.modificationDate: time], ofItemAtPath: folder.file("r/nsx-antrea.lock"))
    let next = try GitRepository.open(at: path)
    try next.lockForWriting(holder: "next")
    #expect(FileManager.default.fileExists(atPath: lock))
    #expect(throws: GitError.branchMoved(branch: "main")) {
      try next.commit(request(["a": "1"]))
    }
  }

  /// What an initialization leaves that was killed at any of its steps.
  @Test(arguments: [false, true]) func aHalfMadeRepositoryIsCompleted(bare: Bool) throws {
    let files = FileManager.default
    let whole = folder.file("whole")
    _ = try GitRepository.initialize(at: whole, bare: bare)
    let inner = bare ? "" : "/.git"
    let parts = try files.subpathsOfDirectory(atPath: whole + inner).filter { $0 != "HEAD" }
      .sorted()
    #expect(try !GitRepository.isHalfMade(at: whole))
    for count in [1, 2, 4, parts.count] {
      let path = folder.file("part-\(count)")
      try files.createDirectory(atPath: path + inner, withIntermediateDirectories: true)
      try files.createDirectory(
        atPath: "\(path)\(inner)/objects", withIntermediateDirectories: true)
      for part in parts.prefix(count) {
        var isFolder: ObjCBool = false
        _ = files.fileExists(atPath: "\(whole)\(inner)/\(part)", isDirectory: &isFolder)
        let place = "\(path)\(inner)/\(part)"
        if isFolder.boolValue {
          try files.createDirectory(atPath: place, withIntermediateDirectories: true)
        } else {
          try files.copyItem(atPath: "\(whole)\(inner)/\(part)", toPath: place)
        }
      }
      for name in ["HEAD.lock", "config.lock"] {
        let lock = try folder.write("part-\(count)\(inner)/\(name)", "")
        try files.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -60)], ofItemAtPath: lock)
      }
      #expect(throws: GitError.notARepository(path: path)) { try GitRepository.open(at: path) }
      #expect(try GitRepository.isHalfMade(at: path))
      let repository = try GitRepository.initialize(at: path, bare: bare)
      #expect(try repository.commit(request(["a": "1"])).changed)
      #expect(repository.isBare == bare)
      try expectSound(path)
    }
  }

  @Test(
    "a folder with anything else in it is nobody's half-made repository",
    arguments: [
      ["notes.txt"], ["config"], ["objects/pack/pack-1.pack"],
      ["objects/info/x", "refs/heads/main"],
      [".git/HEAD", ".git/objects/x"], [".git/objects/pack/p", "README"], [".git/refs/heads/main"],
    ])
  func othersFilesAreLeftAlone(names: [String]) throws {
    for name in names { try folder.write("d/\(name)", "") }
    #expect(try !GitRepository.isHalfMade(at: folder.file("d")))
  }
}

/// Text that does not compress, always the same.
func noise(_ count: Int, seed: UInt64) -> String {
  var state = seed
  return String(
    decoding: (0..<count).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 33 + UInt8((state >> 33) % 90)
    }, as: UTF8.self)
}
