/// One file of a folder: its path below the folder, with `/`, and its bytes.
public struct GitFile: Sendable, Hashable {
  /// The path below the folder, for example `groups/web-1a2b3c4d.yaml`.
  public var path: String
  /// The content.
  public var bytes: [UInt8]

  /// Creates a file.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Creates a file of UTF-8 text.
  public init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }
}

/// A folder of the repository that is replaced as a whole.
public struct GitFolder: Sendable, Hashable {
  /// The path from the top of the tree, for example `clusters/prod-a`.
  public var path: String
  /// All files that the folder shall hold; no file removes the folder.
  public var files: [GitFile]

  /// Creates a folder.
  public init(path: String, files: [GitFile]) {
    self.path = path
    self.files = files
  }
}

/// Who made a commit, and when.
public struct GitSignature: Sendable, Hashable {
  /// The name; `<`, `>` and line ends are left out of the commit.
  public var name: String
  /// The mail address.
  public var email: String
  /// Seconds since 1970-01-01 UTC, given from outside: nothing here reads a
  /// clock.
  public var time: Int64

  /// Creates a signature.
  public init(name: String, email: String, time: Int64) {
    self.name = name
    self.email = email
    self.time = time
  }

  /// The form in a commit object, in UTC.
  var encoded: String { "\(Self.clean(name)) <\(Self.clean(email))> \(max(0, time)) +0000" }

  private static func clean(_ text: String) -> String {
    let kept = text.unicodeScalars.filter { $0.value >= 32 && $0 != "<" && $0 != ">" }
    let words = String(String.UnicodeScalarView(kept)).split(separator: " ")
    return words.isEmpty ? "unknown" : words.joined(separator: " ")
  }
}

/// The branch that a commit is proposed for.
public struct CommitBase: Sendable, Hashable {
  /// Its name, for messages.
  public var branch: String
  /// Where it is; at a remote, not where a local branch of this name may be.
  public var tip: ObjectID

  /// Creates a base.
  public init(branch: String, tip: ObjectID) {
    self.branch = branch
    self.tip = tip
  }
}

/// What to commit: whole folders, and nothing outside them.
public struct CommitRequest: Sendable {
  /// The branch; `nil` means the one that `HEAD` names.
  public var branch: String?
  /// Where the commit shall be merged into later, when ``branch`` is one of its
  /// own for that; `nil` commits to the branch as such.
  public var base: CommitBase?
  /// The folders to replace; none may lie inside another.
  public var folders: [GitFolder]
  /// The author.
  public var author: GitSignature
  /// The committer.
  public var committer: GitSignature
  /// Signs the commit; `nil` for none.
  public var signer: CommitSigner?
  /// Gives summary line, empty line, body and trailers once it is known what
  /// changes; not called when nothing does.
  public var message: @Sendable (CommitDraft) throws(GitError) -> String

  /// Creates a request; the committer is the author unless given.
  public init(
    branch: String? = nil, base: CommitBase? = nil, folders: [GitFolder], author: GitSignature,
    committer: GitSignature? = nil, signer: CommitSigner? = nil,
    message: @escaping @Sendable (CommitDraft) throws(GitError) -> String
  ) {
    self.branch = branch
    self.base = base
    self.folders = folders
    self.author = author
    self.committer = committer ?? author
    self.signer = signer
    self.message = message
  }

  /// Creates a request with a message that does not depend on what changes.
  public init(
    branch: String? = nil, folders: [GitFolder], author: GitSignature,
    committer: GitSignature? = nil, signer: CommitSigner? = nil, message: String
  ) {
    self.init(
      branch: branch, folders: folders, author: author, committer: committer, signer: signer
    ) { _ in message }
  }
}

/// What a commit is about to change.
public struct CommitDraft {
  /// New paths from the top of the tree, sorted by bytes.
  public let added: [String]
  /// Paths whose bytes change.
  public let modified: [String]
  /// Paths that go.
  public let deleted: [String]
  private let read: (String) throws(GitError) -> [UInt8]?

  init(_ result: CommitResult, read: @escaping (String) throws(GitError) -> [UInt8]?) {
    added = result.added
    modified = result.modified
    deleted = result.deleted
    self.read = read
  }

  /// The bytes that a file has so far; `nil` where there is none.
  public func before(_ path: String) throws(GitError) -> [UInt8]? {
    try GitPath.validate(path)
    return try read(path)
  }
}

/// What a commit did.
public struct CommitResult: Sendable, Hashable {
  /// Whether there is a new commit; `false` when all bytes were equal.
  public var changed: Bool
  /// The branch that has the content: that of the request, or its base where
  /// that has it already.
  public var branch: String
  /// The branch's tip now; `nil` when there is still no commit.
  public var commitID: ObjectID?
  /// The tip before.
  public var parent: ObjectID?
  /// Paths from the top of the tree, sorted by bytes.
  public var added: [String] = []
  /// Paths whose bytes changed.
  public var modified: [String] = []
  /// Paths that are gone.
  public var deleted: [String] = []
}
