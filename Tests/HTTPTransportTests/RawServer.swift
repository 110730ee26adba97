import Glibc
import Synchronization

/// A server on loopback that reads one request at a time and answers with raw
/// bytes, so that it can also answer wrongly. Each connection has a thread;
/// all end with ``stop()`` or when the server goes away.
final class RawServer: Sendable {
  /// What is done with a request.
  struct Reply: Sendable {
    var bytes: [UInt8]
    /// Whether the connection is closed afterwards.
    var closes: Bool
    /// Whether nothing more is done until the client hangs up.
    var hangs = false

    init(_ text: String, closes: Bool = false) {
      bytes = Array(text.utf8)
      self.closes = closes
    }

    init(bytes: [UInt8], closes: Bool = false, hangs: Bool = false) {
      self.bytes = bytes
      self.closes = closes
      self.hangs = hangs
    }

    /// A well-formed answer.
    static func answer(
      _ status: Int, _ headers: [String] = [], body: String = "", closes: Bool = false
    ) -> Reply {
      let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + headers
      return Reply(lines.joined(separator: "\r\n") + "\r\n\r\n" + body, closes: closes)
    }
  }

  /// A request as it arrived.
  struct Seen: Sendable {
    var connection: Int
    var head: String
    var body: String
  }

  private struct State {
    var seen: [Seen] = []
    var connections = 0
    var hungUp = 0
    var open: Set<Int32> = []
    var isStopped = false
  }

  let port: Int
  private let listener: Int32
  private let state = Mutex(State())
  private let script: @Sendable (Int, Seen) -> Reply

  /// Listens at a port of the system's choice. The script is given the number
  /// of the request, from 0.
  init(_ script: @escaping @Sendable (Int, Seen) -> Reply) throws {
    self.script = script
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (listener, length) = (self.listener, size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    guard isBound else { throw ServerError(what: "bind") }
    startThread { [self] in accept() }
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var seen: [Seen] { state.withLock { $0.seen } }
  var connections: Int { state.withLock { $0.connections } }
  var hungUp: Int { state.withLock { $0.hungUp } }

  func stop() {
    state.withLock { state in
      state.isStopped = true
      for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func accept() {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { break }
      let number = state.withLock { state -> Int? in
        guard !state.isStopped else { return nil }
        state.connections += 1
        state.open.insert(descriptor)
        return state.connections
      }
      guard let number else {
        close(descriptor)
        break
      }
      startThread { [self] in serve(descriptor, number) }
    }
    close(listener)
  }

  private func serve(_ descriptor: Int32, _ number: Int) {
    var pending: [UInt8] = []
    while let seen = readRequest(descriptor, number, &pending) {
      let index = state.withLock { state in
        state.seen.append(seen)
        return state.seen.count - 1
      }
      let reply = script(index, seen)
      var sent = 0
      while sent < reply.bytes.count {
        let count = reply.bytes.withUnsafeBytes {
          send(descriptor, $0.baseAddress.map { $0 + sent }, $0.count - sent, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { break }
        sent += count
      }
      if reply.hangs {
        var byte: UInt8 = 0
        while read(descriptor, &byte, 1) > 0 {}
        state.withLock { $0.hungUp += 1 }
        break
      }
      if reply.closes { break }
    }
    state.withLock { _ = $0.open.remove(descriptor) }
    close(descriptor)
  }

  private func readRequest(
    _ descriptor: Int32, _ number: Int, _ pending: inout [UInt8]
  ) -> Seen? {
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let text = String(decoding: pending, as: UTF8.self)
      if let end = text.utf8Range(of: "\r\n\r\n") {
        let head = String(decoding: pending[..<end], as: UTF8.self)
        let length =
          head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
          .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        if pending.count >= end + 4 + length {
          let body = String(decoding: pending[(end + 4)..<(end + 4 + length)], as: UTF8.self)
          pending.removeFirst(end + 4 + length)
          return Seen(connection: number, head: head, body: body)
        }
      }
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return nil }
      pending.append(contentsOf: chunk[..<count])
    }
  }
}

struct ServerError: Error { var what: String }

extension String {
  /// The offset in UTF-8 of the first place of a text.
  func utf8Range(of text: String) -> Int? {
    let (bytes, wanted) = (Array(utf8), Array(text.utf8))
    guard bytes.count >= wanted.count else { return nil }
    return (0...(bytes.count - wanted.count)).first {
      bytes[$0] == wanted[0] && Array(bytes[$0..<($0 + wanted.count)]) == wanted
    }
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

func startThread(_ run: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  let payload = Unmanaged.passRetained(ThreadBody(run)).toOpaque()
  pthread_create(
    &thread, nil,
    { raw in
      if let raw { Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().run() }
      return nil
    }, payload)
  pthread_detach(thread)
}
