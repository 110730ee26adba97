import Documents
import FoundationEssentials
import HTTPTransport

/// An `exec` credential plugin of a kubeconfig
/// (`client.authentication.k8s.io/v1` or `v1beta1`).
struct CredentialPlugin: Sendable {
  /// What a plugin answered.
  struct Answer: Sendable {
    /// Bearer token.
    var token: String?
    /// Certificate and key in PEM.
    var certificate: ClientCertificate?
    /// Seconds since 1970 from which on the answer is stale; `nil` for never.
    var expiry: Int64?
  }

  let command: String
  let arguments: [String]
  let environment: [String: String]
  let apiVersion: String
  let hint: String?
  let timeout: Duration

  /// Reads the `exec` member of a user.
  ///
  /// - Throws: ``KubeconfigError``.
  init(
    _ exec: JSONValue, file: String, cluster: Kubeconfig.Entry, environment: [String: String],
    timeout: Duration
  ) throws {
    func invalid(_ detail: String) -> KubeconfigError { .invalid(file: file, detail: detail) }
    guard let command = exec["command"]?.string, !command.isEmpty else {
      throw invalid("an exec plugin has no command")
    }
    // A bare name is looked up in PATH; a path stands relative to the file.
    self.command = command.contains("/") ? LocalFile.resolve(command, besides: file) : command
    apiVersion = exec["apiVersion"]?.string ?? ""
    guard apiVersion.hasPrefix("client.authentication.k8s.io/"),
      ["v1", "v1beta1"].contains(apiVersion.dropFirst("client.authentication.k8s.io/".count))
    else {
      throw invalid("the exec plugin \(command) has the unsupported apiVersion `\(apiVersion)`")
    }
    hint = exec["installHint"]?.string.map(\.trimmed)
    let mode = exec["interactiveMode"]?.string ?? "IfAvailable"
    guard ["Never", "IfAvailable", "Always"].contains(mode) else {
      throw invalid("the exec plugin \(command) has the unknown interactiveMode `\(mode)`")
    }
    if mode == "Always" {
      throw KubeconfigError.plugin(
        command: command, detail: "insists on a terminal (interactiveMode: Always)",
        hint: "use a plugin that works unattended, or log in with it beforehand")
    }
    arguments = (exec["args"]?.array ?? []).compactMap(\.string)
    var variables = environment
    for entry in exec["env"]?.array ?? [] {
      if let name = entry["name"]?.string { variables[name] = entry["value"]?.string ?? "" }
    }
    var spec: JSONValue = ["interactive": false]
    if exec["provideClusterInfo"]?.bool == true {
      spec = ["interactive": false, "cluster": try Self.clusterInfo(cluster)]
    }
    let info: JSONValue = [
      "apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": spec,
    ]
    variables["KUBERNETES_EXEC_INFO"] = info.description
    self.environment = variables
    self.timeout = timeout
  }

  private static func clusterInfo(_ cluster: Kubeconfig.Entry) throws -> JSONValue {
    var info = JSONObject()
    for key in ["server", "tls-server-name", "certificate-authority-data", "proxy-url"] {
      if let text = cluster.text(key) { info[key] = .string(text) }
    }
    if info["certificate-authority-data"] == nil, let path = cluster.path("certificate-authority") {
      let text = Data(try LocalFile.read(path)).base64EncodedString()
      info["certificate-authority-data"] = .string(text)
    }
    if cluster.value["insecure-skip-tls-verify"]?.bool == true {
      info["insecure-skip-tls-verify"] = true
    }
    for entry in cluster.value["extensions"]?.array ?? []
    where entry["name"]?.string == "client.authentication.k8s.io/exec" {
      info["config"] = entry["extension"]
    }
    return .object(info)
  }

  /// Runs the plugin.
  ///
  /// - Throws: ``KubeconfigError/plugin(command:detail:hint:)``, never with the
  ///   plugin's output in it: that may hold a token.
  func run() async throws -> Answer {
    let result = try await ChildProcess.run(
      command, arguments, environment: environment, timeout: timeout)
    switch result {
    case .finished(let status, let output):
      guard status == 0 else { throw failed("ended with exit status \(status)") }
      guard let value = try? JSONValue(json: output) else {
        throw failed("wrote something else than an ExecCredential in JSON")
      }
      return try decode(value)
    case .killed(let signal): throw failed("was ended by signal \(signal)")
    case .timedOut: throw failed("did not end within \(timeout.components.seconds) s")
    case .notStarted(let reason):
      throw failed("cannot be started: \(reason)", hint: hint ?? "install it, or correct its path")
    }
  }

  private func decode(_ value: JSONValue) throws -> Answer {
    guard value["kind"]?.string == "ExecCredential" else {
      throw failed("wrote something else than an ExecCredential")
    }
    guard value["apiVersion"]?.string == apiVersion else {
      throw failed("answered in another apiVersion than \(apiVersion)")
    }
    guard let status = value["status"], status.object != nil else {
      throw failed("answered without a status")
    }
    var answer = Answer()
    if let token = status["token"]?.string, !token.isEmpty { answer.token = token }
    let certificate = status["clientCertificateData"]?.string ?? ""
    let key = status["clientKeyData"]?.string ?? ""
    guard certificate.isEmpty == key.isEmpty else {
      throw failed("answered with a client certificate or key without the other")
    }
    if !certificate.isEmpty {
      answer.certificate = ClientCertificate(
        certificate: .data(Array(certificate.utf8)), key: .data(Array(key.utf8)))
    }
    guard answer.token != nil || answer.certificate != nil else {
      throw failed("answered with neither a token nor a client certificate")
    }
    if let text = status["expirationTimestamp"]?.string {
      guard let time = Timestamp.seconds(text) else {
        throw failed("answered with an unreadable expirationTimestamp")
      }
      answer.expiry = time
    }
    return answer
  }

  private func failed(_ detail: String, hint: String? = nil) -> KubeconfigError {
    .plugin(command: command, detail: detail, hint: hint ?? self.hint)
  }
}
