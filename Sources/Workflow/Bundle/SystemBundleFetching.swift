import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient

extension Run {
  /// How often a component is asked how far it has got.
  private static let pause = Duration.seconds(1)

  /// Collects and fetches the bundle of one component of Antrea, and gives it away
  /// there whatever comes of it.
  ///
  /// - Throws: ``Failure``, ``KubernetesAPIError``, `TransportError`.
  func fetchSystemBundle(
    _ name: String, from client: KubernetesClient, since: Duration?, wait: Duration,
    into spool: Spool
  ) async throws {
    let log = log
    try await cleaningUp({ _ in
      do { try await client.deleteSystemBundle(name) } catch let error as KubernetesAPIError
        where error.isNotFound || error.isForbidden
      {
        // Antrea gives it away by itself after an hour.
        log.debug("the bundle of \(name) stays until it expires: \(error.message)")
      } catch {
        log.warning("the bundle of \(name) could not be given away: \(error)")
      }
    }) {
      let age = since.map { "\($0.components.seconds)s" }
      try await finishing { try await client.startSystemBundle(name, since: age) }
      let bundle = try await collected(name, client, wait: wait)
      try await client.downloadSystemBundle(name, timeout: wait) { try spool.add($0) }
      if let size = bundle.size, size != spool.size {
        throw Failure(
          .partial, subject: "bundle of \(name)",
          cause: "\(spool.size) of \(size) bytes arrived", remedy: "try again")
      }
      if let sum = bundle.sum, sum.lowercased() != spool.sum {
        throw Failure(
          .partial, subject: "bundle of \(name)", cause: "its SHA-256 is not the announced one",
          remedy: "try again")
      }
    }
  }

  private func collected(
    _ name: String, _ client: KubernetesClient, wait: Duration
  ) async throws -> SystemBundle {
    let end = context.clock.now() + wait
    while true {
      try Task.checkCancellation()
      let bundle = try await client.systemBundle(name)
      switch bundle.status {
      case .collected: return bundle
      case .none:
        throw Failure(
          .failed, subject: "bundle of \(name)", cause: "collecting it failed, without a reason",
          remedy: "the log of that component tells more")
      case .collecting: break
      }
      guard context.clock.now() < end else {
        throw Failure(
          .unreachable, subject: "bundle of \(name)",
          cause: "was not ready within \(wait.components.seconds) s", remedy: "raise --wait")
      }
      try await context.clock.sleep(Self.pause)
    }
  }

  /// A client of an agent's own API, by the address of its node (antrea facts, 11.2).
  ///
  /// - Parameters:
  ///   - agent: Its AntreaAgentInfo.
  ///   - token: Of the ServiceAccount antctl.
  /// - Throws: ``Failure`` where it does not say how it is reached.
  func agentClient(
    _ agent: KubernetesObject, node: KubernetesObject?, token: String
  ) throws -> KubernetesClient {
    func refuse(_ cause: String, _ remedy: String) -> Failure {
      Failure(.failed, subject: "agent \(agent.name)", cause: cause, remedy: remedy)
    }
    let addresses = node?.document[path: "status", "addresses"]?.array ?? []
    let address = ["ExternalIP", "InternalIP"].lazy.compactMap { type in
      addresses.first { $0["type"]?.string == type }?["address"]?.string
    }.first
    guard let address else {
      throw refuse("its Node has no address", "look at the status of the Node")
    }
    guard let bundle = agent.document["apiCABundle"]?.string,
      let authority = PEMSource(base64: bundle)
    else {
      throw refuse(
        "it does not tell the CA of its API, and is not spoken to unchecked",
        "Antrea tells it since 1.13; on the node: `antctl supportbundle`")
    }
    let port = agent.document["apiPort"]?.integer ?? 10350
    let host = address.contains(":") ? "[\(address)]" : address
    var configuration = HTTPClientConfiguration(
      tls: TLSSettings(certificateAuthority: authority, serverName: "localhost"),
      proxy: proxy(explicit: nil), trace: traceSink)
    configuration.requestTimeout = settings.duration("kubernetes.requestTimeout") ?? .seconds(60)
    configuration.retry.maximumAttempts = 2
    configuration.userAgent = "nsx-antrea/\(Run.version)"
    return KubernetesClient(
      http: CurlClient(configuration), server: "https://\(host):\(port)",
      credentials: BearerToken(token))
  }
}
