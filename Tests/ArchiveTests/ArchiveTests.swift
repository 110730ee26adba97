import Archive
import ChildProcesses
import Foundation
import Testing

@Suite("tar and gzip")
struct ArchiveTests {
  private func pack(_ files: [(String, [UInt8])]) throws -> [UInt8] {
    var output: [UInt8] = []
    let gzip = try GzipWriter { output += $0 }
    let tar = TarWriter { try gzip.add($0) }
    for (name, bytes) in files { try tar.add(name, bytes, time: 1_770_000_000) }
    try tar.finish()
    try gzip.finish()
    return output
  }

  private func unpack(_ bytes: [UInt8], chunk: Int) throws -> [(String, [UInt8])] {
    let gzip = try GzipReader()
    var tar = TarReader()
    var files: [(String, [UInt8])] = []
    try bytes.withUnsafeBytes { all in
      var start = 0
      while start < all.count {
        let end = min(start + chunk, all.count)
        try gzip.add(UnsafeRawBufferPointer(rebasing: all[start..<end])) { part in
          try tar.add(
            part,
            begin: {
              files.append(($0, []))
              return true
            }, content: { files[files.count - 1].1 += $0 }, end: {})
        }
        start = end
      }
    }
    try gzip.end()
    return files
  }

  private let files: [(String, [UInt8])] = [
    ("manifest.json", Array("{}\n".utf8)), ("empty", []),
    (
      String(repeating: "folder/", count: 20) + "np.log",
      (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    ),
  ]

  @Test("what is packed is unpacked, whatever the pieces", arguments: [1, 100, 4096, 1 << 20])
  func both(chunk: Int) throws {
    let found = try unpack(try pack(files), chunk: chunk)
    #expect(found.map(\.0) == files.map(\.0))
    for (left, right) in zip(found, files) { #expect(left.1 == right.1) }
  }

  @Test("the same files give the same bytes")
  func deterministic() throws { #expect(try pack(files) == pack(files)) }

  @Test("tar reads it")
  func program() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/archive-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(try pack(files)).write(to: URL(fileURLWithPath: "\(folder)/a.tar.gz"))
    let run = try ProgramRun.blocking(["tar", "-xzf", "\(folder)/a.tar.gz", "-C", folder])
    #expect(run.status == 0, "\(run.errors)")
    for (name, bytes) in files {
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")) == Data(bytes))
    }
  }

  @Test("a cut stream is told")
  func cut() throws {
    let bytes = try pack(files)
    #expect(throws: ArchiveError.self) {
      try unpack(Array(bytes.dropLast(10)), chunk: 4096)
    }
  }

  @Test("a cut archive and a size that is none are refused")
  func hostile() throws {
    var bytes: [UInt8] = []
    let tar = TarWriter { bytes += $0 }
    try tar.add("np.log", Array("line".utf8), time: 0)
    try tar.finish()
    func read(_ bytes: [UInt8]) throws {
      var reader = TarReader()
      try bytes.withUnsafeBytes {
        try reader.add($0, begin: { _ in true }, content: { _ in }, end: {})
      }
      try reader.end()
    }
    try read(bytes)
    #expect(throws: ArchiveError.self) { try read(Array(bytes[..<514])) }
    for size: [UInt8] in [
      [UInt8](repeating: 0xff, count: 12), [0x80] + [UInt8](repeating: 0x90, count: 11),
    ] {
      var changed = bytes
      changed.replaceSubrange(124..<136, with: size)
      let sum = changed[..<512].enumerated().reduce(0) {
        $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
      }
      let octal = String(sum, radix: 8)
      let field = String(repeating: "0", count: 6 - octal.count) + octal
      changed.replaceSubrange(148..<156, with: Array(field.utf8) + [0, 0x20])
      #expect(throws: ArchiveError.self) { try read(changed) }
    }
  }

  @Test("names that leave the folder, or are none, are refused")
  func names() throws {
    let tar = TarWriter { _ in }
    for name in ["", "/etc/passwd", "a/../../b", "..", "./a", "a//b", "a/", "a\u{0}b"] {
      #expect(throws: ArchiveError.self, "\(name)") { try tar.add(name, [], time: 0) }
    }
  }
}
