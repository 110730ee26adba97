import Foundation
import Sandbox

/// A service on a loopback port over plain HTTP/1.1, one request a
/// connection: enough for `kubectl`, and independent of the real server.
final class LoopbackServer: Sendable {
  let port: UInt16
  private let listener: Int32

  init?(_ service: any SandboxService) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard listener >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else {
      close(listener)
      return nil
    }
    self.listener = listener
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { return }
        Thread.detachNewThread { Self.serve(connection, service) }
      }
    }
  }

  func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func serve(_ connection: Int32, _ service: any SandboxService) {
    guard let request = read(connection) else {
      close(connection)
      return
    }
    Task {
      let response = await service.respond(to: request)
      var head = "HTTP/1.1 \(response.status) X\r\nContent-Length: \(response.body.count)\r\n"
      head += "Connection: close\r\n"
      for header in response.headers { head += "\(header.name): \(header.value)\r\n" }
      let bytes = Array("\(head)\r\n".utf8) + response.body
      var sent = 0
      while sent < bytes.count {
        let count = bytes[sent...].withUnsafeBytes {
          send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { break }
        sent += count
      }
      close(connection)
    }
  }

  private static func read(_ connection: Int32) -> SandboxRequest? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    let gap = Array("\r\n\r\n".utf8)
    while true {
      if let range = bytes.firstRange(of: gap) {
        let lines = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
          .components(separatedBy: "\r\n")
        let parts = lines[0].split(separator: " ")
        guard parts.count == 3 else { return nil }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
          guard let colon = line.firstIndex(of: ":") else { return nil }
          let value = line[line.index(after: colon)...].drop { $0 == " " }
          return (String(line[..<colon]), String(value))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }?.value
        let body = bytes[range.upperBound...]
        if body.count >= length.flatMap(Int.init) ?? 0 {
          return SandboxRequest(
            method: String(parts[0]), target: String(parts[1]), headers: headers,
            body: Array(body))
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      bytes += buffer[..<count]
    }
  }
}
