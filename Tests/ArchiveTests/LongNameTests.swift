import Archive
import Foundation
import Testing

/// Archives with names and sizes that a header has no room for, and archives that are
/// made to do harm.
@Suite("Extended headers of tar")
struct LongNameTests {
  private static func tar(_ files: [(String, [UInt8])]) throws -> [UInt8] {
    var output: [UInt8] = []
    let tar = TarWriter { output += $0 }
    for (name, bytes) in files { try tar.add(name, bytes, time: 1_770_000_000) }
    try tar.finish()
    return output
  }

  private static func read(_ bytes: [UInt8], chunk: Int = 1 << 20) throws -> [(String, [UInt8])] {
    var reader = TarReader()
    var files: [(String, [UInt8])] = []
    try bytes.withUnsafeBytes { all in
      for start in stride(from: 0, to: all.count, by: chunk) {
        try reader.add(
          UnsafeRawBufferPointer(rebasing: all[start..<min(start + chunk, all.count)]),
          begin: {
            files.append(($0, []))
            return true
          }, content: { files[files.count - 1].1 += $0 }, end: {})
      }
    }
    try reader.end()
    return files
  }

  /// A header with its checksum.
  private static func header(
    _ name: String, kind: Character = "0", size: String = "00000000000"
  ) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: Array(text.utf8))
    }
    put(name, 0)
    put(size, 124)
    put("        ", 148)
    put(String(kind), 156)
    put("ustar", 257)
    put("00", 263)
    let octal = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - octal.count) + octal + "\u{0} ", 148)
    return header
  }

  private static func padded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }

  private static func octal(_ size: Int) -> String {
    let digits = String(size, radix: 8)
    return String(repeating: "0", count: 11 - digits.count) + digits
  }

  private static func extra(_ kind: Character, _ text: String) -> [UInt8] {
    header("extra", kind: kind, size: octal(text.utf8.count)) + padded(text)
  }

  private static let names = [
    String(repeating: "x", count: 99), String(repeating: "x", count: 100),
    String(repeating: "x", count: 101), String(repeating: "f/", count: 130) + "np.log",
    String(repeating: "y", count: 200) + "/" + String(repeating: "z", count: 200),
    String(repeating: "ä", count: 77) + ".log", String(repeating: "long/", count: 300) + "np.log",
  ]

  @Test("a name of any length is written and read", arguments: [1, 700, 1 << 20])
  func both(chunk: Int) throws {
    let files = Self.names.enumerated().map { ($1, Array("file \($0)".utf8)) }
    let found = try Self.read(try Self.tar(files), chunk: chunk)
    #expect(found.map(\.0) == files.map(\.0))
    #expect(found.map(\.1) == files.map(\.1))
  }

  @Test("tar reads ours, and we read what it writes", arguments: ["pax", "gnu", "ustar"])
  func program(format: String) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/archive-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: "\(folder)/out", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    // What ustar has room for, where it is that.
    let names = format == "ustar" ? Array(Self.names[..<2] + ["f/f/np.log"]) : Self.names
    let files = names.enumerated().map { ($1, Array("file \($0)".utf8)) }
    try Data(try Self.tar(files)).write(to: URL(fileURLWithPath: "\(folder)/a.tar"))
    func run(_ arguments: [String]) throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["tar"] + arguments
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    try run(["-xf", "\(folder)/a.tar", "-C", "\(folder)/out"])
    for (name, bytes) in files {
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/\(name)")) == Data(bytes))
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/out/link", withDestinationPath: "/etc/passwd")
    try run(["-cf", "\(folder)/b.tar", "--format", format, "-C", "\(folder)/out", "."])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/b.tar")))
    let found = try Self.read(bytes)
    #expect(Set(found.map(\.0)) == Set(files.map { "./\($0.0)" }))
    for (name, bytes) in files {
      #expect(found.first { $0.0 == "./\(name)" }?.1 == bytes)
    }
  }

  @Test("a size in an extended header counts")
  func sizes() throws {
    let bytes =
      Self.extra("x", "10 size=5\n") + Self.header("a") + Self.padded("12345")
      + Self.header("b", size: Self.octal(1)) + Self.padded("6")
      + [UInt8](repeating: 0, count: 1024)
    let found = try Self.read(bytes)
    #expect(found.map(\.0) == ["a", "b"])
    #expect(found.map { String(decoding: $0.1, as: UTF8.self) } == ["12345", "6"])
  }

  @Test("links, folders and devices are passed over, whatever size they claim")
  func links() throws {
    let links = ["1", "2", "3", "4", "5", "6"].flatMap {
      Self.header("../../etc/passwd", kind: Character($0), size: Self.octal(1 << 30))
    }
    let bytes =
      links + Self.extra("g", "11 path=no\n") + Self.extra("K", "/etc/shadow")
      + Self.header("np.log", size: Self.octal(1)) + Self.padded("x")
    #expect(try Self.read(bytes).map(\.0) == ["np.log"])
  }

  @Test("damaged, endless and cut ones are refused")
  func hostile() throws {
    for records in [
      "9999999 path=x\n", "3 p\n", "x path=y\n", "0 \n", "12 path=nofeed", "6 path",
      "99999999999999999999 path=x\n", "13 size=-500\n", "32 size=99999999999999999999999\n",
    ] {
      #expect(throws: ArchiveError.self, "\(records)") {
        try Self.read(Self.extra("x", records) + Self.header("a"))
      }
    }
    for kind: Character in ["x", "L", "g"] {
      // It would have to be kept.
      let endless = Self.header("extra", kind: kind, size: Self.octal(1 << 30))
      #expect(throws: ArchiveError.self) { try Self.read(endless) }
      let cut = Self.extra(kind, "11 path=no\n").dropLast(100)
      #expect(throws: ArchiveError.self) { try Self.read(Array(cut)) }
    }
    let holes = Self.header("np.log", kind: "S", size: Self.octal(1)) + Self.padded("x")
    #expect(throws: ArchiveError.self) { try Self.read(holes) }
  }
}
