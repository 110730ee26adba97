import ChildProcesses
import Foundation
import Testing

@testable import GitRepository

/// Signed commits, judged by git itself.
@Suite struct SigningTests {
  let folder: TemporaryFolder
  let repository: GitRepository

  init() throws {
    folder = try TemporaryFolder()
    repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
  }

  private func git(_ arguments: [String], _ settings: [String] = []) throws -> RunResult {
    try run(["git", "-C", folder.file("r")] + settings.flatMap { ["-c", $0] } + arguments)
  }

  private func sign(_ signer: CommitSigner, _ text: String = "1") throws(GitError) -> CommitResult {
    var signed = request(["a": text], message: "Subject\n\nBody\n\nTrailer: x\n")
    signed.signer = signer
    return try repository.commit(signed)
  }

  /// The environment of the tests, without an agent unless one is given.
  private func environment(agent: String? = nil) -> [String: String] {
    var environment = testEnvironment
    environment["SSH_AUTH_SOCK"] = agent
    environment["GNUPGHOME"] = folder.file("g")
    return environment
  }

  private func makeKey(_ name: String, passphrase: String, type: String = "ed25519") throws {
    let made = try run([
      "ssh-keygen", "-q", "-t", type, "-C", "robot", "-N", passphrase, "-f", folder.file(name),
    ])
    #expect(made.status == 0, "\(made.errors)")
  }

  private func expectVerified(by key: String) throws {
    let line = try #require(folder.read("\(key).pub")).split(separator: " ").prefix(2)
    try folder.write("allowed", "anna@example.com \(line.joined(separator: " "))\n")
    let settings = ["gpg.format=ssh", "gpg.ssh.allowedSignersFile=\(folder.file("allowed"))"]
    let verified = try git(["verify-commit", "HEAD"], settings)
    #expect(verified.status == 0 && verified.errors.contains("Good"), "\(verified.errors)")
    let log = try git(["log", "--show-signature", "--format=%G? %s|%b", "-1"], settings)
    #expect(log.output.contains("G Subject|Body\n\nTrailer: x"), "\(log.output)")
    try expectSound(folder.file("r"))
    // The check tells keys apart: it can fail.
    if folder.read("other") == nil { try makeKey("other", passphrase: "") }
    let other = try #require(folder.read("other.pub")).split(separator: " ").prefix(2)
    try folder.write("allowed", "anna@example.com \(other.joined(separator: " "))\n")
    #expect(try git(["log", "--format=%G?", "-1"], settings).trimmed != "G")
  }

  @Test(arguments: ["ed25519", "ecdsa", "rsa"]) func ssh(type: String) throws {
    guard program("ssh-keygen") != nil else {
      print("skipped: ssh signatures need ssh-keygen")
      return
    }
    try makeKey("key", passphrase: "", type: type)
    let signer = CommitSigner(format: .ssh, key: folder.file("key"), environment: environment())
    let first = try sign(signer)
    try expectVerified(by: "key")
    #expect(try repository.log().first?.message == "Subject\n\nBody\n\nTrailer: x\n")
    #expect(try !sign(signer).changed)
    #expect(try repository.tip() == first.commitID)
  }

  @Test func aKeyWithPassphraseNeedsAnAgent() throws {
    guard let agent = program("ssh-agent"), program("ssh-keygen") != nil else {
      print("skipped: needs ssh-keygen and ssh-agent")
      return
    }
    try makeKey("key", passphrase: "secret words")
    let key = folder.file("key")
    let alone = CommitSigner(format: .ssh, key: key, environment: environment())
    let error = #expect(throws: GitError.self) { try sign(alone) }
    #expect(error == .signingKeyLocked(key: key))
    #expect(error?.failure.kind == .permissionDenied)
    #expect(error?.failure.remedy?.contains("ssh-agent") == true)
    #expect(try repository.tip() == nil)
    #expect(try git(["count-objects", "-v"]).output.contains("packs: 0"))

    // An agent of its own, which ends with the test.
    let socket = folder.file("agent")
    var start = ChildProgram.Start([agent, "-D", "-a", socket])
    start.output = .pipe
    let process = try ChildProgram(start)
    defer {
      process.signal(SIGKILL)
      process.wait()
    }
    // It prints its socket when it listens.
    _ = process.read(upTo: 1)
    let ask = try folder.write("ask", "#!/bin/sh\necho 'secret words'\n")
    chmod(ask, 0o755)
    let added = try run([
      "env", "SSH_AUTH_SOCK=\(socket)", "SSH_ASKPASS=\(ask)", "SSH_ASKPASS_REQUIRE=force",
      "ssh-add", "-q", key,
    ])
    #expect(added.status == 0, "\(added.errors)")
    for name in ["key", "key.pub"] {
      let signer = CommitSigner(
        format: .ssh, key: folder.file(name), environment: environment(agent: socket))
      #expect(try sign(signer, name).changed)
      try expectVerified(by: "key")
    }
  }

  @Test func oldFormsOfKeysTellTheirPassphrase() throws {
    for (form, passphrase) in [("PEM", "secret"), ("PEM", ""), ("PKCS8", "secret"), ("PKCS8", "")] {
      let name = "\(form)\(passphrase)"
      let made = try run([
        "ssh-keygen", "-q", "-t", "rsa", "-m", form, "-N", passphrase, "-f", folder.file(name),
      ])
      #expect(made.status == 0, "\(made.errors)")
      let bytes = try FileSystem.read(folder.file(name))
      #expect(PrivateKeyFile.hasPassphrase(bytes) == !passphrase.isEmpty, "\(name)")
    }
    #expect(!PrivateKeyFile.hasPassphrase([]))
  }

  @Test func whatIsMissingIsNamed() throws {
    let none = CommitSigner(format: .ssh, key: folder.file("none"), environment: environment())
    #expect(throws: GitError.file(path: folder.file("none"), operation: "read", errno: ENOENT)) {
      try sign(none)
    }
    try folder.write("key", "no key\n")
    var signer = CommitSigner(format: .ssh, key: folder.file("key"), environment: environment())
    let error = #expect(throws: GitError.self) { try sign(signer) }
    guard case .signingFailed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    signer.environment["PATH"] = folder.path
    #expect(throws: GitError.signingProgramMissing("ssh-keygen")) { try sign(signer) }
    signer.format = .gpg
    #expect(throws: GitError.signingProgramMissing("gpg")) { try sign(signer) }
    #expect(try repository.tip() == nil)
  }

  @Test func gpg() throws {
    guard program("gpg") != nil else {
      print("skipped: gpg signatures need gpg")
      return
    }
    let home = folder.file("g")
    try FileManager.default.createDirectory(
      atPath: home, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { _ = try? run(["env", "GNUPGHOME=\(home)", "gpgconf", "--kill", "all"]) }
    for (name, passphrase) in [("robot", ""), ("locked", "secret")] {
      let made = try run([
        "env", "GNUPGHOME=\(home)", "gpg", "--batch", "--quiet", "--pinentry-mode", "loopback",
        "--passphrase", passphrase, "--quick-gen-key", "\(name) <\(name)@example.com>", "ed25519",
        "sign", "never",
      ])
      #expect(made.status == 0, "\(made.errors)")
    }
    // The agent has seen the passphrase when the key was made.
    _ = try run(["env", "GNUPGHOME=\(home)", "gpgconf", "--kill", "all"])
    func signer(_ key: String) -> CommitSigner {
      CommitSigner(format: .gpg, key: key, environment: environment())
    }
    #expect(throws: GitError.signingKeyLocked(key: "locked@example.com")) {
      try sign(signer("locked@example.com"))
    }
    let error = #expect(throws: GitError.self) { try sign(signer("nobody@example.com")) }
    guard case .signingFailed? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try repository.tip() == nil)
    for key in ["robot@example.com", ""] {
      #expect(try sign(signer(key), key).changed)
      let verified = try run([
        "env", "GNUPGHOME=\(home)", "git", "-C", folder.file("r"), "verify-commit", "HEAD",
      ])
      #expect(verified.status == 0, "\(verified.errors)")
    }
    try expectSound(folder.file("r"))
  }
}
