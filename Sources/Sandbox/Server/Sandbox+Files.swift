import Documents

extension Sandbox {
  /// Names of the files in the state directory.
  public enum FileName {
    /// The CA certificate (PEM).
    public static let authority = "ca.crt"
    /// A kubeconfig with one context for each cluster.
    public static let kubeconfig = "kubeconfig"
    /// A configuration of `nsx-antrea` for this sandbox.
    public static let configuration = "nsx-antrea.yaml"
    /// The password of the NSX user, without a line feed.
    public static let password = "nsx-password"
    /// The certificate of a principal identity (PEM).
    public static let clientCertificate = "nsx-client.crt"
    /// The key of that certificate (PEM).
    public static let clientKey = "nsx-client.key"
    /// Shell assignments of the same facts as in `sandbox.json`.
    public static let environment = "env"
    /// URLs, credentials and the process id; written last.
    public static let summary = "sandbox.json"
  }

  /// Writes what clients need into a directory, which is made where it is
  /// missing. Files with credentials are readable for their owner only.
  ///
  /// - Throws: ``SandboxFileError``.
  public func writeFiles(to directory: String) throws {
    let state = try StateDirectory(directory)
    try state.write(FileName.authority, Array(certificates.authorityPEM.utf8), mode: 0o644)
    try state.write(FileName.kubeconfig, YAMLWriter.document(kubeconfig))
    try state.write(FileName.password, Array(manager.password.utf8))
    if let identity = manager.clientIdentity {
      try state.write(FileName.clientCertificate, Array(identity.certificatePEM.utf8))
      try state.write(FileName.clientKey, Array(identity.keyPEM.utf8))
    }
    try state.write(FileName.configuration, YAMLWriter.document(configuration(in: state.path)))
    try state.write(FileName.environment, Array(environment(in: state.path).utf8))
    try state.write(FileName.summary, JSONWriter.pretty(summary(in: state.path)))
  }

  /// The configuration of `nsx-antrea` for this sandbox; relative paths count
  /// from its own file.
  public func configuration(in directory: String) -> JSONValue {
    [
      "nsx": [
        "managers": [.string(manager.server.url)], "authentication": "session",
        "username": .string(manager.user), "passwordFile": .string(FileName.password),
        "caFile": .string(FileName.authority),
      ],
      "clusters": .array(
        clusters.map { cluster in
          [
            "name": .string(cluster.name), "kubeconfig": .string(FileName.kubeconfig),
            "context": .string(cluster.name),
          ]
        }),
      "repository": ["path": "policies.git", "branch": "main"],
      // No adapter of VMware's runs here, although the control planes are registered.
      "inventory": ["enabled": true, "takeOwnership": true],
    ]
  }

  /// A kubeconfig with the CA inline and a token for each cluster.
  public var kubeconfig: JSONValue {
    let authority = JSONValue.string(Base64.encode(Array(certificates.authorityPEM.utf8)))
    return [
      "apiVersion": "v1", "kind": "Config",
      "current-context": .string(clusters.first?.name ?? ""),
      "clusters": .array(
        clusters.map { cluster in
          [
            "name": .string(cluster.name),
            "cluster": [
              "server": .string(cluster.server.url), "certificate-authority-data": authority,
            ],
          ]
        }),
      "users": .array(
        clusters.map { ["name": .string($0.name), "user": ["token": .string($0.token)]] }),
      "contexts": .array(
        clusters.map { cluster in
          [
            "name": .string(cluster.name),
            "context": ["cluster": .string(cluster.name), "user": .string(cluster.name)],
          ]
        }),
    ]
  }

  /// URLs, credentials, files and the process id.
  public func summary(in directory: String) -> JSONValue {
    [
      "pid": .integer(Int64(StateDirectory.processID)),
      "nsx": [
        "url": .string(manager.server.url), "username": .string(manager.user),
        "password": .string(manager.password), "token": .string(manager.token),
        "sha256": .string(manager.server.identity.sha256),
      ],
      "clusters": .array(
        clusters.map { cluster in
          [
            "name": .string(cluster.name), "url": .string(cluster.server.url),
            "token": .string(cluster.token),
          ]
        }),
      "caFile": .string("\(directory)/\(FileName.authority)"),
      "kubeconfig": .string("\(directory)/\(FileName.kubeconfig)"),
      "configuration": .string("\(directory)/\(FileName.configuration)"),
    ]
  }

  private func environment(in directory: String) -> String {
    """
    export NSX_URL='\(manager.server.url)'
    export NSX_USER='\(manager.user)'
    export NSX_PASSWORD='\(manager.password)'
    export NSX_CA_FILE='\(directory)/\(FileName.authority)'
    export KUBECONFIG='\(directory)/\(FileName.kubeconfig)'

    """
  }
}
