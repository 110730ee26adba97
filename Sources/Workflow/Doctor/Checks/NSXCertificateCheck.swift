import Documents
import Failures
import HTTPTransport
import Reporting

extension NSXExamination {
  /// ``DoctorCheck/nsxCertificate``.
  func nsxCertificate() async throws -> [DoctorVerdict] {
    var verdicts: [DoctorVerdict] = []
    let judge = CertificateJudge(now: run.context.now())
    for manager in run.settings.list("nsx.managers") {
      verdicts.append(
        try await run.seen(manager) {
          judge.verdict(on: try await probe(manager).certificate, of: manager)
        }
      )
    }
    if run.settings.flag("nsx.insecureSkipVerify") {
      verdicts.append(
        .warning("certificates are not checked", "set nsx.caFile or nsx.thumbprints"))
    }
    if let path = run.settings.path("nsx.caFile", home: run.home) {
      let bytes = try Files.read(path, kind: .usage)
      verdicts += judge.verdicts(onAuthorities: bytes, of: path)
    }
    if let path = run.settings.path("nsx.clientCertificateFile", home: run.home) {
      let bytes = try Files.read(path, kind: .usage)
      verdicts.append(
        judge.verdict(on: ServerCertificate(pem: String(decoding: bytes, as: UTF8.self)), of: path))
    }
    return verdicts
  }

  /// What a manager shows without a login.
  func probe(_ manager: String) async throws -> ServerProbe {
    var base = manager
    while base.hasSuffix("/") { base.removeLast() }
    return try await ServerProbe.ask(
      "\(base)/api/v1/reverse-proxy/node/health", serverName: run.settings.text("nsx.serverName"),
      proxy: run.proxy(explicit: run.settings.text("nsx.proxy")), timeout: run.probeTimeout)
  }
}

extension Run {
  /// What a server shows; that it does not answer at all is told by another check.
  func seen(
    _ server: String, _ look: () async throws -> DoctorVerdict
  ) async throws -> DoctorVerdict {
    do { return try await look() } catch let error as TransportError {
      return .skipped("\(server) does not answer: \(error.failure.cause)")
    }
  }

  /// How long a server may take to show itself.
  var probeTimeout: Duration {
    min(settings.duration("nsx.requestTimeout") ?? .seconds(10), .seconds(10))
  }
}

/// Says how long certificates hold.
struct CertificateJudge {
  /// Seconds since 1970.
  let now: Int64
  /// A certificate that holds for less is to be renewed now.
  static let margin: Int64 = 30 * 86_400

  /// What is wrong with a file of authorities; nothing where one of them holds.
  /// Those of a time past do no harm beside it.
  func verdicts(onAuthorities bytes: [UInt8], of owner: String) -> [DoctorVerdict] {
    let end = "-----END CERTIFICATE-----"
    let found = String(decoding: bytes, as: UTF8.self).split(separator: end)
      .compactMap { ServerCertificate(pem: "\($0)\(end)\n") }
    guard let best = found.max(by: { $0.notAfter < $1.notAfter }) else {
      return [.warning("\(owner): there is no authority that can be read in it")]
    }
    let verdict = verdict(on: best, of: "\(owner) (the authority)")
    return verdict.state == .ok ? [] : [verdict]
  }

  /// - Parameter owner: Whose it is, for the message.
  func verdict(on certificate: ServerCertificate?, of owner: String) -> DoctorVerdict {
    guard let certificate else {
      return .warning("\(owner): its certificate cannot be read", "see what the server shows")
    }
    let name = certificate.subject.isEmpty ? "" : " (\(certificate.subject))"
    let text = "\(owner): the certificate\(name)"
    let end = UTCTime.text(seconds: certificate.notAfter)
    if certificate.notBefore > now {
      return .failed(
        "\(text) does not hold before \(UTCTime.text(seconds: certificate.notBefore))",
        "check this machine's clock and the certificate", kind: .unreachable)
    }
    let left = certificate.notAfter - now
    if left <= 0 { return .failed("\(text) has expired on \(end)", kind: .unreachable) }
    let days = "holds until \(end), \(left / 86_400) days more"
    return left < Self.margin ? .warning("\(text) \(days)") : .ok("\(text) \(days)")
  }
}
