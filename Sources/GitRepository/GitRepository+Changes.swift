/// A file that two trees have differently.
public struct FileDifference: Sendable, Hashable {
  /// The path below the folder that was compared.
  public var path: String
  /// The blob that it was; `nil` where there was no file.
  public var old: ObjectID?
  /// The blob that it is; `nil` where there is no file any more.
  public var new: ObjectID?
}

extension GitRepository {
  /// What a commit changed below a folder, against its first parent, sorted by
  /// path. A merge changes nothing where it has what one of its parents has.
  /// Parents that a shallow repository lacks count as empty.
  public func changes(
    in commit: CommitInfo, folder: String
  ) throws(GitError) -> [FileDifference] {
    try GitPath.validate(folder)
    return try lockedThrowing { repository throws(GitError) in
      let database = try ObjectDatabase(repository)
      let own = try database.entry(at: folder, in: try treeID(of: commit.id, in: repository))
      var first: RawTreeEntry?
      for (number, parent) in commit.parents.enumerated() {
        guard let tree = try database.commit(parent)?.tree else { continue }
        let before = try database.entry(at: folder, in: tree)
        if before == own { return [] }
        if number == 0 { first = before }
      }
      var found: [FileDifference] = []
      try database.compare(first, own, "", &found)
      return found.sorted { GitPath.precedes($0.path, $1.path) }
    }
  }

  /// The bytes of a blob.
  public func readBlob(_ id: ObjectID) throws(GitError) -> [UInt8] {
    try lockedThrowing { repository throws(GitError) in try ObjectDatabase(repository).read(id) }
  }
}

extension ObjectDatabase {
  /// Adds the files that differ; folders that are the same are not read.
  fileprivate func compare(
    _ old: RawTreeEntry?, _ new: RawTreeEntry?, _ path: String, _ found: inout [FileDifference]
  ) throws(GitError) {
    guard old != new else { return }
    let before = try folder(old)
    let after = try folder(new)
    for name in Set(before.keys).union(after.keys) {
      let inner = path + String(decoding: name, as: UTF8.self)
      let (was, now) = (before[name], after[name])
      guard was != now else { continue }
      let oldFile = was?.isFile == true ? was?.id : nil
      let newFile = now?.isFile == true ? now?.id : nil
      if oldFile != newFile {
        found.append(FileDifference(path: inner, old: oldFile, new: newFile))
      }
      if was?.isFolder == true || now?.isFolder == true {
        try compare(
          was?.isFolder == true ? was : nil, now?.isFolder == true ? now : nil, inner + "/", &found)
      }
    }
  }

  private func folder(_ entry: RawTreeEntry?) throws(GitError) -> [[UInt8]: RawTreeEntry] {
    guard let entry, entry.isFolder else { return [:] }
    var entries: [[UInt8]: RawTreeEntry] = [:]
    for entry in try tree(entry.id) { entries[entry.name] = entry }
    return entries
  }
}
