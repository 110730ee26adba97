import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An HTTPS server on 127.0.0.1, at a port that the system picks, in front of
/// one ``SandboxService``.
///
/// HTTP/1.1 with keep-alive. A client certificate is asked for but not
/// required; one that the sandbox's CA has not signed is refused.
public final class SandboxServer: Sendable {
  /// The port.
  public let port: Int
  /// The certificate that it shows.
  public let identity: SandboxCertificates.Identity
  /// The requests that it has seen.
  public let log: RequestLog
  /// What it does wrong on purpose.
  public let faults: FaultScript
  private let channel: any Channel
  private let connections: OpenConnections

  /// `https://127.0.0.1:PORT`.
  public var url: String { "https://127.0.0.1:\(port)" }

  private init(
    port: Int, identity: SandboxCertificates.Identity, dispatcher: SandboxDispatcher,
    channel: any Channel, connections: OpenConnections
  ) {
    self.port = port
    self.identity = identity
    self.log = dispatcher.log
    self.faults = dispatcher.faults
    self.channel = channel
    self.connections = connections
  }

  /// Starts a server.
  ///
  /// - Parameters:
  ///   - port: 0 for one that the system picks.
  ///   - latency: how long every answer takes on its way.
  ///   - validFor: how long the certificate holds from now on; `nil` for a year.
  ///   - clockSkew: how far the server's clock is ahead of ours.
  /// - Throws: errors of NIO or of the certificates.
  public static func start(
    _ service: any SandboxService, certificates: SandboxCertificates,
    faults: FaultScript = FaultScript(), expiredCertificate: Bool = false, port: Int = 0,
    latency: Duration = .zero, validFor: Duration? = nil, clockSkew: Duration = .zero
  ) async throws -> SandboxServer {
    let identity = try certificates.server(expired: expiredCertificate, validFor: validFor)
    let context = try tlsContext(identity, authority: certificates.authorityPEM)
    let dispatcher = SandboxDispatcher(
      service: service, log: RequestLog(), faults: faults, latency: latency,
      clockSkew: clockSkew)
    let connections = OpenConnections()
    let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        connections.add(channel)
        return channel.eventLoop.makeCompletedFuture {
          let operations = channel.pipeline.syncOperations
          try operations.addHandler(NIOSSLServerHandler(context: context))
          try operations.configureHTTPServerPipeline(
            withPipeliningAssistance: true, withErrorHandling: true)
          try operations.addHandler(ConnectionHandler(dispatcher: dispatcher))
        }
      }
    let channel = try await bootstrap.bind(host: "127.0.0.1", port: port).get()
    return SandboxServer(
      port: channel.localAddress?.port ?? port, identity: identity, dispatcher: dispatcher,
      channel: channel, connections: connections)
  }

  /// Stops listening and closes all connections.
  public func stop() async {
    try? await channel.close()
    await connections.close()
  }

  private static func tlsContext(
    _ identity: SandboxCertificates.Identity, authority: String
  ) throws -> NIOSSLContext {
    let chain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8))
    let key = try NIOSSLPrivateKey(bytes: Array(identity.keyPEM.utf8), format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.trustRoots = .certificates(
      try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8)))
    configuration.certificateVerification = .optionalVerification
    configuration.applicationProtocols = ["http/1.1"]
    return try NIOSSLContext(configuration: configuration)
  }
}

/// The connections of a server, so that stopping it leaves none open.
private final class OpenConnections: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  func add(_ channel: any Channel) {
    let key = ObjectIdentifier(channel)
    channels.withLock { $0[key] = channel }
    channel.closeFuture.whenComplete { [weak self] _ in
      _ = self?.channels.withLock { $0.removeValue(forKey: key) }
    }
  }

  func close() async {
    for channel in channels.withLock({ Array($0.values) }) { try? await channel.close() }
  }
}
