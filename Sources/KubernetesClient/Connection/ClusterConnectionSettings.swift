import HTTPTransport

/// What a connection to one API server needs. The caller makes an
/// `HTTPClient` of ``tls`` and ``proxy``, and a ``KubernetesClient`` of that,
/// ``server`` and ``credentials``.
public struct ClusterConnectionSettings: Sendable {
  /// URL of the API server, maybe with a path, without a `/` at its end.
  public var server: String
  /// Certificate authority, client certificate and key, server name and whether
  /// to verify.
  public var tls: TLSSettings
  /// The `proxy-url` of the kubeconfig; `nil` leaves the proxy to the environment.
  public var proxyURL: String?
  /// Where the credentials come from.
  public var credentials: any CredentialSource
  /// Namespace of the context, `default` where it names none.
  public var namespace: String
  /// Name of the context; `nil` in a cluster.
  public var context: String?

  /// Creates settings.
  public init(
    server: String, tls: TLSSettings = TLSSettings(), proxyURL: String? = nil,
    credentials: any CredentialSource = NoCredentials(), namespace: String = "default",
    context: String? = nil
  ) {
    self.server = server
    self.tls = tls
    self.proxyURL = proxyURL
    self.credentials = credentials
    self.namespace = namespace
    self.context = context
  }

  /// The settings with the client certificate of a credential plugin filled in,
  /// where the plugin hands out one. Call it before making the HTTP client.
  ///
  /// - Throws: ``KubeconfigError``.
  public func prepared() async throws -> ClusterConnectionSettings {
    guard let certificate = try await credentials.clientCertificate() else { return self }
    var settings = self
    settings.tls.clientCertificate = certificate
    return settings
  }
}
