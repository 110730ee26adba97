import CLibCurl
import CurlShim

/// Turns libcurl's code, with what else is known, into a reason.
struct CurlFailure {
  var code: CURLcode
  /// Whether a final status has been received.
  var hasAnswerBegun: Bool
  /// The proxy's answer to CONNECT, or 0.
  var proxyStatus: Int
  var usesProxy: Bool
  var alerts: TLSAlerts

  /// Why there is no whole answer.
  var reason: TransportError.Reason {
    if proxyStatus != 0, !(200..<300).contains(proxyStatus) { return .proxyFailed }
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: return .proxyFailed
    case CURLE_COULDNT_CONNECT: return usesProxy ? .proxyFailed : .connectionFailed
    case CURLE_OPERATION_TIMEDOUT: return .timedOut
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS:
      return .untrustedCertificate
    case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CLIENTCERT: return .clientCertificateRefused
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND,
      CURLE_SSL_ENGINE_SETFAILED, CURLE_USE_SSL_FAILED:
      return alerts.refusesClientCertificate ? .clientCertificateRefused : .tlsFailed
    case CURLE_PARTIAL_FILE: return .truncated
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL,
      CURLE_URL_MALFORMAT, CURLE_FILESIZE_EXCEEDED, CURLE_WRITE_ERROR, CURLE_TOO_MANY_REDIRECTS:
      return .malformed
    default:
      if alerts.refusesClientCertificate { return .clientCertificateRefused }
      return hasAnswerBegun ? .truncated : .connectionFailed
    }
  }
}
