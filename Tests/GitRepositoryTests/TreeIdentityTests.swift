import Foundation
import Testing

@testable import GitRepository

@Suite struct TreeIdentityTests {
  /// Random folders get the tree that `git add` and `git write-tree` give.
  @Test(arguments: [UInt64(1), 2]) func sameTreeAsGit(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let names = ["a", "a-b", "a.b", "a0", "b", "ä", "z z", "Z", "aa", "日本", "a.yaml"]
    for round in 0..<3 {
      let folder = try TemporaryFolder()
      let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
      _ = try run(["git", "init", "-q", folder.file("w")])
      var files: [String: String] = [:]
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        let depth = Int.random(in: 1...4, using: &random)
        let path = (0..<depth).map { _ in names[Int.random(in: 0..<names.count, using: &random)] }
          .joined(separator: "/")
        let clash = files.keys.contains {
          $0 == path || $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/")
        }
        if clash { continue }
        files[path] = String(
          repeating: "\(UInt8.random(in: 0...99, using: &random))\n",
          count: Int.random(in: 0...3000, using: &random))
      }
      for (path, text) in files { try folder.write("w/clusters/x/\(path)", text) }
      _ = try repository.commit(request(files, folder: "clusters/x"))
      let ours = try run(["git", "-C", folder.file("r"), "rev-parse", "HEAD^{tree}"]).trimmed
      let theirs = try run(["sh", "-c", "git add -A && git write-tree"], in: folder.file("w"))
      #expect(ours == theirs.trimmed, "seed \(seed), round \(round)")
      try expectSound(folder.file("r"))
      let read = try repository.readTree(folder: "clusters/x")
      #expect(
        Dictionary(uniqueKeysWithValues: read.map { ($0.path, $0.bytes) })
          == files.mapValues { Array($0.utf8) })
    }
  }

  /// 30,000 files: prints the figures; the bounds are generous for busy
  /// machines and debug builds.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GIT_MEASURE"] != nil))
  func thirtyThousandFiles() throws {
    let folder = try TemporaryFolder()
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    let lines = (0..<45).map { "  field\($0): some value of the policy \($0)\n" }.joined()
    let text = String(lines.prefix(1380))
    let files = (0..<30_000).map {
      GitFile(
        path: "groups/\($0 % 300)/group-\($0).yaml", text: "name: \($0)\n\(text)")
    }
    let request = CommitRequest(
      folders: [GitFolder(path: "clusters/a", files: files)], author: somebody, message: "m")
    let clock = ContinuousClock()
    var changed: [Bool] = []
    let first = try clock.measure { changed.append(try repository.commit(request).changed) }
    let second = try clock.measure { changed.append(try repository.commit(request).changed) }
    #expect(changed == [true, false])
    print("commit of 30,000 files: \(first), without change: \(second)")
    try expectSound(folder.file("r"))
  }
}

/// A small seeded generator.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
