import ChildProcesses
import Foundation

/// Keys and certificates made by the `openssl` command, in a folder that is
/// removed in the end, and servers that use them.
final class TLSFixture {
  let folder: String
  private let newKey = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"

  init() throws {
    folder = NSTemporaryDirectory() + "tls-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    try openssl(
      "req -x509 \(newKey) -keyout ca.key -out ca.pem -subj /CN=ca -days 2"
    )
    try issue("good", names: "DNS:nsx.test,IP:127.0.0.1")
    try issue("other", names: "DNS:other.test")
    try issue("client", names: "DNS:client")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// A certificate of the CA, valid for some days from now; negative ones make
  /// it expired.
  func issue(_ name: String, names: String, days: Int = 2) throws {
    try Data("subjectAltName=\(names)\n".utf8).write(to: URL(fileURLWithPath: path("ext")))
    try openssl(
      "req \(newKey) -keyout \(name).key -out \(name).csr -subj /CN=\(name)"
    )
    try openssl(
      "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days \(days) "
        + "-extfile ext -out \(name).pem"
    )
  }

  /// The SHA-256 of a certificate as `openssl` prints it, with colons.
  func fingerprint(_ name: String) throws -> String {
    let line = try openssl("x509 -in \(name).pem -noout -fingerprint -sha256")
    return String(line.split(separator: "=").last ?? "").trimmingCharacters(in: .newlines)
  }

  @discardableResult func openssl(_ arguments: String) throws -> String {
    let run = try ProgramRun.blocking(
      ["openssl"] + arguments.split(separator: " ").map(String.init), folder: folder)
    guard run.status == 0 else { throw ServerError(what: "\(arguments): \(run.errors)") }
    return run.output
  }

  /// Starts `openssl s_server`.
  func serve(_ certificate: String, _ options: String = "") throws -> TLSServer {
    let line =
      "s_server -accept 127.0.0.1:0 -cert \(certificate).pem -key \(certificate).key \(options)"
    return try TLSServer(start(line.split(separator: " ").map(String.init)))
  }

  /// Whether there is a Python for ``serveKeepingConnections(_:)``.
  static var hasPython: Bool {
    ["/usr/bin", "/usr/local/bin"].contains {
      FileManager.default.isExecutableFile(atPath: $0 + "/python3")
    }
  }

  /// Starts a server that keeps connections and answers with the client's port.
  func serveKeepingConnections(_ certificate: String) throws -> TLSServer {
    let script = """
      import http.server, ssl, sys
      class Handler(http.server.BaseHTTPRequestHandler):
          protocol_version = "HTTP/1.1"
          def do_GET(self):
              body = str(self.client_address[1]).encode()
              self.send_response(200)
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
          def log_message(self, *arguments): pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(sys.argv[1] + ".pem", sys.argv[1] + ".key")
      server.socket = context.wrap_socket(server.socket, server_side=True)
      print("ACCEPT 127.0.0.1:%d" % server.server_address[1], flush=True)
      server.serve_forever()
      """
    return try serve(certificate, script: script)
  }

  /// Starts a server that a Python script is: it is given the name of the
  /// certificate and more arguments, and prints where it listens.
  func serve(
    _ certificate: String, script: String, _ arguments: [String] = []
  ) throws -> TLSServer {
    try TLSServer(start(["-c", script, certificate] + arguments, command: "python3"))
  }

  private func start(
    _ arguments: [String], command: String = "openssl"
  ) throws -> ChildProgram {
    // It ends by itself, also when the test run is killed.
    var start = ChildProgram.Start(["timeout", "120", command] + arguments, folder: folder)
    start.input = .pipe
    start.output = .pipe
    start.errors = .nowhere
    return try ChildProgram(start)
  }
}

/// A running `openssl s_server`: it prints what it receives.
final class TLSServer {
  let port: Int
  private let process: ChildProgram
  private var text = ""

  init(_ process: ChildProgram) throws {
    self.process = process
    var text = ""
    while !text.contains("ACCEPT"), let more = process.read() { text += more }
    while !text.hasSuffix("\n"), let more = process.read() { text += more }
    let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
    guard let port = line?.split(separator: ":").last.flatMap({ Int($0) }) else {
      process.signal(SIGTERM)
      process.wait()
      throw ServerError(what: "no port: \(text)")
    }
    self.port = port
  }

  deinit {
    process.signal(SIGTERM)
    process.wait()
  }

  var url: String { "https://127.0.0.1:\(port)/" }

  /// All that the server printed until it ended by itself (`-naccept`).
  func outputToEnd() -> String {
    while let more = process.read() { text += more }
    return text
  }
}
