import CLibGit2
import GitShim
import Synchronization

/// Speaks to a remote with libgit2, on a handle of its own.
struct LibGit2Remote {
  let repository: OpaquePointer
  let remote: RemoteAddress
  let access: RemoteAccess
  let stop: StopFlag

  /// Where the remote reference is; `nil` when there is no such one.
  func remoteTip(_ reference: String) throws(GitError) -> ObjectID? {
    try with(GIT_DIRECTION_FETCH) { pointer, session throws(GitError) in
      var heads: UnsafeMutablePointer<UnsafePointer<git_remote_head>?>?
      var count = 0
      try session.check(git_remote_ls(&heads, &count, pointer))
      guard let heads else { return nil }
      for index in 0..<count {
        guard let head = heads[index]?.pointee, let name = head.name else { continue }
        if String(cString: name) == reference { return ObjectID(head.oid) }
      }
      return nil
    }
  }

  /// Brings the commits of a remote reference into a local one.
  func fetch(_ source: String, into reference: String) throws(GitError) {
    try with(nil) { pointer, session throws(GitError) in
      var options = git_fetch_options()
      git_fetch_options_init(&options, UInt32(GIT_FETCH_OPTIONS_VERSION))
      options.callbacks = session.callbacks
      options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE
      options.update_fetchhead = 0
      let code = withStrings(["+\(source):\(reference)"]) { specs in
        git_remote_fetch(pointer, specs, &options, nil)
      }
      try session.check(code)
    }
  }

  /// Pushes the local branch's tip, which must be `commit`.
  func push(_ commit: ObjectID, to branch: String) throws(GitError) -> PushReport {
    let old = try remoteTip("refs/heads/\(branch)")
    if old == commit { return .upToDate }
    return try with(nil) { pointer, session throws(GitError) in
      var options = git_push_options()
      git_push_options_init(&options, UInt32(GIT_PUSH_OPTIONS_VERSION))
      options.callbacks = session.callbacks
      let code = withStrings(["refs/heads/\(branch):refs/heads/\(branch)"]) { specs in
        git_remote_push(pointer, specs, &options)
      }
      if code == GitCode.nonFastForward { return .refused("non-fast-forward") }
      try session.check(code)
      if let reason = session.refusal { return .refused(reason) }
      return .pushed(created: old == nil)
    }
  }

  /// Opens a connection for pushing, and sends nothing.
  func checkPush() throws(GitError) {
    try with(GIT_DIRECTION_PUSH) { _, _ throws(GitError) in }
  }

  private func with<R>(
    _ direction: git_direction?,
    _ body: (OpaquePointer, RemoteSession) throws(GitError) -> R
  ) throws(GitError) -> R {
    if let file = access.certificateAuthorityFile, remote.url.hasPrefix("https:") {
      try check(git_shim_set_ca_file(file), file)
    }
    let known = try access.knownHostsFile.map { path throws(GitError) in
      KnownHosts(try FileSystem.read(path))
    }
    let session = RemoteSession(remote: remote, access: access, knownHosts: known, stop: stop)
    var pointer: OpaquePointer?
    try check(git_remote_create_anonymous(&pointer, repository, remote.url), remote.url)
    defer { git_remote_free(pointer) }
    let created = try created(pointer, remote.url)
    return try withExtendedLifetime(session) { () throws(GitError) in
      if let direction {
        var callbacks = session.callbacks
        try session.check(git_remote_connect(created, direction, &callbacks, nil, nil))
      }
      return try body(created, session)
    }
  }
}

/// Calls with libgit2's array of strings.
func withStrings<R>(_ texts: [String], _ body: (UnsafePointer<git_strarray>) -> R) -> R {
  var pointers = texts.map { strdupSafe($0) }
  defer { for pointer in pointers { pointer?.deallocate() } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    var array = git_strarray(strings: buffer.baseAddress, count: buffer.count)
    return body(&array)
  }
}

private func strdupSafe(_ text: String) -> UnsafeMutablePointer<CChar>? {
  let bytes = text.utf8CString
  let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
  for (index, byte) in bytes.enumerated() { copy[index] = byte }
  return copy
}
