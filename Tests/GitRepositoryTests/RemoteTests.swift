import Foundation
import Testing

@testable import GitRepository

func access(
  _ transport: RemoteTransport, credentials: RemoteCredentials? = nil, ca: String? = nil,
  knownHosts: String? = nil
) -> RemoteAccess {
  RemoteAccess(
    transport: transport, credentials: credentials, certificateAuthorityFile: ca,
    knownHostsFile: knownHosts, timeoutSeconds: 60, environment: testEnvironment)
}

/// Pushes, fetches and clones at an address that leads to an empty repository.
func exerciseRemote(_ url: String, _ access: RemoteAccess, bare remote: String) async throws {
  let folder = try TemporaryFolder()
  let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
  let first = try #require(try repository.commit(request(["a": "1"])).commitID)
  #expect(try await repository.fetch(url, branch: "main", access: access) == nil)
  #expect(
    try await repository.push(url, branch: "main", access: access)
      == .pushed(old: nil, new: first))
  #expect(try await repository.push(url, branch: "main", access: access) == .upToDate(first))
  let second = try #require(try repository.commit(request(["a": "2"])).commitID)
  #expect(
    try await repository.push(url, branch: "main", access: access)
      == .pushed(old: first, new: second))
  let copy = try await GitRepository.clone(url, to: folder.file("copy"), access: access)
  #expect(folder.read("copy/clusters/prod-a/a") == "2")
  _ = try copy.commit(request(["a": "3"]))
  _ = try await copy.push("origin", branch: "main", access: access)
  let third = try await repository.fetch(url, branch: "main", access: access)
  #expect(try third == copy.tip())
  #expect(
    try repository.follow(
      #require(third), branch: "main", replacing: ["clusters/prod-a"], by: somebody))
  #expect(try repository.readTree(folder: "clusters/prod-a") == [GitFile(path: "a", text: "3")])
  try expectSound(remote)
  try expectSound(folder.file("r"))
}

let transports: [RemoteTransport] = [.git, .libgit2]

@Suite struct RemoteTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try GitRepository.initialize(at: folder.file("remote.git"), bare: true)
  }

  private var url: String { "file://" + folder.file("remote.git") }

  @Test(arguments: transports) func fileRemote(transport: RemoteTransport) async throws {
    try await exerciseRemote(url, access(transport), bare: folder.file("remote.git"))
  }

  @Test(arguments: transports)
  func aMovedRemoteIsFollowedAndCommittedAgain(transport: RemoteTransport) async throws {
    let access = access(transport)
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    _ = try one.commit(request(["a": "0"]))
    _ = try await one.push(url, branch: "main", access: access)
    let two = try await GitRepository.clone(
      url, to: folder.file("two"), bare: transport == .git, access: access)
    _ = try one.commit(request(["b": "1"], folder: "clusters/prod-b"))
    _ = try await one.push(url, branch: "main", access: access)

    let mine = request(["a": "mine"])
    _ = try two.commit(mine)
    #expect(try await two.push(url, branch: "main", access: access) == .rejectedNonFastForward)
    let outcome = try await two.pushWithRetry(
      url, branch: "main", folders: ["clusters/prod-a"], by: somebody, access: access
    ) { try two.commit(mine) }
    #expect(outcome.attempts == 2)
    let log = try run(["git", "-C", folder.file("remote.git"), "rev-list", "--count", "main"])
    #expect(log.trimmed == "3")
    let remote = try GitRepository.open(at: folder.file("remote.git"))
    #expect(try remote.readTree(folder: "clusters/prod-a") == [GitFile(path: "a", text: "mine")])
    #expect(try remote.readTree(folder: "clusters/prod-b") == [GitFile(path: "b", text: "1")])
    if transport == .libgit2 {
      #expect(try run(["git", "-C", folder.file("two"), "status", "--porcelain"]).output == "")
      #expect(folder.read("two/clusters/prod-b/b") == "1")
    }
  }

  @Test func localCommitsOfOthersAreNotGivenUp() async throws {
    let access = access(.git)
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    _ = try one.commit(request(["a": "0"]))
    _ = try await one.push(url, branch: "main", access: access)
    let two = try await GitRepository.clone(url, to: folder.file("two"), bare: true, access: access)
    _ = try one.commit(request(["a": "1"]))
    _ = try await one.push(url, branch: "main", access: access)
    _ = try two.commit(request(["precious": "p"], folder: "docs"))
    let tip = try two.tip()
    await #expect(throws: GitError.diverged(branch: "main", paths: ["docs/precious"])) {
      try await two.pushWithRetry(
        url, branch: "main", folders: ["clusters/prod-a"], by: somebody, access: access
      ) { try two.commit(request(["a": "2"])) }
    }
    #expect(try two.tip() == tip)
  }

  @Test(arguments: transports)
  func aHookOfTheRemoteIsNoReasonToRetry(transport: RemoteTransport) async throws {
    let hook = try folder.write("remote.git/hooks/update", "#!/bin/sh\necho no >&2\nexit 1\n")
    chmod(hook, 0o755)
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    _ = try one.commit(request(["a": "0"]))
    let result = try await one.push(url, branch: "main", access: access(transport))
    // libgit2's own file transport runs no hooks.
    if transport == .git {
      guard case .rejected = result else {
        Issue.record("\(result)")
        return
      }
    }
  }

  @Test(arguments: transports) func aMissingRemoteIsUnreachable(transport: RemoteTransport) async {
    do {
      let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
      _ = try one.commit(request(["a": "0"]))
      _ = try await one.push(
        "file://" + folder.file("nowhere"), branch: "main", access: access(transport))
      Issue.record("pushed to nowhere")
    } catch let error as GitError {
      #expect(error.failure.kind == .unreachable)
    } catch { Issue.record("\(error)") }
  }

  @Test func passwordsInAddressesAreShownNowhere() {
    let address = RemoteAddress(
      name: "https://u:s%40cret@git.example.com:8443/x",
      url: "https://u:s%40cret@git.example.com:8443/x")
    #expect(address.name == "https://git.example.com:8443/x")
    #expect(address.url == "https://git.example.com:8443/x")
    #expect(address.credentials == .basic(user: "u", password: "s@cret"))
    #expect(address.origin == "https://git.example.com:8443")
    #expect(!"\(RemoteCredentials.basic(user: "u", password: "secret"))".contains("secret"))
  }

  /// A program in git's place notes its arguments.
  @Test func secretsAreNoArguments() async throws {
    let fake = try folder.write(
      "bin/git",
      """
      #!/bin/sh
      echo "$@" >> '\(folder.file("arguments"))'
      env > '\(folder.file("environment"))'
      exit 1

      """)
    chmod(fake, 0o755)
    var access = access(.automatic)
    access.environment["PATH"] = folder.file("bin") + ":/usr/bin:/bin"
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    let url = "https://robot:s%C3%A9cret@127.0.0.1:1/x"
    do {
      _ = try await one.fetch(url, branch: "main", access: access)
      Issue.record("fetched")
    } catch let error as GitError {
      #expect(!error.failure.description.contains("cret"))
    }
    let arguments = try #require(folder.read("arguments"))
    #expect(arguments.contains("https://127.0.0.1:1/x") && !arguments.contains("cret"))
    #expect(folder.read("environment")?.contains("NSX_ANTREA_GIT_PASSWORD=s\u{e9}cret") == true)
  }

  @Test(arguments: transports) func cancelling(transport: RemoteTransport) async throws {
    let listener = try SilentListener()
    let access = access(transport)
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    let url = "http://127.0.0.1:\(listener.port)/x"
    let task = Task { try await one.fetch(url, branch: "main", access: access) }
    task.cancel()
    await #expect(throws: GitError.cancelled(remote: url)) { try await task.value }
  }

  /// A remote that accepts and never answers ends at the deadline.
  @Test(arguments: transports) func aSilentRemoteTimesOut(transport: RemoteTransport) async throws {
    let listener = try SilentListener()
    var access = access(transport)
    access.timeoutSeconds = 1
    let one = try GitRepository.initialize(at: folder.file("one"), bare: true)
    do {
      _ = try await one.fetch(
        "http://127.0.0.1:\(listener.port)/x", branch: "main", access: access)
      Issue.record("fetched from a silent listener")
    } catch let error as GitError {
      guard case .timedOut = error else {
        Issue.record("\(error)")
        return
      }
    }
  }
}

/// Listens and never accepts.
final class SilentListener {
  let port: UInt16
  private let descriptor: Int32

  init() throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
        _ = bind(descriptor, bound, length)
        _ = listen(descriptor, 4)
        _ = getsockname(descriptor, bound, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
  }

  deinit { close(descriptor) }
}
