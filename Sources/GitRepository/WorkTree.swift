import CLibGit2
import Glibc

/// The work tree that has the target branch checked out, and follows it.
struct WorkTree {
  private let repository: OpaquePointer
  /// Without a `/` at the end.
  private let root: String

  /// The work tree to update; `nil` when none has the branch checked out.
  static func following(
    _ branch: String, tip: ObjectID?, in repository: OpaquePointer
  ) throws(GitError) -> WorkTree? {
    if git_repository_is_bare(repository) == 0, GitRepository.headBranch(of: repository) == branch,
      let path = git_repository_workdir(repository)
    {
      var root = String(cString: path)
      while root.count > 1, root.hasSuffix("/") { root.removeLast() }
      return WorkTree(repository: repository, root: root)
    }
    guard tip != nil else { return nil }
    var reference: OpaquePointer?
    try check(git_reference_lookup(&reference, repository, "refs/heads/\(branch)"), branch)
    defer { git_reference_free(reference) }
    if git_repository_is_bare(repository) == 0,
      try check(git_branch_is_checked_out(reference), branch) == 1
    {
      throw .checkedOutElsewhere(branch: branch)
    }
    return nil
  }

  /// Throws when a file of the folder is not as the old tip has it, unless it
  /// already is as the change wants it; untracked files count only when they
  /// are in the way.
  func requireClean(_ folder: FolderChange) throws(GitError) {
    let wanted = Dictionary(
      folder.changes.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    var dirty: [String] = []
    for item in try status(folder.path) {
      let change = wanted[item.path]
      let new = change.map(\.new) ?? folder.present[item.path]
      let isTracked = item.flags & (GIT_STATUS_WT_NEW.rawValue | GIT_STATUS_IGNORED.rawValue) == 0
      if !isTracked, change?.new == nil, !inTheWay(item.path, wanted) { continue }
      let staged = item.flags & Self.indexFlags != 0 ? item.index : folder.present[item.path]
      let onDisk =
        item.flags & Self.diskFlags != 0 ? try hash(item.path) : staged
      let conflicted = item.flags & GIT_STATUS_CONFLICTED.rawValue != 0
      let old = folder.present[item.path]
      if conflicted || !(staged == old || staged == new) || !(onDisk == old || onDisk == new) {
        dirty.append(item.path)
      }
    }
    for parent in Set(wanted.keys.map { $0[..<($0.utf8.lastIndex(of: 0x2f) ?? $0.startIndex)] }) {
      try requireRealFolders(parent, folder.path)
    }
    guard dirty.isEmpty else {
      throw .folderNotClean(
        folder: folder.path, paths: Array(dirty.sorted().prefix(3)), count: dirty.count)
    }
  }

  /// Throws when anything tracked in the folder differs from the tip, or an
  /// untracked file lies in it.
  func requireClean(_ folder: String) throws(GitError) {
    let ignored = GIT_STATUS_IGNORED.rawValue
    let dirty = try status(folder).filter { $0.flags & ignored == 0 }.map(\.path)
    guard dirty.isEmpty else {
      throw .folderNotClean(
        folder: folder, paths: Array(dirty.sorted().prefix(3)), count: dirty.count)
    }
  }

  /// Removes what killed runs left behind in folders.
  func removeLeftovers(below folders: [String]) throws(GitError) {
    for folder in folders { try StagedWrites.removeLeftovers(below: "\(root)/\(folder)") }
  }

  /// Writes the changed files and their index entries.
  func apply(_ folders: [FolderChange]) throws(GitError) {
    var writes = StagedWrites(root: root)
    for folder in folders {
      let depth = GitPath.components(folder.path).count
      try StagedWrites.removeLeftovers(below: "\(root)/\(folder.path)")
      for change in folder.changes {
        guard let bytes = change.bytes else { continue }
        try writes.stage(
          change.path, bytes, executable: change.executable, owned: 0, replaced: depth)
      }
    }
    let changes = folders.flatMap(\.changes)
    let stale = changes.filter { $0.new == nil }.map(\.path)
    // What comes goes in before the rest goes: a run that is killed in between
    // leaves no less than there was.
    let coming = GitPath.Places(changes.filter { $0.new != nil }.map(\.path))
    for path in stale where coming.collide(with: path) { try remove(path) }
    try writes.finish()
    for path in stale where !coming.collide(with: path) { try remove(path) }
    try updateIndex(changes)
  }

  private func remove(_ path: String) throws(GitError) {
    try FileSystem.remove("\(root)/\(path)")
    var parts = GitPath.components(path).dropLast()
    while !parts.isEmpty, rmdir("\(root)/\(parts.joined(separator: "/"))") == 0 {
      parts = parts.dropLast()
    }
  }

  private func updateIndex(_ changes: [FileChange]) throws(GitError) {
    var index: OpaquePointer?
    try check(git_repository_index(&index, repository), "index")
    defer { git_index_free(index) }
    try check(git_index_read(index, 0), "index")
    for change in changes where change.new == nil {
      let code = git_index_remove(index, change.path, 0)
      if code != GitCode.notFound { try check(code, change.path) }
    }
    for change in changes {
      guard let new = change.new else { continue }
      var info = stat()
      guard lstat("\(root)/\(change.path)", &info) == 0 else {
        throw FileSystem.failed("\(root)/\(change.path)", "look at")
      }
      var entry = git_index_entry()
      entry.ctime = git_index_time(
        seconds: Int32(truncatingIfNeeded: info.st_ctim.tv_sec),
        nanoseconds: UInt32(info.st_ctim.tv_nsec))
      entry.mtime = git_index_time(
        seconds: Int32(truncatingIfNeeded: info.st_mtim.tv_sec),
        nanoseconds: UInt32(info.st_mtim.tv_nsec))
      entry.dev = UInt32(truncatingIfNeeded: info.st_dev)
      entry.ino = UInt32(truncatingIfNeeded: info.st_ino)
      entry.uid = info.st_uid
      entry.gid = info.st_gid
      entry.file_size = UInt32(truncatingIfNeeded: info.st_size)
      entry.mode = change.executable ? 0o100755 : 0o100644
      entry.id = new.oid
      let code = change.path.withCString { path in
        entry.path = path
        return git_index_add(index, &entry)
      }
      try check(code, change.path)
    }
    try check(git_index_write(index), "index")
  }

  private func inTheWay(_ path: String, _ wanted: [String: FileChange]) -> Bool {
    wanted.values.contains { change in
      change.new != nil
        && (change.path.hasPrefix(path + "/") || path.hasPrefix(change.path + "/"))
    }
  }

  private func hash(_ path: String) throws(GitError) -> ObjectID? {
    guard try FileSystem.kind("\(root)/\(path)") == .file else { return nil }
    var oid = git_oid()
    try check(git_repository_hashfile(&oid, repository, path, GIT_OBJECT_BLOB, nil), path)
    return ObjectID(oid)
  }

  /// A folder that is a link would carry writes elsewhere; a file above the
  /// replaced folder is the user's.
  private func requireRealFolders(_ parent: Substring, _ folder: String) throws(GitError) {
    let depth = GitPath.components(folder).count
    var above = root
    for (index, part) in parent.split(separator: "/").enumerated() {
      above += "/\(part)"
      switch try FileSystem.kind(above) {
      case .link: throw .linkLeadsOutside(path: above)
      case .missing, .folder: continue
      default:
        if index < depth { throw .folderNotClean(folder: folder, paths: [above], count: 1) }
      }
    }
  }

  private static let indexFlags =
    GIT_STATUS_INDEX_NEW.rawValue | GIT_STATUS_INDEX_MODIFIED.rawValue
    | GIT_STATUS_INDEX_DELETED.rawValue | GIT_STATUS_INDEX_TYPECHANGE.rawValue
    | GIT_STATUS_INDEX_RENAMED.rawValue
  private static let diskFlags =
    GIT_STATUS_WT_NEW.rawValue | GIT_STATUS_WT_MODIFIED.rawValue | GIT_STATUS_WT_DELETED.rawValue
    | GIT_STATUS_WT_TYPECHANGE.rawValue | GIT_STATUS_WT_UNREADABLE.rawValue
    | GIT_STATUS_IGNORED.rawValue

  private struct Item {
    var path: String
    var flags: UInt32
    var index: ObjectID?
  }

  private func status(_ folder: String) throws(GitError) -> [Item] {
    var options = git_status_options()
    git_status_options_init(&options, UInt32(GIT_STATUS_OPTIONS_VERSION))
    options.flags =
      GIT_STATUS_OPT_INCLUDE_UNTRACKED.rawValue | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS.rawValue
      | GIT_STATUS_OPT_INCLUDE_IGNORED.rawValue | GIT_STATUS_OPT_RECURSE_IGNORED_DIRS.rawValue
      | GIT_STATUS_OPT_DISABLE_PATHSPEC_MATCH.rawValue
    var list: OpaquePointer?
    defer { git_status_list_free(list) }
    var code: Int32 = -1
    folder.withCString { text in
      var pointer: UnsafeMutablePointer<CChar>? = UnsafeMutablePointer(mutating: text)
      withUnsafeMutablePointer(to: &pointer) { strings in
        options.pathspec = git_strarray(strings: strings, count: 1)
        code = git_status_list_new(&list, repository, &options)
      }
    }
    try check(code, folder)
    var items: [Item] = []
    for at in 0..<git_status_list_entrycount(list) {
      guard let entry = git_status_byindex(list, at) else { continue }
      let flags = entry.pointee.status.rawValue
      let staged = entry.pointee.head_to_index
      guard let delta = entry.pointee.index_to_workdir ?? staged,
        let path = delta.pointee.new_file.path ?? delta.pointee.old_file.path
      else { continue }
      let deleted = flags & GIT_STATUS_INDEX_DELETED.rawValue != 0
      items.append(
        Item(
          path: String(cString: path), flags: flags,
          index: deleted ? nil : staged.map { ObjectID($0.pointee.new_file.id) }))
    }
    return items
  }
}

extension GitRepository {
  /// Throws ``GitError/folderNotClean(folder:paths:count:)`` when the work tree
  /// that has the branch checked out holds uncommitted changes in the folder.
  public func ensureFolderClean(_ folder: String, branch: String? = nil) throws(GitError) {
    try GitPath.validate(folder)
    let name = branch ?? headBranch
    try lockedThrowing { repository throws(GitError) in
      let tip = try Self.reference("refs/heads/\(name)", in: repository)
      try WorkTree.following(name, tip: tip, in: repository)?.requireClean(folder)
    }
  }
}
