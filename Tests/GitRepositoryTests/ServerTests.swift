import ChildProcesses
import Foundation
import Testing

@testable import GitRepository

/// A server process that prints its port when it is ready and ends with its
/// standard input.
final class ChildServer {
  let port: Int
  private let process: ChildProgram

  init(_ arguments: [String]) throws {
    var start = ChildProgram.Start(arguments, environment: testEnvironment)
    start.input = .pipe
    start.output = .pipe
    start.errors = .nowhere
    process = try ChildProgram(start)
    var line = ""
    while !line.hasSuffix("\n"), let more = process.read(upTo: 1) { line += more }
    port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  deinit {
    process.closeInput()
    process.signal(SIGTERM)
    process.wait()
  }
}

// One after another: libgit2 trusts one file of authorities in the whole process.
@Suite(.serialized, .enabled(if: program("python3") != nil && program("openssl") != nil))
struct HTTPSRemoteTests {
  let folder: TemporaryFolder
  let server: ChildServer

  init() throws {
    folder = try TemporaryFolder()
    _ = try GitRepository.initialize(at: folder.file("repos/remote.git"), bare: true)
    let script = """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
        -out ca.pem -days 2 -subj /CN=test-ca -addext basicConstraints=critical,CA:TRUE &&
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key \
        -out server.csr -subj /CN=localhost &&
      printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\n' > san &&
      openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
        -extfile san -out server.pem
      """
    let made = try run(["sh", "-c", script], in: folder.path)
    #expect(made.status == 0, "\(made.errors)")
    let python = try folder.write("server.py", Self.script)
    server = try ChildServer([
      "python3", python, folder.file("server.pem"), folder.file("server.key"),
      folder.file("repos"),
    ])
    _ = try run([
      "git", "-C", folder.file("repos/remote.git"), "config", "http.receivepack", "true",
    ])
  }

  private var url: String { "https://localhost:\(server.port)/remote.git" }
  private let right = RemoteCredentials.basic(user: "robot", password: "to:ken")

  @Test(arguments: transports) func pushFetchClone(transport: RemoteTransport) async throws {
    try await exerciseRemote(
      url, access(transport, credentials: right, ca: folder.file("ca.pem")),
      bare: folder.file("repos/remote.git"))
  }

  /// Without credentials of ours git asks its own helpers.
  @Test func credentialHelper() async throws {
    let helper = "!f() { echo username=robot; echo password=to:ken; }; f"
    let settings = try folder.write("gitconfig", "[credential]\n\thelper = \"\(helper)\"\n")
    var access = access(.git, ca: folder.file("ca.pem"))
    access.environment["GIT_CONFIG_GLOBAL"] = settings
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    _ = try repository.commit(request(["a": "1"]))
    let result = try await repository.push(url, branch: "main", access: access)
    guard case .pushed = result else {
      Issue.record("\(result)")
      return
    }
  }

  @Test(arguments: transports) func wrongPassword(transport: RemoteTransport) async throws {
    for wrong in [RemoteCredentials.basic(user: "robot", password: "wrong"), nil] {
      let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
      await #expect(throws: GitError.credentialsRefused(remote: url)) {
        _ = try await repository.fetch(
          url, branch: "main",
          access: access(transport, credentials: wrong, ca: folder.file("ca.pem")))
      }
    }
  }

  @Test(arguments: transports) func foreignAuthority(transport: RemoteTransport) async throws {
    let other = try run(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-keyout", "o.key", "-out", "other.pem", "-days", "2", "-subj", "/CN=other",
      ], in: folder.path)
    #expect(other.status == 0)
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    do {
      _ = try await repository.fetch(
        url, branch: "main",
        access: access(transport, credentials: right, ca: folder.file("other.pem")))
      Issue.record("trusted a foreign authority")
    } catch let error as GitError {
      #expect(error.failure.kind == .unreachable)
      if transport == .libgit2 { #expect(error == .hostNotTrusted(remote: url)) }
    }
  }

  private static let script = """
    import base64, http.server, os, ssl, subprocess, sys, threading
    cert, key, root = sys.argv[1:4]
    want = "Basic " + base64.b64encode(b"robot:to:ken").decode()
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *a): pass
        def body(self):
            if self.headers.get("Transfer-Encoding") == "chunked":
                data = b""
                while True:
                    size = int(self.rfile.readline(), 16)
                    data += self.rfile.read(size)
                    self.rfile.readline()
                    if size == 0: return data
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        def do(self):
            body = self.body()
            if self.headers.get("Authorization") != want:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path, _, query = self.path.partition("?")
            env = dict(os.environ, GIT_PROJECT_ROOT=root, GIT_HTTP_EXPORT_ALL="1",
                PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                REMOTE_USER="robot", CONTENT_TYPE=self.headers.get("Content-Type") or "",
                CONTENT_LENGTH=str(len(body)),
                HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding") or "")
            if self.headers.get("Git-Protocol"): env["GIT_PROTOCOL"] = self.headers["Git-Protocol"]
            out = subprocess.run(["git", "http-backend"], input=body, env=env,
                stdout=subprocess.PIPE).stdout
            head, _, data = out.partition(b"\\r\\n\\r\\n")
            status = 200
            fields = []
            for line in head.decode().split("\\r\\n"):
                name, _, value = line.partition(": ")
                if name == "Status": status = int(value.split()[0])
                elif name: fields.append((name, value))
            self.send_response(status)
            for name, value in fields: self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        do_GET = do_POST = do
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """
}

@Suite struct SSHRemoteTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Starts sshd in its inetd mode behind a small listener, so that the system
  /// picks the port. `nil`, with a printed reason, where sshd is missing.
  private func start() throws -> ChildServer? {
    guard let sshd = program("sshd"), program("ssh") != nil, program("python3") != nil else {
      print("skipped: ssh remotes need sshd, ssh and python3")
      return nil
    }
    if getuid() == 0 {
      try FileManager.default.createDirectory(
        atPath: "/run/sshd", withIntermediateDirectories: true)
    }
    for name in ["host", "client", "stranger"] {
      let key = try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder.file(name)])
      #expect(key.status == 0, "\(key.errors)")
    }
    try folder.write("authorized", try #require(folder.read("client.pub")))
    try folder.write(
      "sshd_config",
      """
      HostKey \(folder.file("host"))
      AuthorizedKeysFile \(folder.file("authorized"))
      StrictModes no
      PasswordAuthentication no
      UsePAM no
      PidFile none
      PermitRootLogin prohibit-password
      SetEnv PATH=\(testEnvironment["PATH"] ?? "/usr/bin:/bin")

      """)
    _ = try GitRepository.initialize(at: folder.file("remote.git"), bare: true)
    let script = try folder.write("listen.py", Self.script)
    let server = try ChildServer(["python3", script, sshd, folder.file("sshd_config")])
    let host = try #require(folder.read("host.pub")).split(separator: " ").prefix(2)
    try folder.write(
      "known_hosts", "[127.0.0.1]:\(server.port) \(host.joined(separator: " "))\n")
    return server
  }

  private func url(_ server: ChildServer) -> String {
    "ssh://\(NSUserName())@127.0.0.1:\(server.port)\(folder.file("remote.git"))"
  }

  @Test(arguments: transports) func pushFetchClone(transport: RemoteTransport) async throws {
    guard let server = try start() else { return }
    let access = access(
      transport, credentials: .sshKey(file: folder.file("client")),
      knownHosts: folder.file("known_hosts"))
    try await exerciseRemote(url(server), access, bare: folder.file("remote.git"))
  }

  @Test(arguments: transports) func hashedKnownHosts(transport: RemoteTransport) async throws {
    guard let server = try start() else { return }
    _ = try run(["ssh-keygen", "-q", "-H", "-f", folder.file("known_hosts")])
    #expect(folder.read("known_hosts")?.hasPrefix("|1|") == true)
    let access = access(
      transport, credentials: .sshKey(file: folder.file("client")),
      knownHosts: folder.file("known_hosts"))
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    #expect(try await repository.fetch(url(server), branch: "main", access: access) == nil)
  }

  @Test(arguments: transports) func strangersAreRefused(transport: RemoteTransport) async throws {
    guard let server = try start() else { return }
    let repository = try GitRepository.initialize(at: folder.file("r"), bare: true)
    let stranger = access(
      transport, credentials: .sshKey(file: folder.file("stranger")),
      knownHosts: folder.file("known_hosts"))
    await #expect(throws: GitError.self) {
      try await repository.fetch(url(server), branch: "main", access: stranger)
    }
    try folder.write("other_hosts", "example.com ssh-ed25519 AAAA\n")
    let unknown = access(
      transport, credentials: .sshKey(file: folder.file("client")),
      knownHosts: folder.file("other_hosts"))
    do {
      _ = try await repository.fetch(url(server), branch: "main", access: unknown)
      Issue.record("trusted an unknown host")
    } catch let error as GitError {
      #expect(error.failure.kind == .unreachable)
      if transport == .libgit2 { #expect(error == .hostNotTrusted(remote: url(server))) }
    }
  }

  private static let script = """
    import os, socket, subprocess, sys, threading
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(8)
    children = []
    def stop():
        sys.stdin.read()
        for child in children:
            if child.poll() is None: child.kill()
        os._exit(0)
    threading.Thread(target=stop, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        children.append(subprocess.Popen([sys.argv[1], "-i", "-f", sys.argv[2]],
            stdin=connection, stdout=connection, stderr=subprocess.DEVNULL))
        connection.close()
    """
}
