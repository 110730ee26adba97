import Failures
import GitRepository

/// Which way an exchange with a remote goes.
enum RemoteDirection: Sendable {
  /// Fetching from `repository.remote`.
  case pull
  /// Pushing to `repository.push.remote`, with credentials of its own where
  /// there are some.
  case push

  fileprivate var prefix: String { self == .pull ? "repository." : "repository.push." }
}

extension Run {
  /// The address of a direction; `nil` when the repository stays local.
  func remote(_ direction: RemoteDirection) -> String? {
    let pull = settings.text("repository.remote")
    return direction == .push ? settings.text("repository.push.remote") ?? pull : pull
  }

  /// How a remote is spoken to.
  ///
  /// - Throws: ``Failure`` of kind usage for a credential that cannot be read or
  ///   is of the wrong kind for the address.
  func remoteAccess(_ direction: RemoteDirection = .pull) throws -> RemoteAccess {
    RemoteAccess(
      transport: settings.text("repository.transport").flatMap { RemoteTransport(rawValue: $0) }
        ?? .automatic,
      credentials: try credentials(direction),
      certificateAuthorityFile: settings.path("repository.caFile", home: home),
      knownHostsFile: settings.path("repository.knownHostsFile", home: home),
      depth: try depth,
      pushOptions: direction == .push ? settings.list("repository.push.options") : [],
      environment: context.programEnvironment)
  }

  private var depth: Int? {
    get throws {
      guard let depth = settings.number("repository.depth"), depth != 0 else { return nil }
      guard depth > 0 else {
        throw Failure(
          .usage, subject: "repository.depth", cause: "`\(depth)` is not a number of commits",
          remedy: "0 fetches all of them")
      }
      return depth
    }
  }

  /// The credentials of a direction: for pushing those of `repository.push`
  /// where there is one, else the same as for fetching. `nil` leaves it to git's
  /// credential helpers and the ssh agent.
  private func credentials(_ direction: RemoteDirection) throws -> RemoteCredentials? {
    let names = ["token", "tokenFile", "sshKeyFile"]
    let hasOwn = names.contains { settings.text("repository.push.\($0)") != nil }
    let prefix = direction == .push && hasOwn ? RemoteDirection.push.prefix : "repository."
    let user =
      settings.text("\(prefix)username") ?? settings.text("repository.username") ?? "git"
    let key = settings.path("\(prefix)sshKeyFile", home: home)
    // An address tells which of the two it can use; a bare name does not.
    let isWeb = remote(direction).map { $0.hasPrefix("http://") || $0.hasPrefix("https://") }
    if let key, isWeb != true { return .sshKey(file: key) }
    if let token = settings.text("\(prefix)token") { return .basic(user: user, password: token) }
    if let file = settings.path("\(prefix)tokenFile", home: home) {
      return .basic(user: user, password: try secret(in: file, named: "\(prefix)tokenFile"))
    }
    return nil
  }

  /// The author of commits.
  var author: GitSignature {
    GitSignature(
      name: settings.text("repository.authorName") ?? "nsx-antrea",
      email: settings.text("repository.authorEmail") ?? "nsx-antrea@localhost", time: context.now())
  }

  /// The committer: the author unless the configuration names another one.
  var committer: GitSignature {
    var committer = author
    committer.name = settings.text("repository.committerName") ?? committer.name
    committer.email = settings.text("repository.committerEmail") ?? committer.email
    return committer
  }

  /// What signs commits; `nil` for none.
  var signer: CommitSigner? {
    get throws {
      let format = settings.text("repository.signing.format") ?? "none"
      guard let format = CommitSigner.Format(rawValue: format) else { return nil }
      let key =
        format == .ssh
        ? settings.path("repository.signing.key", home: home)
        : settings.text("repository.signing.key")
      if format == .ssh, key == nil {
        throw Failure(
          .usage, subject: "repository.signing.key", cause: "is not set",
          remedy: "name the file of the ssh key, or set repository.signing.format to none")
      }
      return CommitSigner(format: format, key: key ?? "", environment: context.programEnvironment)
    }
  }
}
