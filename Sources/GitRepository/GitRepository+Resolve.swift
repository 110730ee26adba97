import CLibGit2

extension GitRepository {
  /// The commit that a text names as git reads it: a branch, a tag (annotated or
  /// not), a commit's name or the start of one, or an expression such as
  /// `main~3`.
  ///
  /// - Throws: ``GitError/unknownRevision(_:)``, or
  ///   ``GitError/ambiguousRevision(_:)`` for the start of several names.
  public func resolve(_ text: String) throws(GitError) -> ObjectID {
    // A `:` would name a file, and libgit2 would not say that it is no commit.
    guard !text.isEmpty, !text.contains(":") else { throw .unknownRevision(text) }
    return try lockedThrowing { repository throws(GitError) in
      var object: OpaquePointer?
      let code = git_revparse_single(&object, repository, text)
      defer { git_object_free(object) }
      if code == GitCode.ambiguous { throw .ambiguousRevision(text) }
      // Any other refusal is one of the text: it names nothing here.
      guard code == 0 else { throw .unknownRevision(text) }
      var commit: OpaquePointer?
      defer { git_object_free(commit) }
      guard git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0,
        let id = git_object_id(commit)
      else { throw .unknownRevision(text) }
      return ObjectID(id.pointee)
    }
  }
}
