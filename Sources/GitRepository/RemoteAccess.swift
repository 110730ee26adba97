/// What speaks to remotes.
public enum RemoteTransport: String, Sendable, Hashable, CaseIterable {
  /// The `git` program where there is one on `PATH`, else libgit2.
  case automatic
  /// The `git` program.
  case git
  /// libgit2: no RSA keys for ssh, no TLS 1.3, slow first push.
  case libgit2
}

/// How to prove who we are to a remote. Never printed.
public enum RemoteCredentials: Sendable, Hashable, CustomStringConvertible {
  /// User and password, or user and token, for http and https.
  case basic(user: String, password: String)
  /// A private key without passphrase, for ssh.
  case sshKey(file: String)

  /// The kind only.
  public var description: String {
    switch self {
    case .basic: "basic credentials"
    case .sshKey(let file): "ssh key \(file)"
    }
  }
}

/// The settings of an exchange with a remote.
public struct RemoteAccess: Sendable {
  /// What speaks to the remote.
  public var transport: RemoteTransport
  /// `nil` leaves it to git's own helpers and the ssh agent.
  public var credentials: RemoteCredentials?
  /// PEM file of the authorities that https remotes are checked against.
  public var certificateAuthorityFile: String?
  /// The known_hosts file that ssh remotes are checked against.
  public var knownHostsFile: String?
  /// How many commits the first fetch of a branch brings; `nil` for all. Later
  /// ones bring what is new. Needs the `git` program.
  public var depth: Int?
  /// What the remote is told beside a push (`git push --push-option`), for
  /// example `merge_request.create`. Needs the `git` program.
  public var pushOptions: [String]
  /// Longest duration of one exchange in seconds.
  public var timeoutSeconds: Int64
  /// The environment that the `git` program gets, and whose `PATH` finds it.
  public var environment: [String: String]

  /// Creates settings.
  public init(
    transport: RemoteTransport = .automatic, credentials: RemoteCredentials? = nil,
    certificateAuthorityFile: String? = nil, knownHostsFile: String? = nil, depth: Int? = nil,
    pushOptions: [String] = [], timeoutSeconds: Int64 = 300, environment: [String: String]
  ) {
    self.transport = transport
    self.credentials = credentials
    self.certificateAuthorityFile = certificateAuthorityFile
    self.knownHostsFile = knownHostsFile
    self.depth = depth
    self.pushOptions = pushOptions
    self.timeoutSeconds = timeoutSeconds
    self.environment = environment
  }

  /// The `git` program to use; `nil` means libgit2.
  func gitProgram() throws(GitError) -> String? {
    if transport != .libgit2 {
      let found = ChildProcess.find("git", path: environment["PATH"] ?? "")
      if let found { return found }
      if transport == .git { throw .gitProgramMissing }
    }
    if depth != nil { throw .needsGitProgram(setting: "repository.depth") }
    if !pushOptions.isEmpty { throw .needsGitProgram(setting: "repository.push.options") }
    return nil
  }
}

/// How a push ended.
public enum PushResult: Sendable, Hashable {
  /// The remote branch already is where the local one is.
  case upToDate(ObjectID)
  /// The remote branch moved; `old` is `nil` when it is new.
  case pushed(old: ObjectID?, new: ObjectID)
  /// The remote has commits that the local branch lacks: fetch first.
  case rejectedNonFastForward
  /// A hook or a rule of the remote refused; its words, for people only.
  case rejected(reason: String)
}

/// A remote as given (a name from the repository's configuration or an
/// address) and as shown and used.
struct RemoteAddress: Sendable {
  /// What git is told: no password in it.
  let name: String
  /// The resolved address, without password.
  let url: String
  /// Credentials that stood in the address.
  let credentials: RemoteCredentials?

  init(name: String, url: String) {
    guard let scheme = url.range(of: "://"), url[..<scheme.lowerBound].hasPrefix("http"),
      let at = url[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
    else {
      self.name = name
      self.url = url
      credentials = nil
      return
    }
    let userInfo = url[scheme.upperBound..<at].split(separator: ":", maxSplits: 1)
    let clean = String(url[..<scheme.upperBound] + url[url.index(after: at)...])
    self.name = name == url ? clean : name
    self.url = clean
    credentials = .basic(
      user: Self.decoded(userInfo.first ?? ""),
      password: userInfo.count > 1 ? Self.decoded(userInfo[1]) : "")
  }

  /// Scheme, host and port, for settings that must not leave the host.
  var origin: String? {
    guard let scheme = url.range(of: "://"), url.hasPrefix("http") else { return nil }
    return String(
      url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { $0 != "/" })
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// The first place of a text; Foundation is not needed for it.
  fileprivate func range(of text: String) -> Range<Index>? {
    indices.lazy.compactMap { start in
      self[start...].hasPrefix(text)
        ? start..<self.index(start, offsetBy: text.count) : nil
    }.first
  }
}
