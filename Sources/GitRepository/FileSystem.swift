import Glibc

/// The few file calls that writing folders needs, with typed errors.
enum FileSystem {
  enum Kind { case missing, file, folder, link, other }

  /// What is at a path, without following a link.
  static func kind(_ path: String) throws(GitError) -> Kind {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return .missing }
      throw failed(path, "look at")
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// When something was written to, in seconds since 1970; `nil` where nothing is.
  static func modified(_ path: String) throws(GitError) -> Int? {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failed(path, "look at")
    }
    return info.st_mtim.tv_sec
  }

  /// The bytes of a file.
  static func read(_ path: String) throws(GitError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw failed(path, "read") }
    defer { close(descriptor) }
    var info = stat()
    guard fstat(descriptor, &info) == 0 else { throw failed(path, "read") }
    var bytes = [UInt8](repeating: 0, count: Int(info.st_size))
    var filled = 0
    while filled < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failed(path, "read") }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Creates a file of a work tree that must not exist; it is removed again on
  /// failure.
  static func create(_ path: String, _ bytes: [UInt8], executable: Bool) throws(GitError) {
    try create(path, bytes, mode: executable ? 0o777 : 0o666, sync: false)
  }

  /// Creates a file that must not exist; it is removed again on failure. With
  /// `sync` its bytes are on the disk at the end.
  static func create(
    _ path: String, _ bytes: [UInt8], mode: mode_t, sync: Bool
  ) throws(GitError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw failed(path, "create") }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = failed(path, "write")
        close(descriptor)
        unlink(path)
        throw error
      }
      written += count
    }
    if sync, fsync(descriptor) != 0, errno != EINVAL {
      let error = failed(path, "write")
      close(descriptor)
      unlink(path)
      throw error
    }
    guard close(descriptor) == 0 else {
      let error = failed(path, "write")
      unlink(path)
      throw error
    }
  }

  /// Brings the names of a folder to the disk; file systems that know no such
  /// thing say `EINVAL`.
  static func syncFolder(_ path: String) throws(GitError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(path, "open") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failed(path, "write") }
  }

  /// Creates a file; one that is there goes first.
  static func replace(_ path: String, _ bytes: [UInt8], executable: Bool) throws(GitError) {
    do {
      try create(path, bytes, executable: executable)
    } catch .file(_, _, EEXIST) {
      try remove(path)
      try create(path, bytes, executable: executable)
    }
  }

  /// Renames a file or a new folder to its place. A folder in the place of a
  /// file goes only when nothing is left in it.
  static func moveInto(_ from: String, _ to: String) throws(GitError) {
    if Glibc.rename(from, to) == 0 { return }
    guard errno == EISDIR, rmdir(to) == 0 else { throw failed(to, "write") }
    try rename(from, to)
  }

  /// Makes a folder unless it is there.
  static func makeFolder(_ path: String) throws(GitError) {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failed(path, "create folder") }
  }

  /// Makes a folder that was not there, with a number at its end where a killed
  /// run left one of that name: in a container every process has the same id.
  static func makeNewFolder(_ path: String) throws(GitError) -> String {
    var place = path
    for number in 1... {
      if mkdir(place, 0o777) == 0 { return place }
      guard errno == EEXIST, number < 10_000 else { break }
      place = "\(path).\(number)"
    }
    throw failed(place, "create folder")
  }

  /// Makes a folder and those above it.
  static func makeFolders(_ path: String) throws(GitError) {
    var made = path.hasPrefix("/") ? "/" : ""
    for component in path.split(separator: "/") {
      made += made.isEmpty || made.hasSuffix("/") ? String(component) : "/\(component)"
      if try kind(made) == .missing { try makeFolder(made) }
    }
  }

  static func rename(_ from: String, _ to: String) throws(GitError) {
    guard Glibc.rename(from, to) == 0 else { throw failed(to, "write") }
  }

  /// Removes a file or link. A folder in its place is left: it holds the files
  /// that took over the name.
  static func remove(_ path: String) throws(GitError) {
    guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR || errno == EISDIR else {
      throw failed(path, "remove")
    }
  }

  /// The names in a folder, sorted.
  static func names(_ path: String) throws(GitError) -> [String] {
    guard let stream = opendir(path) else { throw failed(path, "list") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The path without links; `nil` when it does not exist.
  static func real(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// `errno` as an error; must follow the call at once.
  static func failed(_ path: String, _ operation: String) -> GitError {
    .file(path: path, operation: operation, errno: errno)
  }
}
