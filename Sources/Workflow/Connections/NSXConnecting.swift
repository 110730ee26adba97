import Documents
import Failures
import HTTPTransport
import NSXClient

extension Run {
  /// Connects to the managers of the configuration; nothing is sent yet.
  func connectNSX() throws -> NSXConnection {
    let managers = settings.list("nsx.managers")
    guard !managers.isEmpty else {
      throw Failure(
        .usage, subject: "nsx.managers", cause: "no NSX Manager is configured",
        remedy: "set it in the configuration, by NSX_ANTREA_NSX_MANAGERS, or give --nsx-snapshot")
    }
    let authentication = try nsxAuthentication()
    let endpoints = try managers.map { manager in
      var configuration = HTTPClientConfiguration(
        tls: try nsxTLS(), proxy: proxy(explicit: settings.text("nsx.proxy")), gate: nsxGate,
        trace: traceSink)
      configuration.requestTimeout = settings.duration("nsx.requestTimeout") ?? .seconds(60)
      // Another manager is a better second try than the same one.
      if managers.count > 1 { configuration.retry.maximumAttempts = 2 }
      configuration.maximumConnectionsPerHost = 16
      configuration.userAgent = "nsx-antrea/\(Run.version)"
      return try NSXEndpoint(baseURL: manager, client: CurlClient(configuration))
    }
    return try NSXConnection(
      endpoints: endpoints, authentication: authentication,
      timeout: settings.duration("nsx.requestTimeout"), onEvent: { event in note(event) })
  }

  /// Runs something with a connection that is closed at the end.
  func withNSX<Result>(_ body: (NSXConnection) async throws -> Result) async throws -> Result {
    let connection = try connectNSX()
    do {
      let result = try await body(connection)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  private func note(_ event: NSXEvent) {
    switch event {
    case .failover(let from, let to, let cause):
      log.warning("NSX: going on with \(to) instead of \(from): \(cause)")
    case .incomplete(let type, let reason): log.warning("NSX: \(type) not read whole: \(reason)")
    case .changedDuringPull(let round, let objects):
      log.notice("NSX changed while it was read: \(objects) objects read again (round \(round))")
    case .danglingReference(let path): log.warning("NSX: \(path) is referred to but not there")
    case .listDrift(let path, let announced, let read):
      log.info("NSX: \(path) announced \(announced) objects and gave \(read)")
    default: log.debug("NSX: \(String(describing: event))")
    }
  }

  private func nsxAuthentication() throws -> NSXAuthentication {
    let method = settings.text("nsx.authentication") ?? "session"
    switch method {
    case "certificate":
      guard settings.text("nsx.clientCertificateFile") != nil else {
        throw Failure(
          .usage, subject: "nsx.clientCertificateFile", cause: "is not set",
          remedy: "authentication by certificate needs it, and nsx.clientKeyFile")
      }
      return .clientCertificate
    case "bearer":
      if let file = settings.path("nsx.tokenFile", home: home) {
        // Read anew at each login: tokens are rotated in place.
        return .bearer { _ in try secret(in: file, named: "nsx.tokenFile") }
      }
      guard let token = settings.text("nsx.token") else {
        throw missing("nsx.token", "nsx.tokenFile")
      }
      return .bearer { _ in token }
    default:
      guard let user = settings.text("nsx.username") else { throw missing("nsx.username", nil) }
      var password = settings.text("nsx.password")
      if password == nil, let file = settings.path("nsx.passwordFile", home: home) {
        password = try secret(in: file, named: "nsx.passwordFile")
      }
      guard let password else { throw missing("nsx.password", "nsx.passwordFile") }
      switch method {
      case "basic": return .basic(user: user, password: password)
      case "remote": return .basic(user: user, password: password, scheme: .remote)
      default: return .session(user: user, password: password)
      }
    }
  }

  private func missing(_ name: String, _ file: String?) -> Failure {
    let variable = SettingKey.named(name)?.variable ?? name
    return Failure(
      .usage, subject: name, cause: "is not set",
      remedy: "give it by \(variable)"
        + (file.map { " or by a file, \($0)" } ?? " or in the configuration"))
  }

  /// The first line of a file with a secret.
  func secret(in path: String, named name: String) throws -> String {
    let bytes = try Files.read(path, kind: .usage)
    let line = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    guard !line.isEmpty else {
      throw Failure(.usage, subject: "\(name): \(path)", cause: "the first line is empty")
    }
    return line
  }

  private func nsxTLS() throws -> TLSSettings {
    var tls = TLSSettings()
    tls.verify = !settings.flag("nsx.insecureSkipVerify")
    tls.certificateAuthority = try settings.path("nsx.caFile", home: home).map {
      try readable($0, "nsx.caFile")
    }
    tls.pinnedLeafSHA256 = settings.list("nsx.thumbprints")
    for pin in tls.pinnedLeafSHA256 where CertificatePin(pin) == nil {
      throw Failure(
        .usage, subject: "nsx.thumbprints", cause: "`\(pin)` is not a SHA-256 fingerprint",
        remedy: "64 hexadecimal digits, with or without colons")
    }
    tls.serverName = settings.text("nsx.serverName")
    if let certificate = settings.path("nsx.clientCertificateFile", home: home) {
      guard let key = settings.path("nsx.clientKeyFile", home: home) else {
        throw missing("nsx.clientKeyFile", nil)
      }
      tls.clientCertificate = ClientCertificate(
        certificate: try readable(certificate, "nsx.clientCertificateFile"),
        key: try readable(key, "nsx.clientKeyFile"))
    }
    return tls
  }

  private func readable(_ path: String, _ name: String) throws -> PEMSource {
    .data(try Files.read(path, kind: .usage))
  }

  /// The proxy of a connection: the given one, else the environment's.
  func proxy(explicit: String?) -> ProxySettings {
    let variables = ProxyEnvironment(context.environment)
    return explicit.map { .url($0, except: variables.except) } ?? .environment(variables)
  }

  /// Where HTTP requests are shown at log level trace.
  var traceSink: (@Sendable (HTTPTraceEvent) -> Void)? {
    guard log.logLevel <= .trace else { return nil }
    let log = log
    return { event in log.trace("\(event)") }
  }
}
