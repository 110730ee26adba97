import Glibc

/// Rules for paths that become part of a git tree.
enum GitPath {
  /// The components of a relative path.
  static func components(_ path: String) -> [Substring] {
    path.split(separator: "/", omittingEmptySubsequences: false)
  }

  /// Files that are to be, to tell which others are in their way.
  struct Places {
    private var files: Set<String> = []
    private var folders: Set<String> = []

    init(_ paths: [String]) {
      files = Set(paths)
      for path in paths { folders.formUnion(Self.above(path)) }
    }

    /// Whether the file at a path has to go before the others can come: where it is a
    /// folder will be, or where its folder is a file.
    func collide(with path: String) -> Bool {
      folders.contains(path) || Self.above(path).contains { files.contains($0) }
    }

    private static func above(_ path: String) -> [String] {
      path.indices.filter { path[$0] == "/" }.map { String(path[..<$0]) }
    }
  }

  /// The bytes after the last `/`.
  static func lastComponent(_ path: String) -> [UInt8] {
    let bytes = path.utf8
    guard let slash = bytes.lastIndex(of: 0x2f) else { return Array(bytes) }
    return Array(bytes[bytes.index(after: slash)...])
  }

  /// Throws unless every component is a plain name that git (and its fsck)
  /// accepts.
  static func validate(_ path: String) throws(GitError) {
    guard !path.isEmpty else { throw .invalidPath(path: path, reason: "the path is empty") }
    // Few names begin with a dot or `g`: all others need no closer look.
    var needsLook = false
    var atStart = true
    for byte in path.utf8 {
      if byte == 0 { throw .invalidPath(path: path, reason: "the path contains a NUL byte") }
      if atStart, byte == 0x2e || byte == 0x2f || byte | 0x20 == 0x67 { needsLook = true }
      atStart = byte == 0x2f
    }
    guard needsLook || atStart else { return }
    for component in components(path) {
      let name = component.lowercased()
      if name.isEmpty || name == "." || name == ".." {
        throw .invalidPath(path: path, reason: "`\(name)` is not a name of a file or folder")
      }
      if name == ".git" || name == "git~1" || name == ".gitmodules" {
        throw .invalidPath(path: path, reason: "`\(component)` is git's own name")
      }
    }
  }

  /// Byte order of whole paths, which is git's order of trees as well.
  static func precedes(_ left: String, _ right: String) -> Bool {
    let fast = left.utf8.withContiguousStorageIfAvailable { a in
      right.utf8.withContiguousStorageIfAvailable { b -> Bool in
        guard let first = a.baseAddress, let second = b.baseAddress else {
          return a.count < b.count
        }
        let order = memcmp(first, second, min(a.count, b.count))
        return order == 0 ? a.count < b.count : order < 0
      }
    }
    if let fast, let fast { return fast }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// The files in byte order, checked: valid, distinct, and none a folder of
  /// another.
  static func sorted(_ files: [GitFile]) throws(GitError) -> [GitFile] {
    var sorted = files
    if !zip(files, files.dropFirst()).allSatisfy({ precedes($0.path, $1.path) }) {
      sorted.sort { precedes($0.path, $1.path) }
    }
    var folders: Set<Substring> = []
    var last = ""
    for file in sorted {
      try validate(file.path)
      if file.path == last { throw .invalidPath(path: last, reason: "two files have this path") }
      last = file.path
      if let slash = file.path.utf8.lastIndex(of: 0x2f) {
        var folder = file.path[..<slash]
        while folders.insert(folder).inserted, let next = folder.utf8.lastIndex(of: 0x2f) {
          folder = folder[..<next]
        }
      }
    }
    if !folders.isEmpty, let both = sorted.first(where: { folders.contains($0.path[...]) }) {
      throw .invalidPath(path: both.path, reason: "is both a file and a folder")
    }
    return sorted
  }

  /// Throws when one folder lies inside another or occurs twice.
  static func validate(folders: [String]) throws(GitError) {
    for folder in folders { try validate(folder) }
    let sorted = folders.map { $0 + "/" }.sorted { precedes($0, $1) }
    for (outer, inner) in zip(sorted, sorted.dropFirst()) where inner.hasPrefix(outer) {
      throw .invalidPath(path: String(inner.dropLast()), reason: "lies inside \(outer)")
    }
  }
}
