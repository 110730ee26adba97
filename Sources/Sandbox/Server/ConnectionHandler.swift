import NIOCore
import NIOHTTP1
import NIOSSL

/// Collects the requests of one connection and writes their answers.
///
/// NIO's pipelining handler hands out one request at a time, so there is never
/// more than one answer under way.
final class ConnectionHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let dispatcher: SandboxDispatcher
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []
  private var commonName: String?
  private var knowsPeer = false

  init(dispatcher: SandboxDispatcher) { self.dispatcher = dispatcher }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body.removeAll(keepingCapacity: false)
      if head.headers.contains(name: "Expect") {
        let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
      }
    case .body(let buffer): body.append(contentsOf: buffer.readableBytesView)
    case .end:
      guard let head else { return }
      identifyPeer(context)
      let request = SandboxRequest(
        method: head.method.rawValue, target: head.uri,
        headers: head.headers.map { (name: $0.name, value: $0.value) }, body: body,
        clientCertificateCommonName: commonName)
      self.head = nil
      body = []
      Self.answer(request, dispatcher, keepsAlive: head.isKeepAlive, channel: context.channel)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func identifyPeer(_ context: ChannelHandlerContext) {
    guard !knowsPeer else { return }
    knowsPeer = true
    let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
    if let bytes = try? certificate?.toDERBytes() {
      commonName = certificateCommonName(der: bytes)
    }
  }

  private static func answer(
    _ request: SandboxRequest, _ dispatcher: SandboxDispatcher, keepsAlive: Bool,
    channel: any Channel
  ) {
    Task {
      let response = await dispatcher.respond(to: request)
      await Self.write(response, for: request.method, keepsAlive: keepsAlive, to: channel)
    }
  }

  private static func write(
    _ response: SandboxResponse, for method: String, keepsAlive: Bool, to channel: any Channel
  ) async {
    if response.fault == .silence { return }
    if response.fault == .closeBeforeAnswer {
      try? await channel.close()
      return
    }
    var headers = HTTPHeaders(response.headers.map { ($0.name, $0.value) })
    if response.status != 204 && response.status != 304 {
      headers.replaceOrAdd(name: "Content-Length", value: String(response.body.count))
    }
    if !keepsAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    var bytes = response.body[...]
    var closes = !keepsAlive
    if case .truncateBody(let count) = response.fault {
      bytes = bytes.prefix(count)
      closes = true
    }
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    if case .trickle(let pause) = response.fault {
      for byte in bytes {
        let buffer = channel.allocator.buffer(bytes: [byte])
        let isOpen: Void? = try? await channel.writeAndFlush(
          HTTPServerResponsePart.body(.byteBuffer(buffer)))
        guard isOpen != nil, (try? await Task.sleep(for: pause)) != nil else { return }
      }
      channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
      return
    }
    if method != "HEAD", !bytes.isEmpty {
      let buffer = channel.allocator.buffer(bytes: bytes)
      channel.write(HTTPServerResponsePart.body(.byteBuffer(buffer)), promise: nil)
    }
    if closes {
      // A truncated answer never gets its end: the encoder would be right to
      // complain, and the client is to notice.
      if bytes.count == response.body.count {
        try? await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
      } else {
        channel.flush()
      }
      try? await channel.close()
    } else {
      channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    }
  }
}
