import Failures

extension TransportError: FailureConvertible {
  /// The error as the command line reports it: always of the kind
  /// `unreachable`, with the endpoint as its subject.
  public var failure: Failure {
    Failure(.unreachable, subject: endpoint, cause: cause, remedy: remedy)
  }

  private var cause: String {
    detail.isEmpty ? reason.summary : "\(reason.summary): \(detail)"
  }

  private var remedy: String {
    switch reason {
    case .unknownHost:
      "check the host's name, the DNS servers of this machine and whether a proxy is needed"
    case .connectionFailed:
      "check the address and port, firewalls in between, and that the server is up"
    case .proxyFailed:
      "check the proxy's address and credentials, or list the host in NO_PROXY"
    case .untrustedCertificate:
      "give the CA that signed the server's certificate, pin the certificate's SHA-256, "
        + "or set the server name that the certificate was issued for"
    case .pinMismatch:
      "if the server's certificate was renewed on purpose, compare its SHA-256 over a trusted "
        + "channel and update the pin; otherwise somebody may be in between"
    case .clientCertificateRefused:
      "check that client certificate and key belong together, have not expired and are "
        + "registered with the server"
    case .tlsFailed:
      "check that the port speaks TLS 1.2 or later and that no middlebox interferes"
    case .timedOut:
      "the server or the way to it is slow: try again, or raise the timeout"
    case .truncated:
      "try again; if it repeats, look at proxies and load balancers in between"
    case .malformed:
      "check that the address is that of the API and not of another service or a login page"
    case .redirected:
      "use the address that the server redirects to, if it is trusted"
    }
  }
}

extension TransportError.Reason {
  /// The reason in a few words, without subject.
  var summary: String {
    switch self {
    case .unknownHost: "unknown host"
    case .connectionFailed: "connection failed"
    case .proxyFailed: "the proxy did not let the connection through"
    case .untrustedCertificate: "the server's certificate is not trusted"
    case .pinMismatch: "the server's certificate is not the pinned one"
    case .clientCertificateRefused: "the client certificate was refused"
    case .tlsFailed: "TLS failed"
    case .timedOut: "timed out"
    case .truncated: "the answer was cut off"
    case .malformed: "the exchange is malformed"
    case .redirected: "redirected elsewhere"
    }
  }
}
