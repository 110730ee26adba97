import Documents
import FoundationEssentials
import HTTPTransport

extension Kubeconfig {
  /// The connection that a context gives.
  ///
  /// - Parameters:
  ///   - context: Name of the context; `nil` for the current one.
  ///   - environment: What a credential plugin gets to see.
  ///   - pluginTimeout: How long a credential plugin may take.
  /// - Throws: ``KubeconfigError``, also when a file that it names is unreadable.
  public func connection(
    context: String? = nil, environment: [String: String] = [:],
    pluginTimeout: Duration = .seconds(60)
  ) throws -> ClusterConnectionSettings {
    guard let name = context ?? currentContext else {
      throw KubeconfigError.noCurrentContext(files: files)
    }
    guard let entry = contexts[name] else {
      throw KubeconfigError.unknownContext(name, known: contextNames)
    }
    let clusterName = entry.text("cluster") ?? ""
    guard let cluster = clusters[clusterName] else {
      throw KubeconfigError.unknownCluster(clusterName, context: name)
    }
    var user = Entry(value: .object(JSONObject()), file: entry.file)
    let userName = entry.text("user") ?? ""
    if !userName.isEmpty {
      guard let found = users[userName] else {
        throw KubeconfigError.unknownUser(userName, context: name)
      }
      user = found
    }
    let server = try server(of: cluster, named: clusterName)
    var tls = TLSSettings()
    tls.verify = cluster.value["insecure-skip-tls-verify"]?.bool != true
    tls.serverName = cluster.text("tls-server-name")
    tls.certificateAuthority = try pem(cluster, "certificate-authority")
    let certificate = try pem(user, "client-certificate")
    let key = try pem(user, "client-key")
    switch (certificate, key) {
    case (let certificate?, let key?):
      tls.clientCertificate = ClientCertificate(certificate: certificate, key: key)
    case (nil, nil): break
    case (_?, nil):
      throw KubeconfigError.invalid(
        file: user.file, detail: "user \(userName) has a client certificate without its key")
    case (nil, _?):
      throw KubeconfigError.invalid(
        file: user.file, detail: "user \(userName) has a client key without its certificate")
    }
    let credentials = try credentials(
      of: user, named: userName, cluster: cluster, environment: environment,
      timeout: pluginTimeout)
    return ClusterConnectionSettings(
      server: server, tls: tls, proxyURL: cluster.text("proxy-url"), credentials: credentials,
      namespace: entry.text("namespace") ?? "default", context: name)
  }

  private func server(of cluster: Entry, named name: String) throws -> String {
    guard var server = cluster.text("server"),
      server.hasPrefix("https://") || server.hasPrefix("http://")
    else { throw KubeconfigError.noServer(cluster: name) }
    while server.hasSuffix("/") { server.removeLast() }
    return server
  }

  /// Inline data wins over a file, as in kubectl.
  private func pem(_ entry: Entry, _ key: String) throws -> PEMSource? {
    if let text = entry.text("\(key)-data") {
      guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty
      else {
        throw KubeconfigError.invalid(file: entry.file, detail: "`\(key)-data` is not base64")
      }
      return .data(Array(data))
    }
    guard let path = entry.path(key) else { return nil }
    try LocalFile.requireReadable(path)
    return .file(path)
  }

  private func credentials(
    of user: Entry, named name: String, cluster: Entry, environment: [String: String],
    timeout: Duration
  ) throws -> any CredentialSource {
    if let provider = user.value["auth-provider"], !provider.isNull {
      throw KubeconfigError.authProvider(provider["name"]?.string ?? "", user: name)
    }
    // A token file wins over a token: kubectl takes the file's where both stand.
    if let path = user.path("tokenFile") {
      _ = try LocalFile.readToken(path)
      return TokenFile(path: path)
    }
    if let token = user.text("token") { return BearerToken(token) }
    if let username = user.text("username") {
      return BasicCredentials(username: username, password: user.value["password"]?.string ?? "")
    }
    if let exec = user.value["exec"], !exec.isNull {
      let plugin = try CredentialPlugin(
        exec, file: user.file, cluster: cluster, environment: environment, timeout: timeout)
      return PluginCredentials(plugin)
    }
    return NoCredentials()
  }
}
