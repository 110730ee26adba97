import Documents
import Glibc

/// Signs commits with a program of the system, as git itself does.
///
/// The key stays in its file, agent or keyring: only its path or name is in the
/// argument list, and nobody is asked for a passphrase, since nobody may be
/// there. A key that has one must be held by an agent.
public struct CommitSigner: Sendable {
  /// What makes and checks the signature.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// `ssh-keygen -Y sign`, as git's `gpg.format=ssh`.
    case ssh
    /// `gpg --detach-sign`.
    case gpg
  }

  /// What makes the signature.
  public var format: Format
  /// ssh: the file of the private key, or of the public one where an agent holds
  /// the private one. gpg: a key's name, mail address or fingerprint; empty for
  /// the keyring's default key.
  public var key: String
  /// The environment of the program: `PATH`, `HOME`, `SSH_AUTH_SOCK`, `GNUPGHOME`.
  public var environment: [String: String]
  /// Longest duration in seconds.
  public var timeoutSeconds: Int64

  /// Creates a signer.
  public init(
    format: Format, key: String, environment: [String: String], timeoutSeconds: Int64 = 60
  ) {
    self.format = format
    self.key = key
    self.environment = environment
    self.timeoutSeconds = timeoutSeconds
  }

  /// The commit with the signature of its bytes in its headers.
  func signed(_ commit: String) throws(GitError) -> String {
    guard let end = commit.utf8.firstRange(of: Array("\n\n".utf8)) else { return commit }
    let signature =
      switch format {
      case .ssh: try ssh(commit)
      case .gpg: try gpg(commit)
      }
    let lines = signature.split(separator: "\n", omittingEmptySubsequences: false)
    return commit[..<end.lowerBound] + "\ngpgsig " + lines.joined(separator: "\n ")
      + commit[end.lowerBound...]
  }

  private func ssh(_ commit: String) throws(GitError) -> String {
    // A missing key is told by its name, not by the program's words.
    _ = try FileSystem.read(key)
    let result = try run("ssh-keygen", ["-Y", "sign", "-n", "git", "-f", key], input: commit)
    if result.status == 0, let signature = Self.block(result.output, "SSH SIGNATURE") {
      return signature
    }
    if try PrivateKeyFile.hasPassphrase(FileSystem.read(key)) { throw .signingKeyLocked(key: key) }
    throw .signingFailed(key: key, detail: Self.words(result.errors))
  }

  private func gpg(_ commit: String) throws(GitError) -> String {
    let user = key.isEmpty ? [] : ["--local-user", key]
    let name = key.isEmpty ? "the keyring's default key" : key
    let result = try run(
      "gpg",
      ["--batch", "--no-tty", "--status-fd", "2", "--pinentry-mode", "error", "--armor"] + user
        + ["--detach-sign"], input: commit)
    if result.status == 0, let signature = Self.block(result.output, "PGP SIGNATURE") {
      return signature
    }
    // Status lines are gpg's interface for programs; the low 16 bits of a code
    // are the error, those above its source (gpg's doc/DETAILS, gpg-error.h).
    let codes = result.errors.split(separator: "\n").filter { $0.hasPrefix("[GNUPG:] FAILURE") }
      .compactMap { $0.split(separator: " ").last.flatMap { UInt32($0) } }.map { $0 & 0xffff }
    if codes.contains(where: { [11, 85, 99, 177].contains($0) }) {
      // Bad passphrase, no pinentry, cancelled, no passphrase given.
      throw .signingKeyLocked(key: name)
    }
    throw .signingFailed(key: name, detail: Self.words(result.errors))
  }

  private func run(
    _ name: String, _ arguments: [String], input: String
  ) throws(GitError) -> ChildProcess.Result {
    guard let program = ChildProcess.find(name, path: environment["PATH"] ?? "") else {
      throw .signingProgramMissing(name)
    }
    var environment = environment
    environment["LC_ALL"] = "C"
    // ssh-keygen would ask on the terminal: this answers that nobody is there.
    environment["SSH_ASKPASS"] = "false"
    environment["SSH_ASKPASS_REQUIRE"] = "force"
    do {
      return try ChildProcess.run(
        program, arguments, environment: environment, input: Array(input.utf8),
        seconds: timeoutSeconds, stop: StopFlag())
    } catch {
      switch error {
      case .timedOut, .stopped:
        throw .signingFailed(key: key, detail: "\(name) did not end within \(timeoutSeconds) s")
      case .notStarted(let code): throw .file(path: program, operation: "start", errno: code)
      }
    }
  }

  /// The armoured block of a kind, without the line end behind it.
  private static func block(_ output: String, _ kind: String) -> String? {
    var text = output[...]
    while text.last == "\n" { text.removeLast() }
    guard text.hasPrefix("-----BEGIN \(kind)-----\n"), text.hasSuffix("\n-----END \(kind)-----")
    else { return nil }
    return String(text)
  }

  /// What a program said, without the lines that are for programs.
  private static func words(_ errors: String) -> String {
    errors.split(separator: "\n").filter { !$0.hasPrefix("[GNUPG:]") }.suffix(3)
      .joined(separator: "; ")
  }
}

/// What a file of a private key tells without being opened.
enum PrivateKeyFile {
  /// Whether the key is encrypted: OpenSSH's own form, or PEM.
  static func hasPassphrase(_ bytes: [UInt8]) -> Bool {
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let first = lines.first else { return false }
    guard first.contains("BEGIN OPENSSH PRIVATE KEY") else {
      return first.contains("BEGIN ENCRYPTED PRIVATE KEY")
        || lines.contains { $0.hasPrefix("Proc-Type:") && $0.hasSuffix("ENCRYPTED") }
    }
    let body = lines.dropFirst().prefix { !$0.hasPrefix("-") }.joined()
    // `openssh-key-v1`, NUL, then the name of the cipher with its length before.
    guard let blob = Base64.decode(body) else { return false }
    let magic = Array("openssh-key-v1\0".utf8)
    let plain = magic + [0, 0, 0, 4] + Array("none".utf8)
    return blob.starts(with: magic) && !blob.starts(with: plain)
  }
}

extension Collection where Element: Equatable {
  /// The first place of some elements; Foundation is not needed for it.
  fileprivate func firstRange(of wanted: [Element]) -> Range<Index>? {
    indices.first { self[$0...].starts(with: wanted) }.map { start in
      start..<index(start, offsetBy: wanted.count)
    }
  }
}
