import CLibGit2
import Dispatch
import Synchronization

extension GitRepository {
  /// Fetches a branch of a remote (its name in the repository, or an address).
  /// `nil` when the remote has no such branch. The local branch stays where it
  /// is: see ``follow(_:branch:replacing:)``.
  public func fetch(
    _ remote: String, branch: String, access: RemoteAccess
  ) async throws -> ObjectID? {
    let address = try self.address(remote, push: false)
    let path = path
    let local = "refs/nsx-antrea/fetched/\(branch)"
    return try await notingFetch(into: [local]) {
      try await Exchange.run(address, access) { stop throws(GitError) in
        let link = try RemoteLink(path, address, access, stop)
        guard let tip = try link.remoteTip("refs/heads/\(branch)") else { return nil }
        try link.fetch("refs/heads/\(branch)", into: local)
        return tip
      }
    }
  }

  /// Fetches what a remote has under a name, a tag before a branch as git reads
  /// names, and gives its commit; `nil` when the remote has neither.
  public func fetch(
    _ remote: String, named name: String, access: RemoteAccess
  ) async throws -> ObjectID? {
    let sources = ["refs/tags/\(name)", "refs/heads/\(name)"]
    guard sources.allSatisfy({ git_reference_is_valid_name($0) == 1 }) else { return nil }
    let address = try self.address(remote, push: false)
    let path = path
    let locals = sources.map { "refs/nsx-antrea/named/\($0.dropFirst(5))" }
    let found = try await notingFetch(into: locals) {
      try await Exchange.run(address, access) { stop throws(GitError) -> String? in
        let link = try RemoteLink(path, address, access, stop)
        for (source, local) in zip(sources, locals) {
          guard try link.remoteTip(source) != nil else { continue }
          try link.fetch(source, into: local)
          return local
        }
        return nil
      }
    }
    return try found.map { try resolve($0) }
  }

  /// Where the branch was at the last remote that it was fetched from; `nil`
  /// where it was not.
  public func fetchedTip(of branch: String) throws(GitError) -> ObjectID? {
    try lockedThrowing { repository throws(GitError) in
      try Self.reference("refs/nsx-antrea/fetched/\(branch)", in: repository)
    }
  }

  /// Whether git takes a text for the name of a branch.
  public static func isBranchName(_ name: String) -> Bool {
    !name.hasPrefix("-") && git_reference_is_valid_name("refs/heads/\(name)") == 1
  }

  /// Whether older commits than some are not stored.
  public var isShallow: Bool { locked { git_repository_is_shallow($0) == 1 } }

  /// Brings what a shallow repository lacks of some branches of a remote.
  public func unshallow(
    _ remote: String, branches: [String], access: RemoteAccess
  ) async throws {
    let address = try self.address(remote, push: false)
    let path = path
    try await notingFetch(into: branches.map { "refs/nsx-antrea/fetched/\($0)" }) {
      try await Exchange.run(address, access) { stop throws(GitError) in
        try RemoteLink(path, address, access, stop).unshallow(branches)
      }
    }
  }

  /// Pushes a local branch to the branch of the same name. Never forces.
  public func push(
    _ remote: String, branch: String, access: RemoteAccess
  ) async throws -> PushResult {
    let address = try self.address(remote, push: true)
    guard let tip = try tip(of: branch) else { throw GitError.unknownRevision(branch) }
    let path = path
    return try await Exchange.run(address, access) { stop throws(GitError) in
      let link = try RemoteLink(path, address, access, stop)
      let old = try link.remoteTip("refs/heads/\(branch)")
      if old == tip { return .upToDate(tip) }
      switch try link.push(tip, to: branch) {
      case .upToDate: return .upToDate(tip)
      case .pushed: return .pushed(old: old, new: tip)
      case .refused(let reason):
        // Words differ between servers: what counts is where the branch is.
        guard let now = try link.remoteTip("refs/heads/\(branch)") else {
          return .rejected(reason: reason)
        }
        return try link.isAncestor(now, of: tip)
          ? .rejected(reason: reason)
          : .rejectedNonFastForward
      }
    }
  }

  /// Copies a remote repository into a new folder.
  public static func clone(
    _ url: String, to path: String, branch: String? = nil, bare: Bool = false,
    access: RemoteAccess
  ) async throws -> GitRepository {
    try start()
    let address = RemoteAddress(name: url, url: url)
    try await Exchange.run(address, access) { stop throws(GitError) in
      if let program = try access.gitProgram() {
        try GitProgram(
          program: program, repository: "", remote: address, access: access, stop: stop
        ).clone(to: path, branch: branch, bare: bare)
      } else {
        try LibGit2Clone(url: address, access: access, stop: stop)
          .run(to: path, branch: branch, bare: bare)
      }
    }
    return try open(at: path)
  }

  /// The address of a remote, by its name where the repository has one.
  func address(_ remote: String, push: Bool) throws(GitError) -> RemoteAddress {
    try lockedThrowing { repository throws(GitError) in
      var pointer: OpaquePointer?
      guard git_remote_lookup(&pointer, repository, remote) == 0 else {
        return RemoteAddress(name: remote, url: remote)
      }
      defer { git_remote_free(pointer) }
      let url = (push ? git_remote_pushurl(pointer) : nil) ?? git_remote_url(pointer)
      return RemoteAddress(name: remote, url: url.map { String(cString: $0) } ?? remote)
    }
  }
}

/// A blocking exchange on a thread of its own, with a deadline that holds even
/// when the library hangs in a system call.
enum Exchange {
  /// Ends an exchange from outside: at once where the library is used, which goes
  /// with this process; after the time that a program has to end by itself where
  /// there is one, which would go on alone.
  private struct Ending: Sendable {
    let stop = StopFlag()
    /// Whether it is the deadline that ended it.
    let isLate = StopFlag()
    let grace: Int64

    init(_ access: RemoteAccess) {
      let usesProgram = (try? access.gitProgram()) != nil
      // Noticed within 0.1 s, asked to end, and killed.
      grace = usesProgram ? ChildProcess.grace + 500 : 0
    }

    func end(_ body: @escaping @Sendable () -> Void) {
      stop.set()
      guard grace > 0 else { return body() }
      DispatchQueue.global().asyncAfter(
        deadline: .now() + .milliseconds(Int(grace)), execute: body)
    }
  }

  static func run<R: Sendable>(
    _ remote: RemoteAddress, _ access: RemoteAccess,
    _ body: @escaping @Sendable (StopFlag) throws(GitError) -> R
  ) async throws -> R {
    let ending = Ending(access)
    let late = GitError.timedOut(remote: remote.url, seconds: access.timeoutSeconds)
    let once = Once<R>()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        once.set(continuation)
        DispatchQueue.global().async {
          do throws(GitError) { once.resume(.success(try body(ending.stop))) } catch {
            once.resume(.failure(ending.isLate.isSet && error.isCancelled ? late : error))
          }
        }
        // Beyond the deadline of each part, since one exchange has several.
        let end = DispatchTime.now() + .seconds(Int(access.timeoutSeconds) + 1)
        DispatchQueue.global().asyncAfter(deadline: end) {
          guard !once.isDone else { return }
          ending.isLate.set()
          ending.end { once.resume(.failure(late)) }
        }
      }
    } onCancel: {
      ending.end { once.resume(.failure(GitError.cancelled(remote: remote.url))) }
    }
  }

  /// A continuation that is resumed by whoever comes first.
  final class Once<R: Sendable>: Sendable {
    private struct State {
      var continuation: CheckedContinuation<R, any Error>?
      var early: Result<R, any Error>?
      var done = false
    }
    private let state = Mutex(State())

    var isDone: Bool { state.withLock { $0.done } }

    func set(_ continuation: CheckedContinuation<R, any Error>) {
      let early = state.withLock { state in
        state.continuation = state.done ? nil : continuation
        return state.early
      }
      if let early { continuation.resume(with: early) }
    }

    func resume(_ result: Result<R, any Error>) {
      let waiting = state.withLock { state -> CheckedContinuation<R, any Error>? in
        guard !state.done else { return nil }
        state.done = true
        if state.continuation == nil { state.early = result }
        defer { state.continuation = nil }
        return state.continuation
      }
      waiting?.resume(with: result)
    }
  }
}
