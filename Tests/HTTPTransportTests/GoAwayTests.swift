import HTTPTransport
import Testing

/// A server of HTTP/2 that says that it goes away (RFC 9113, section 6.8). Frames
/// are written by hand in Python, which has TLS with ALPN.
@Suite(.timeLimit(.minutes(1)), .enabled(if: TLSFixture.hasPython)) struct GoAwayTests {
  private let fixture: TLSFixture

  init() throws { fixture = try TLSFixture() }

  /// What the server does with the second request of its first connection; all
  /// others are answered with their connection and stream, `2/1`.
  enum Farewell: String, Sendable {
    /// It went away before it looked at the request.
    case before
    /// It may have done what was asked, and closes without an answer.
    case after
    /// It answers, and takes nothing more on this connection.
    case gracefully
  }

  private static let script = """
    import socket, ssl, struct, sys, threading
    farewell = sys.argv[2]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1] + ".pem", sys.argv[1] + ".key")
    context.set_alpn_protocols(["h2"])
    listener = socket.create_server(("127.0.0.1", 0))
    def exactly(stream, count):
        data = b""
        while len(data) < count:
            part = stream.recv(count - len(data))
            if not part: raise EOFError
            data += part
        return data
    def frame(kind, flags, stream, payload=b""):
        return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload
    def serve(number, raw):
        try:
            stream = context.wrap_socket(raw, server_side=True)
            exactly(stream, 24)
            stream.sendall(frame(4, 0, 0))
            def answer(id):
                # :status 200 of the static table, then the text.
                stream.sendall(frame(1, 4, id, b"\\x88") + frame(0, 1, id, b"%d/%d" % (number, id)))
            def goaway(last): stream.sendall(frame(7, 0, 0, struct.pack(">II", last, 0)))
            while True:
                head = exactly(stream, 9)
                length = struct.unpack(">I", b"\\0" + head[:3])[0]
                kind, flags, id = head[3], head[4], struct.unpack(">I", head[5:])[0]
                exactly(stream, length)
                if kind == 4 and not flags & 1: stream.sendall(frame(4, 1, 0))
                if kind not in (0, 1) or not flags & 1: continue
                print("asked %d/%d" % (number, id), flush=True)
                if number == 1 and id == 3:
                    if farewell == "before": goaway(1)
                    if farewell == "gracefully":
                        goaway(3)
                        answer(id)
                    if farewell == "after":
                        goaway(3)
                        stream.shutdown(socket.SHUT_RDWR)
                        return
                else: answer(id)
        except (EOFError, OSError): pass
    print("ACCEPT 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    number = 0
    while True:
        raw, _ = listener.accept()
        number += 1
        threading.Thread(target=serve, args=(number, raw), daemon=True).start()
    """

  private func client(_ farewell: Farewell) throws -> (CurlClient, TLSServer) {
    let server = try fixture.serve("good", script: Self.script, [farewell.rawValue])
    var configuration = HTTPClientConfiguration(
      tls: TLSSettings(certificateAuthority: .file(fixture.path("ca.pem"))), timing: instant)
    configuration.version = .http2
    return (CurlClient(configuration), server)
  }

  private func body(_ response: HTTPResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  /// The library does not say that a request was not looked at, so that one which
  /// must not be done twice is never sent twice, not even where it might.
  @Test(
    "a request without an answer is sent again on another connection, where that is safe",
    arguments: [Farewell.before, .after])
  func unanswered(_ farewell: Farewell) async throws {
    let (client, server) = try client(farewell)
    defer { withExtendedLifetime(server) {} }
    #expect(body(try await client.send(HTTPRequest(.get, server.url))) == "1/1")
    #expect(body(try await client.send(HTTPRequest(.put, server.url, body: [1]))) == "2/1")
    let (other, once) = try self.client(farewell)
    defer { withExtendedLifetime(once) {} }
    _ = try await other.send(HTTPRequest(.get, once.url))
    let error = await #expect(throws: TransportError.self) {
      try await other.send(HTTPRequest(.post, once.url, body: [1]))
    }
    #expect(error?.requestMayHaveBeenSent == true)
    #expect(body(try await other.send(HTTPRequest(.get, once.url))) == "2/1")
  }

  @Test("an answer that comes with it is taken, and the next request goes elsewhere")
  func gracefully() async throws {
    let (client, server) = try client(.gracefully)
    defer { withExtendedLifetime(server) {} }
    var bodies: [String] = []
    for _ in 0..<3 { bodies.append(body(try await client.send(HTTPRequest(.get, server.url)))) }
    #expect(bodies == ["1/1", "1/3", "2/1"])
  }
}
