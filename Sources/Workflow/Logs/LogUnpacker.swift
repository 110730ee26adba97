import Archive

/// Finds audit logs in what is read: in plain files, in compressed ones, and in the
/// archives of support bundles, also where one lies in another. Nothing is unpacked
/// to disk, and no more than a block is held.
final class LogUnpacker {
  /// Takes bytes of a log, with the name of the file that they stand in.
  typealias Take = (_ place: String, UnsafeRawBufferPointer) throws -> Void
  /// Told at the end of each log.
  typealias End = () throws -> Void

  private enum Form {
    case unknown
    case plain
    case gzip(GzipReader, LogUnpacker)
    case tar(TarReader)
  }

  private let name: String
  private let depth: Int
  private let take: Take
  private let ended: End
  private var form = Form.unknown
  private var head: [UInt8] = []
  private var inner: LogUnpacker?
  /// How deep archives may lie in each other.
  private static let deepest = 8
  private static let block = 512

  init(name: String, depth: Int = 0, take: @escaping Take, ended: @escaping End) {
    self.name = name
    self.depth = depth
    self.take = take
    self.ended = ended
  }

  /// Takes more bytes.
  func add(_ bytes: UnsafeRawBufferPointer) throws {
    guard case .unknown = form else { return try pass(bytes) }
    head.append(contentsOf: bytes)
    if head.count >= Self.block { try decide() }
  }

  /// Takes the end.
  func end() throws {
    if case .unknown = form { try decide() }
    switch form {
    case .gzip(let reader, let inner):
      try reader.end()
      try inner.end()
    case .plain: try ended()
    case .tar, .unknown: break
    }
  }

  private func decide() throws {
    let first = head
    head = []
    if depth < Self.deepest, GzipReader.isGzip(first) {
      let inside = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
      form = .gzip(
        try GzipReader(),
        LogUnpacker(name: inside, depth: depth + 1, take: take, ended: ended))
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
    case .plain: try take(name, bytes)
    case .gzip(let reader, let inner): try reader.add(bytes) { try inner.add($0) }
    case .tar(var reader):
      form = .unknown
      defer { form = .tar(reader) }
      try reader.add(
        bytes,
        begin: { file in
          guard Self.isWanted(file) else { return false }
          inner = LogUnpacker(
            name: "\(name):\(file)", depth: depth + 1, take: take, ended: ended)
          return true
        }, content: { try inner?.add($0) },
        end: {
          try inner?.end()
          inner = nil
        })
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
