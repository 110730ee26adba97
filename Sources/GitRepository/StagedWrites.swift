import Glibc

/// Files that are first written beside their places and then renamed, so that
/// a full disk leaves every file as it was. A folder that is new is written
/// beside its place as a whole: one rename instead of thousands.
struct StagedWrites {
  /// Files and new folders that wait for their rename.
  private var staged: [(temporary: String, path: String)] = []
  /// What was made inside new folders, in order.
  private var inside: [(path: String, isFolder: Bool)] = []
  private var folders: [String: Folder] = [:]
  private let root: String

  /// Where a folder is until the end.
  private struct Folder {
    var path: String
    var isNew: Bool
  }

  /// `root` exists and ends without `/`.
  init(root: String) { self.root = root }

  /// Writes the bytes beside `root/path`.
  ///
  /// - Parameters:
  ///   - owned: folders below so many components that are links or files are
  ///     replaced; those above must be real folders.
  ///   - replaced: the components of the folder that is replaced. What a
  ///     killed run leaves behind lies inside it.
  mutating func stage(
    _ path: String, _ bytes: [UInt8], executable: Bool = false, owned: Int, replaced: Int
  ) throws(GitError) {
    do {
      let slash = path.utf8.lastIndex(of: 0x2f)
      let folder = try prepare(slash.map { path[..<$0] } ?? "", owned: owned, replaced: replaced)
      let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
      if folder.isNew {
        let place = "\(folder.path)/\(name)"
        try FileSystem.create(place, bytes, executable: executable)
        inside.append((place, false))
      } else {
        let temporary = temporaryPath(in: folder.path)
        try FileSystem.replace(temporary, bytes, executable: executable)
        staged.append((temporary, "\(root)/\(path)"))
      }
    } catch {
      discard()
      throw error
    }
  }

  /// Puts all files in their places.
  mutating func finish() throws(GitError) {
    while let (temporary, path) = staged.last {
      do {
        try FileSystem.moveInto(temporary, path)
      } catch {
        discard()
        throw error
      }
      staged.removeLast()
    }
  }

  private mutating func discard() {
    for (path, isFolder) in inside.reversed() { _ = isFolder ? rmdir(path) : unlink(path) }
    for (temporary, _) in staged where unlink(temporary) != 0 { rmdir(temporary) }
    staged = []
    inside = []
  }

  /// Whether a file or folder of that name waits for its rename, or was left behind
  /// by a run that was killed.
  static func isTemporary(_ name: String) -> Bool {
    name.hasPrefix(".nsx-antrea-") && (name.hasSuffix(".tmp") || name.contains(".tmp."))
  }

  /// Removes what killed runs left behind in a folder.
  static func removeLeftovers(below folder: String) throws(GitError) {
    guard try FileSystem.kind(folder) == .folder else { return }
    for name in try FileSystem.names(folder) {
      let path = "\(folder)/\(name)"
      if isTemporary(name) {
        try removeAll(path)
      } else if try FileSystem.kind(path) == .folder, name != ".git" {
        try removeLeftovers(below: path)
      }
    }
  }

  private static func removeAll(_ path: String) throws(GitError) {
    guard try FileSystem.kind(path) == .folder else { return try FileSystem.remove(path) }
    for name in try FileSystem.names(path) { try removeAll("\(path)/\(name)") }
    guard rmdir(path) == 0 else { throw FileSystem.failed(path, "remove") }
  }

  private func temporaryPath(in folder: String) -> String {
    "\(folder)/.nsx-antrea-\(getpid())-\(staged.count).tmp"
  }

  private mutating func prepare(
    _ path: Substring, owned: Int, replaced: Int
  ) throws(GitError) -> Folder {
    if let known = folders[String(path)] { return known }
    var logical = ""
    var folder = Folder(path: root, isNew: false)
    for (index, part) in path.split(separator: "/").enumerated() {
      logical += logical.isEmpty ? String(part) : "/\(part)"
      if let known = folders[logical] {
        folder = known
        continue
      }
      let place = "\(folder.path)/\(part)"
      if folder.isNew {
        try FileSystem.makeFolder(place)
        inside.append((place, true))
        folder = Folder(path: place, isNew: true)
      } else {
        folder = try enter(
          place, in: folder.path, isOwned: index >= owned, isReplaced: index >= replaced)
      }
      folders[logical] = folder
    }
    return folder
  }

  private mutating func enter(
    _ path: String, in parent: String, isOwned: Bool, isReplaced: Bool
  ) throws(GitError) -> Folder {
    switch try FileSystem.kind(path) {
    case .missing where isReplaced:
      let temporary = try FileSystem.makeNewFolder(temporaryPath(in: parent))
      staged.append((temporary, path))
      return Folder(path: temporary, isNew: true)
    case .missing: try FileSystem.makeFolder(path)
    case .folder: break
    case .link where !isOwned: try Self.requireInside(path, root)
    default:
      guard isOwned else { throw .file(path: path, operation: "enter", errno: ENOTDIR) }
      try FileSystem.remove(path)
      try FileSystem.makeFolder(path)
    }
    return Folder(path: path, isNew: false)
  }

  /// Throws unless a link ends inside the root.
  static func requireInside(_ path: String, _ root: String) throws(GitError) {
    guard let real = FileSystem.real(path), let top = FileSystem.real(root),
      real.hasPrefix(top == "/" ? "/" : top + "/")
    else { throw .linkLeadsOutside(path: path) }
  }
}

extension GitRepository {
  /// Whether a name in a work tree is one of those that files wait under for their
  /// rename: a run is writing there, or was killed while it did.
  public static func isUnfinished(_ name: String) -> Bool { StagedWrites.isTemporary(name) }
}
