import HTTPTransport
import KubernetesClient

extension ClusterExamination {
  /// ``DoctorCheck/clusterCertificate``.
  func clusterCertificate() async throws -> [DoctorVerdict] {
    let connection = try await run.clusterConnection(cluster)
    let judge = CertificateJudge(now: run.context.now())
    var verdicts = [
      try await run.seen(connection.server) {
        judge.verdict(on: try await probe(connection).certificate, of: connection.server)
      }
    ]
    if !connection.tls.verify {
      verdicts.append(
        .warning("it is not checked", "take insecure-skip-tls-verify out of the kubeconfig"))
    }
    func read(_ source: PEMSource) throws -> [UInt8] {
      switch source {
      case .data(let data): data
      case .file(let path): try Files.read(path, kind: .usage)
      }
    }
    if connection.tls.verify, let authority = connection.tls.certificateAuthority {
      verdicts += judge.verdicts(onAuthorities: try read(authority), of: "the kubeconfig's CA")
    }
    if let ours = connection.tls.clientCertificate {
      let certificate = ServerCertificate(
        pem: String(decoding: try read(ours.certificate), as: UTF8.self))
      verdicts.append(judge.verdict(on: certificate, of: "our user"))
    }
    return verdicts
  }

  /// What the API server shows without credentials.
  func probe(_ connection: ClusterConnectionSettings) async throws -> ServerProbe {
    try await ServerProbe.ask(
      "\(connection.server)/version", serverName: connection.tls.serverName,
      proxy: run.proxy(explicit: connection.proxyURL), timeout: run.probeTimeout)
  }
}
