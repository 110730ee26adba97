import Archive
import Documents
import Failures
import Glibc

/// Something in an archive, or something that is missing from it.
struct BundleEntry: Sendable {
  var path: String
  var what: String
  var size: Int64
  var sum: String

  var document: JSONValue {
    [
      "path": .string(path), "what": .string(what), "size": .integer(size),
      "sha256": .string(sum),
    ]
  }
}

/// What could not be had, and why.
struct BundleGap: Sendable {
  /// `nil` where it is about no single cluster.
  var cluster: String?
  var what: String
  var reason: String
  var hint: String?

  var document: JSONValue {
    [
      "cluster": cluster.map { .string($0) } ?? .null, "what": .string(what),
      "reason": .string(reason), "hint": hint.map { .string($0) } ?? .null,
    ]
  }
}

/// An archive that is being written: one gzip tar with a manifest at its end. It has
/// another name until it is whole.
actor BundleArchive {
  private let path: String
  private let temporary: String
  private let descriptor: Int32
  private let gzip: GzipWriter
  private let tar: TarWriter
  private let redactor: SecretRedactor
  private let time: Int64
  private(set) var entries: [BundleEntry] = []
  private var missed: [BundleGap] = []
  /// What lies elsewhere, for example on a file server.
  private(set) var elsewhere: [JSONValue] = []
  private var isOpen = true
  /// Why an entry is not whole: what follows it cannot be read then.
  private var breach: (any Error)?

  /// - Parameters:
  ///   - path: The name of the whole archive.
  ///   - time: Seconds since 1970.
  init(_ path: String, redactor: SecretRedactor, time: Int64) throws {
    self.path = path
    self.redactor = redactor
    self.time = time
    temporary = "\(path).part-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Files.failure(.failed, path, "cannot be written") }
    self.descriptor = descriptor
    let writer = try GzipWriter { try Files.writeAll($0, to: descriptor, path: path) }
    gzip = writer
    tar = TarWriter { try writer.add($0) }
  }

  /// A place for bytes whose number is not known yet.
  nonisolated func spool() throws -> Spool { try Spool(in: Files.folder(of: path)) }

  /// Adds text, without secrets.
  func add(_ path: String, text: [UInt8], what: String) throws {
    let name = Self.name(path)
    let bytes = redactor.redacted(text)
    try whole { try tar.add(name, bytes, time: time) }
    entries.append(
      BundleEntry(
        path: name, what: what, size: Int64(bytes.count), sum: hexText(SHA256.hash(bytes))))
  }

  /// Adds bytes as they are: archives that others have made.
  func add(_ path: String, _ spool: Spool, what: String) throws {
    let name = Self.name(path)
    try whole { try tar.add(name, size: spool.size, time: time) { take in try spool.read(take) } }
    entries.append(BundleEntry(path: name, what: what, size: spool.size, sum: spool.sum))
  }

  /// A path that stays in the archive's folder: names of nodes and pods are a server's.
  private static func name(_ path: String) -> String {
    path.split(separator: "/").map { part in
      let safe = String(part.unicodeScalars.map { $0.value < 0x20 ? "_" : Character($0) })
      return [".", ".."].contains(safe) ? "_" : safe
    }.joined(separator: "/")
  }

  private func whole(_ add: () throws -> Void) throws {
    do { try add() } catch {
      breach = breach ?? error
      throw error
    }
  }

  /// Notes what is missing.
  func miss(_ gap: BundleGap) { missed.append(gap) }

  /// What is missing, by cluster.
  var gaps: [BundleGap] {
    missed.sorted { left, right in
      utf8Order("\(left.cluster ?? "")/\(left.what)", "\(right.cluster ?? "")/\(right.what)") < 0
    }
  }

  /// Notes what lies elsewhere.
  func note(elsewhere document: JSONValue) { elsewhere.append(document) }

  /// What the archive holds and lacks.
  func manifest() -> JSONValue {
    [
      "schemaVersion": 1, "format": "nsx-antrea-bundle/1", "time": .integer(time),
      "tool": .string(Run.version), "complete": .bool(gaps.isEmpty),
      "entries": .array(
        entries.sorted { utf8Order($0.path, $1.path) < 0 }.map(\.document)),
      "missing": .array(gaps.map(\.document)), "elsewhere": .array(elsewhere),
      "note":
        "Secrets that the tool knows are removed from its own part. Antrea's archives are as Antrea made them.",
    ]
  }

  /// Writes the manifest and gives the archive its name.
  func finish() throws {
    if let breach { throw breach }
    try tar.add("manifest.json", redactor.redacted(JSONWriter.pretty(manifest())), time: time)
    try tar.finish()
    try gzip.finish()
    isOpen = false
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
      let error = Files.failure(.failed, path, "cannot be written")
      discardFile()
      throw error
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let error = Files.failure(.failed, path, "cannot be written")
      unlink(temporary)
      throw error
    }
  }

  /// Leaves nothing.
  func discard() {
    guard isOpen else { return }
    isOpen = false
    discardFile()
  }

  private func discardFile() {
    close(descriptor)
    unlink(temporary)
  }
}
