import CLibGit2

/// The state that one file of a replaced folder had and shall have.
struct FileChange: Sendable {
  /// From the top of the tree.
  var path: String
  var old: ObjectID?
  var new: ObjectID?
  /// The new bytes; `nil` for a deletion.
  var bytes: [UInt8]?
  var executable = false
}

/// A folder as it is in a tree and as a request wants it.
struct FolderChange: Sendable {
  let path: String
  /// The wanted entries in git's order, with the path below the folder.
  private(set) var wanted: [(path: String, entry: RawTreeEntry)] = []
  /// Only what differs, in git's order.
  private(set) var changes: [FileChange] = []
  /// All that is in the folder now, from the top of the tree.
  let present: [String: ObjectID]

  /// Compares; `files` are sorted, `ids` are their hashes.
  init(
    path: String, files: [GitFile], ids: [ObjectID], present old: [String: RawTreeEntry]
  ) {
    self.path = path
    var present: [String: ObjectID] = [:]
    var rest = old
    wanted.reserveCapacity(files.count)
    for (file, id) in zip(files, ids) {
      let before = rest.removeValue(forKey: file.path)
      let name = GitPath.lastComponent(file.path)
      // A file that someone made executable stays so.
      let executable = before?.mode == RawTreeEntry.executable
      let mode = executable ? RawTreeEntry.executable : RawTreeEntry.file
      wanted.append((file.path, RawTreeEntry(mode: mode, name: name, id: id)))
      if before?.id == id, before?.isFile == true { continue }
      changes.append(
        FileChange(
          path: "\(path)/\(file.path)", old: before?.id, new: id, bytes: file.bytes,
          executable: executable))
    }
    for (name, entry) in old { present["\(path)/\(name)"] = entry.id }
    self.present = present
    for (name, entry) in rest {
      changes.append(FileChange(path: "\(path)/\(name)", old: entry.id, new: nil))
    }
    changes.sort { GitPath.precedes($0.path, $1.path) }
  }
}
