import CLibGit2

/// Reads raw objects; used under the repository's lock only.
struct ObjectDatabase: ~Copyable {
  let odb: OpaquePointer

  init(_ repository: OpaquePointer) throws(GitError) {
    var pointer: OpaquePointer?
    try check(git_repository_odb(&pointer, repository), "object database")
    odb = try created(pointer, "object database")
  }

  deinit { git_odb_free(odb) }

  /// The bytes of an object.
  func read(_ id: ObjectID) throws(GitError) -> [UInt8] {
    guard let bytes = try readIfPresent(id) else { throw libraryError(GitCode.notFound, id.hex) }
    return bytes
  }

  /// The bytes of an object; `nil` when it is not stored.
  func readIfPresent(_ id: ObjectID) throws(GitError) -> [UInt8]? {
    var object: OpaquePointer?
    var oid = id.oid
    let code = git_odb_read(&object, odb, &oid)
    if code == GitCode.notFound { return nil }
    try check(code, id.hex)
    defer { git_odb_object_free(object) }
    return Array(
      UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
    )
  }

  /// The entries of a tree.
  func tree(_ id: ObjectID) throws(GitError) -> [RawTreeEntry] {
    guard let entries = RawTree.decode(try read(id)) else {
      throw .library(operation: id.hex, code: -1, errorClass: 0, message: "is not a tree")
    }
    return entries
  }

  /// Whether the object is stored already. Does not look for packs that other
  /// processes added: an object stored twice does no harm.
  func contains(_ id: ObjectID) -> Bool {
    var oid = id.oid
    return git_odb_exists_ext(odb, &oid, GIT_ODB_LOOKUP_NO_REFRESH.rawValue) == 1
  }

  /// Every entry below a tree that is not a folder, by path, in git's order.
  func files(
    below tree: ObjectID, prefix: String = ""
  ) throws(GitError) -> [(path: String, entry: RawTreeEntry)] {
    var found: [(path: String, entry: RawTreeEntry)] = []
    for entry in try self.tree(tree) {
      let path = prefix + String(decoding: entry.name, as: UTF8.self)
      if entry.isFolder {
        found += try files(below: entry.id, prefix: path + "/")
      } else {
        found.append((path, entry))
      }
    }
    return found
  }

  /// The entry at a path; `nil` when nothing is there.
  func entry(at path: String, in root: ObjectID) throws(GitError) -> RawTreeEntry? {
    var tree = root
    var found: RawTreeEntry?
    for component in GitPath.components(path) {
      if let found {
        guard found.isFolder else { return nil }
        tree = found.id
      }
      let name = Array(component.utf8)
      guard let next = try self.tree(tree).first(where: { $0.name == name }) else { return nil }
      found = next
    }
    return found
  }
}

/// The tree of a commit.
func treeID(of commit: ObjectID, in repository: OpaquePointer) throws(GitError) -> ObjectID {
  var pointer: OpaquePointer?
  var oid = commit.oid
  try check(git_commit_lookup(&pointer, repository, &oid), commit.hex)
  defer { git_commit_free(pointer) }
  guard let tree = git_commit_tree_id(pointer) else { throw libraryError(-1, commit.hex) }
  return ObjectID(tree.pointee)
}
