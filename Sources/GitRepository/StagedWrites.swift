import Glibc

/// Files that are first written beside their places and then renamed, so that
/// a full disk leaves every file as it was.
struct StagedWrites {
  private var staged: [(temporary: String, path: String)] = []
  private var folders: Set<String> = []
  private let root: String

  /// `root` exists and ends without `/`.
  init(root: String) { self.root = root }

  /// Writes the bytes beside `root/path`; folders below `below` components
  /// that are links or files are replaced, those above must be real folders.
  mutating func stage(
    _ path: String, _ bytes: [UInt8], executable: Bool = false, owned: Int
  ) throws(GitError) {
    do {
      let parts = GitPath.components(path)
      try prepareFolders(parts.dropLast(), owned: owned)
      let target = "\(root)/\(path)"
      let parent = ([root[...]] + parts.dropLast()).joined(separator: "/")
      let temporary = "\(parent)/.nsx-antrea-\(getpid())-\(staged.count).tmp"
      try FileSystem.remove(temporary)
      try FileSystem.create(temporary, bytes, executable: executable)
      staged.append((temporary, target))
    } catch {
      discard()
      throw error
    }
  }

  /// Puts all files in their places.
  mutating func finish() throws(GitError) {
    while let (temporary, path) = staged.last {
      do {
        // A folder in the place of a file goes only when nothing is left in it.
        if try FileSystem.kind(path) == .folder { rmdir(path) }
        try FileSystem.rename(temporary, path)
      } catch {
        discard()
        throw error
      }
      staged.removeLast()
    }
  }

  private mutating func discard() {
    for (temporary, _) in staged { unlink(temporary) }
    staged = []
  }

  private mutating func prepareFolders(
    _ parts: ArraySlice<Substring>, owned: Int
  ) throws(GitError) {
    var path = root
    for (index, part) in parts.enumerated() {
      path += "/\(part)"
      if folders.contains(path) { continue }
      switch try FileSystem.kind(path) {
      case .missing: try FileSystem.makeFolder(path)
      case .folder: break
      case .link where index < owned: try Self.requireInside(path, root)
      default:
        guard index >= owned else { throw .file(path: path, operation: "enter", errno: ENOTDIR) }
        try FileSystem.remove(path)
        try FileSystem.makeFolder(path)
      }
      folders.insert(path)
    }
  }

  /// Throws unless a link ends inside the root.
  static func requireInside(_ path: String, _ root: String) throws(GitError) {
    guard let real = FileSystem.real(path), let top = FileSystem.real(root),
      real.hasPrefix(top == "/" ? "/" : top + "/")
    else { throw .linkLeadsOutside(path: path) }
  }
}
