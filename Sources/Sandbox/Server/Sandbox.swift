import Documents

/// A whole estate on loopback: an NSX Manager and the Kubernetes API of each of
/// its clusters, over HTTPS.
public final class Sandbox: Sendable {
  /// How the parts behave.
  public struct Options: Sendable {
    /// The NSX Manager.
    public var manager = ManagerOptions()
    /// The Kubernetes APIs; the sandbox adds its own token.
    public var kubernetes = KubernetesOptions()
    /// Whether the NSX Manager's certificate has expired.
    public var expiredManagerCertificate = false
    /// How long every answer takes on its way.
    public var latency = Duration.zero

    /// Creates the defaults.
    public init() {}
  }

  /// The running NSX Manager.
  public struct Manager: Sendable {
    /// Its data, for changes from outside and for looking.
    public let service: ManagerService
    /// Its server, with the log of requests and the fault script.
    public let server: SandboxServer
    /// A user who may log in.
    public let user: String
    /// The user's password.
    public let password: String
    /// A bearer token; empty where the options give none.
    public let token: String
    /// The certificate of a principal identity; `nil` where there is none.
    public let clientIdentity: SandboxCertificates.Identity?
  }

  /// A running Kubernetes API.
  public struct Cluster: Sendable {
    /// The name, which is also its kubeconfig context and the id of its
    /// ClusterControlPlane.
    public let name: String
    /// Its data.
    public let service: KubernetesService
    /// Its server.
    public let server: SandboxServer
    /// The bearer token that lets one in.
    public let token: String
  }

  /// The CA of all servers.
  public let certificates: SandboxCertificates
  /// The NSX Manager.
  public let manager: Manager
  /// The Kubernetes APIs.
  public let clusters: [Cluster]

  private init(certificates: SandboxCertificates, manager: Manager, clusters: [Cluster]) {
    self.certificates = certificates
    self.manager = manager
    self.clusters = clusters
  }

  /// Starts everything; ``stop()`` ends it.
  ///
  /// - Parameter faults: what the NSX Manager does wrong on purpose.
  /// - Throws: errors of NIO or of the certificates.
  public static func start(
    estate: Estate = .example, faults: FaultScript = FaultScript(), options: Options = Options()
  ) async throws -> Sandbox {
    let certificates = try SandboxCertificates()
    let service = ManagerService(
      objects: estate.nsxObjects, memberIPs: estate.memberIPs, options: options.manager)
    let server = try await SandboxServer.start(
      service, certificates: certificates, faults: faults,
      expiredCertificate: options.expiredManagerCertificate, latency: options.latency)
    let login = options.manager.users.min { $0.key < $1.key }
    let principal = options.manager.principals.min()
    let manager = Manager(
      service: service, server: server, user: login?.key ?? "", password: login?.value ?? "",
      token: options.manager.tokens.keys.min() ?? "",
      clientIdentity: try principal.map { try certificates.client(commonName: $0) })
    var clusters: [Cluster] = []
    do {
      for cluster in estate.clusters {
        clusters.append(
          try await start(cluster, certificates, options.kubernetes, latency: options.latency))
      }
    } catch {
      await server.stop()
      for cluster in clusters { await cluster.server.stop() }
      throw error
    }
    return Sandbox(certificates: certificates, manager: manager, clusters: clusters)
  }

  private static func start(
    _ cluster: Estate.Cluster, _ certificates: SandboxCertificates, _ options: KubernetesOptions,
    latency: Duration
  ) async throws -> Cluster {
    let token = "sandbox-\(cluster.name)-token"
    var options = options
    options.tokens[token] = "nsx-antrea"
    let service = KubernetesService(
      clusterName: cluster.name, objects: cluster.objects, options: options)
    let server = try await SandboxServer.start(
      service, certificates: certificates, latency: latency)
    return Cluster(name: cluster.name, service: service, server: server, token: token)
  }

  /// Stops all servers.
  public func stop() async {
    await manager.server.stop()
    for cluster in clusters { await cluster.server.stop() }
  }
}
