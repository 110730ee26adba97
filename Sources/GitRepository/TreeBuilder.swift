import CLibGit2

/// Builds the tree objects of a commit from the changed folders; everything
/// else keeps its entry as it is.
struct TreeBuilder {
  /// All objects made, each once.
  private(set) var objects: [NewObject] = []
  private var known: Set<ObjectID> = []

  /// Remembers an object.
  mutating func add(_ kind: git_object_t, _ bytes: [UInt8], id: ObjectID? = nil)
    throws(GitError) -> ObjectID
  {
    guard let id = id ?? PackStream.hash(kind, bytes) else { throw libraryError(-1, "hash") }
    if known.insert(id).inserted { objects.append(NewObject(id: id, kind: kind, bytes: bytes)) }
    return id
  }

  /// The tree of a folder; `files` are sorted by path. `nil` without files,
  /// since git knows no empty folder.
  mutating func folder(
    _ files: ArraySlice<(path: String, entry: RawTreeEntry)>, depth: Int = 0
  ) throws(GitError) -> ObjectID? {
    guard !files.isEmpty else { return nil }
    var entries: [RawTreeEntry] = []
    var at = files.startIndex
    while at < files.endIndex {
      let parts = GitPath.components(files[at].path)
      if parts.count == depth + 1 {
        entries.append(files[at].entry)
        at += 1
        continue
      }
      // Sorted paths keep the files of one folder together.
      let prefix = parts[...depth].joined(separator: "/") + "/"
      var end = at + 1
      while end < files.endIndex, files[end].path.hasPrefix(prefix) { end += 1 }
      if let id = try folder(files[at..<end], depth: depth + 1) {
        entries.append(
          RawTreeEntry(mode: RawTreeEntry.folder, name: Array(parts[depth].utf8), id: id))
      }
      at = end
    }
    return try add(GIT_OBJECT_TREE, RawTree.encode(entries))
  }

  /// The tree in which some paths have become these folders (`nil`: are gone).
  mutating func replace(
    in tree: ObjectID?, _ folders: [(path: ArraySlice<Substring>, id: ObjectID?)],
    at parent: String, _ database: borrowing ObjectDatabase
  ) throws(GitError) -> ObjectID? {
    var entries: [RawTreeEntry] = []
    if let tree { entries = try database.tree(tree) }
    for (name, group) in Dictionary(grouping: folders, by: { $0.path.first ?? "" }) {
      let bytes = Array(name.utf8)
      let path = parent + name
      let index = entries.firstIndex { $0.name == bytes }
      if let index, !entries[index].isFolder {
        throw .invalidPath(
          path: path,
          reason:
            "is a \(entries[index].isSubmodule ? "submodule" : "file") in the repository, not a folder"
        )
      }
      let id: ObjectID?
      if let leaf = group.first(where: { $0.path.count == 1 }) {
        id = leaf.id
      } else {
        id = try replace(
          in: index.map { entries[$0].id }, group.map { ($0.path.dropFirst(), $0.id) },
          at: path + "/", database)
      }
      switch (index, id) {
      case (let index?, let id?): entries[index].id = id
      case (let index?, nil): entries.remove(at: index)
      case (nil, let id?):
        entries.append(RawTreeEntry(mode: RawTreeEntry.folder, name: bytes, id: id))
      case (nil, nil): break
      }
    }
    if entries.isEmpty, !parent.isEmpty { return nil }
    entries.sort { $0.precedes($1) }
    return try add(GIT_OBJECT_TREE, RawTree.encode(entries))
  }
}
