import Failures
import Glibc

/// Whole files, with errors that name the file and the way out.
public enum Files {
  /// Reads a file; `-` is standard input.
  ///
  /// - Throws: ``Failure`` of the kind given.
  public static func read(_ path: String, kind: Failure.Kind = .invalidInput) throws -> [UInt8] {
    let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(kind, path, "cannot be read") }
    defer { if descriptor != 0 { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(kind, path, "cannot be read") }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw Failure(kind, subject: path, cause: "is a folder, not a file")
    }
    var bytes: [UInt8] = []
    let expected = max(Int(status.st_size), 0)
    bytes.reserveCapacity(expected + 1)
    let chunk = max(min(expected + 1, 1 << 22), 1 << 16)
    while true {
      let start = bytes.count
      var got = 0
      bytes.append(contentsOf: repeatElement(0, count: chunk))
      got = bytes.withUnsafeMutableBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return Glibc.read(descriptor, base + start, chunk)
      }
      bytes.removeLast(chunk - max(got, 0))
      if got < 0 {
        if errno == EINTR { continue }
        throw failure(kind, path, "cannot be read")
      }
      if got == 0 { return bytes }
    }
  }

  /// Writes a file so that readers see the old bytes or the new ones: a
  /// temporary file beside it, then a rename. `-` is standard output.
  ///
  /// - Parameter mode: Permission bits of a new file.
  public static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws {
    if path == "-" {
      try writeAll(bytes, to: 1, path: "standard output")
      return
    }
    let temporary = "\(path).tmp-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(.failed, path, "cannot be written") }
    do {
      try writeAll(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
        throw failure(.failed, path, "cannot be written")
      }
      close(descriptor)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = failure(.failed, path, "cannot be written")
      unlink(temporary)
      throw error
    }
  }

  /// Whether something exists at a path.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether a path is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted.
  public static func list(_ path: String) throws -> [String] {
    guard let folder = opendir(path) else { throw failure(.invalidInput, path, "cannot be listed") }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// A path relative to the folder of another file; absolute ones and `~` are
  /// resolved as a shell does.
  public static func resolve(_ path: String, relativeTo folder: String, home: String?) -> String {
    if path.hasPrefix("/") || path == "-" { return path }
    if path == "~" || path.hasPrefix("~/"), let home { return home + path.dropFirst(1) }
    if folder.isEmpty || folder == "." { return path }
    return folder + "/" + path
  }

  /// The folder part of a path; `.` where there is none.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var offset = 0
    while offset < bytes.count {
      let written = bytes.withUnsafeBytes { buffer -> Int in
        guard let base = buffer.baseAddress else { return 0 }
        return Glibc.write(descriptor, base + offset, bytes.count - offset)
      }
      if written < 0 {
        if errno == EINTR { continue }
        throw failure(.failed, path, "cannot be written")
      }
      offset += written
    }
  }

  /// A failure from `errno`.
  static func failure(_ kind: Failure.Kind, _ path: String, _ what: String) -> Failure {
    let code = errno
    let remedy: String? =
      switch code {
      case ENOENT: "check the path; it is taken from the current folder"
      case EACCES, EPERM: "check the permissions of the file and its folder"
      case EROFS: "the file system is read-only; choose another place"
      case ENOSPC, EDQUOT: "the disk is full; free space and run again"
      default: nil
      }
    let permission = code == EACCES || code == EPERM
    return Failure(
      permission && kind == .failed ? .failed : kind, subject: path,
      cause: "\(what): \(String(cString: strerror(code)))", remedy: remedy)
  }
}
