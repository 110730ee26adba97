import HTTPTransport

/// The service account of the pod that the process runs in.
public enum InClusterConfiguration {
  /// Where the kubelet mounts the service account.
  public static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// The connection that the pod's environment and service account give.
  ///
  /// - Parameters:
  ///   - environment: The environment variables.
  ///   - folder: Where the service account is mounted.
  /// - Throws: ``KubeconfigError``.
  public static func connection(
    environment: [String: String], folder: String = folder
  ) throws -> ClusterConnectionSettings {
    guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
      let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
    else {
      throw KubeconfigError.notInCluster(
        detail: "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set")
    }
    let token = "\(folder)/token"
    let authority = "\(folder)/ca.crt"
    guard LocalFile.exists(token) else {
      throw KubeconfigError.notInCluster(detail: "\(token) does not exist")
    }
    try LocalFile.requireReadable(token)
    try LocalFile.requireReadable(authority)
    var namespace = "default"
    if LocalFile.exists("\(folder)/namespace") {
      let text = String(decoding: try LocalFile.read("\(folder)/namespace"), as: UTF8.self).trimmed
      if !text.isEmpty { namespace = text }
    }
    let name = host.contains(":") ? "[\(host)]" : host
    return ClusterConnectionSettings(
      server: "https://\(name):\(port)", tls: TLSSettings(certificateAuthority: .file(authority)),
      credentials: TokenFile(path: token), namespace: namespace)
  }
}
