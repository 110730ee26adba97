import Archive
import AuditLog

/// Finds audit logs in what is read: in plain files, in compressed ones, and in the
/// archives of support bundles, also where one lies in another. Nothing is unpacked
/// to disk, and no more than a block is held.
final class LogUnpacker {
  /// Takes a line of a log, with the name of the file that it stands in.
  typealias Take = (_ place: String, UnsafeRawBufferPointer) throws -> Void

  /// Takes the name of an archive within another that is damaged, and why.
  typealias Damaged = (_ place: String, ArchiveError) -> Void

  private enum Form {
    case unknown
    case plain
    case gzip(GzipReader, LogUnpacker)
    case tar(TarReader)
  }

  private let name: String
  private let depth: Int
  private let take: Take
  private let damaged: Damaged
  private var form = Form.unknown
  private var head: [UInt8] = []
  private var splitter = LineSplitter()
  private var inner: LogUnpacker?
  /// How deep archives may lie in each other.
  private static let deepest = 8
  private static let block = 512

  init(
    name: String, depth: Int = 0, damaged: @escaping Damaged = { _, _ in }, take: @escaping Take
  ) {
    self.name = name
    self.depth = depth
    self.take = take
    self.damaged = damaged
  }

  /// Takes more bytes.
  func add(_ bytes: UnsafeRawBufferPointer) throws {
    guard case .unknown = form else { return try pass(bytes) }
    head.append(contentsOf: bytes)
    // A date tells a log at once, also where no more comes for a while.
    let isLog = head.count > 4 && head[4] == UInt8(ascii: "/") && head[0] == UInt8(ascii: "2")
    if head.count >= Self.block || isLog { try decide() }
  }

  /// Takes the end.
  func end() throws {
    if case .unknown = form { try decide() }
    switch form {
    case .gzip(let reader, let inner):
      try reader.end()
      try inner.end()
    case .plain:
      var lines = splitter
      try lines.end { try take(name, $0) }
    case .tar(let reader): try reader.end()
    case .unknown: break
    }
  }

  private func decide() throws {
    let first = head
    head = []
    if depth < Self.deepest, GzipReader.isGzip(first) {
      let inside = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
      form = .gzip(
        try GzipReader(),
        LogUnpacker(name: inside, depth: depth + 1, damaged: damaged, take: take))
    } else if depth < Self.deepest, TarReader.isTar(first) {
      form = .tar(TarReader())
    } else {
      form = .plain
    }
    try first.withUnsafeBytes { try pass($0) }
  }

  private func pass(_ bytes: UnsafeRawBufferPointer) throws {
    switch form {
    case .unknown: break
    case .plain:
      var lines = splitter
      splitter = LineSplitter()
      defer { splitter = lines }
      try lines.add(bytes) { try take(name, $0) }
    case .gzip(let reader, let inner): try reader.add(bytes) { try inner.add($0) }
    case .tar(var reader):
      form = .unknown
      defer { form = .tar(reader) }
      try reader.add(
        bytes,
        begin: { file in
          guard Self.isWanted(file) else { return false }
          inner = LogUnpacker(
            name: "\(name):\(file)", depth: depth + 1, damaged: damaged, take: take)
          return true
        }, content: { bytes in try within { try $0.add(bytes) } },
        end: {
          try within { try $0.end() }
          inner = nil
        })
    }
  }

  /// Reads the file within the archive. One that is damaged is passed over: the files
  /// beside it are whole.
  private func within(_ body: (LogUnpacker) throws -> Void) throws {
    guard let inner else { return }
    do { try body(inner) } catch let error as ArchiveError {
      damaged(inner.name, error)
      self.inner = nil
    }
  }

  /// Whether a file in an archive is an audit log or may hold one: `np.log`, rotated
  /// ones (`np-2026-….log`, compressed or not), and archives.
  private static func isWanted(_ path: String) -> Bool {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    if [".tar", ".tgz", ".tar.gz"].contains(where: file.hasSuffix) { return true }
    return file.hasPrefix("np") && file.contains(".log")
  }
}
