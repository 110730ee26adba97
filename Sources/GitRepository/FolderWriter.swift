import Glibc

/// What ``FolderWriter`` did; paths from the top folder, sorted by bytes.
public struct FolderWriteResult: Sendable, Hashable {
  /// New or changed files.
  public var written: [String] = []
  /// Stale files that are gone.
  public var removed: [String] = []
  /// Whether any byte changed.
  public var changed: Bool { !written.isEmpty || !removed.isEmpty }
}

/// Writes rendered folders into a plain directory: `--no-commit`.
public enum FolderWriter {
  /// Makes `directory/folder` hold exactly these files and touches nothing
  /// else. The directory is made when it is missing. Equal files are not
  /// written; all others are written beside their place first and renamed when
  /// all are on disk.
  public static func write(
    into directory: String, _ folders: [GitFolder]
  ) throws(GitError) -> FolderWriteResult {
    try GitPath.validate(folders: folders.map(\.path))
    var sorted: [GitFolder] = []
    for folder in folders {
      sorted.append(GitFolder(path: folder.path, files: try GitPath.sorted(folder.files)))
    }
    var root = directory.isEmpty ? "." : directory
    try FileSystem.makeFolders(root)
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }

    var result = FolderWriteResult()
    var writes = StagedWrites(root: root)
    var stale: [String] = []
    for folder in sorted {
      let depth = GitPath.components(folder.path).count
      try StagedWrites.removeLeftovers(below: "\(root)/\(folder.path)")
      let present = try list(root, folder.path)
      let wanted = Set(folder.files.map { "\(folder.path)/\($0.path)" })
      stale += present.filter { !wanted.contains($0) }
      let known = Set(present)
      for file in folder.files {
        let path = "\(folder.path)/\(file.path)"
        if known.contains(path), try isEqual("\(root)/\(path)", file.bytes) { continue }
        try writes.stage(path, file.bytes, owned: depth, replaced: depth)
        result.written.append(path)
      }
    }
    // What comes goes in before the rest goes: a run that is killed in between
    // leaves no less than there was.
    let coming = GitPath.Places(result.written)
    func remove(_ paths: [String]) throws(GitError) {
      for path in paths {
        try FileSystem.remove("\(root)/\(path)")
        result.removed.append(path)
      }
      for path in paths { removeEmptyFolders(above: path, root, folders: sorted.map(\.path)) }
    }
    try remove(stale.filter { coming.collide(with: $0) })
    try writes.finish()
    try remove(stale.filter { !coming.collide(with: $0) })
    result.removed.sort { GitPath.precedes($0, $1) }
    return result
  }

  /// All files and links below `root/folder`, never through a link.
  private static func list(_ root: String, _ folder: String) throws(GitError) -> [String] {
    var path = root
    for component in GitPath.components(folder) {
      path += "/\(component)"
      switch try FileSystem.kind(path) {
      case .missing: return []
      case .folder: break
      case .link: try StagedWrites.requireInside(path, root)
      default: throw .file(path: path, operation: "enter", errno: ENOTDIR)
      }
    }
    var found: [String] = []
    var pending = [folder]
    while let next = pending.popLast() {
      for name in try FileSystem.names("\(root)/\(next)") {
        let path = "\(next)/\(name)"
        if name == ".git" {
          throw .invalidPath(path: path, reason: "is a repository inside the folder")
        }
        if try FileSystem.kind("\(root)/\(path)") == .folder {
          pending.append(path)
        } else {
          found.append(path)
        }
      }
    }
    return found.sorted { GitPath.precedes($0, $1) }
  }

  private static func isEqual(_ path: String, _ bytes: [UInt8]) throws(GitError) -> Bool {
    var info = stat()
    guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG,
      Int(info.st_size) == bytes.count
    else { return false }
    return try FileSystem.read(path) == bytes
  }

  /// Removes folders that a deletion emptied, the replaced folder included.
  static func removeEmptyFolders(above path: String, _ root: String, folders: [String]) {
    guard let folder = folders.first(where: { path.hasPrefix($0 + "/") }) else { return }
    var parts = GitPath.components(path).dropLast()
    while parts.count >= GitPath.components(folder).count {
      guard rmdir("\(root)/\(parts.joined(separator: "/"))") == 0 else { return }
      parts = parts.dropLast()
    }
  }
}
