import CLibCurl
import CurlShim
import Glibc

/// What has to be done once in a process before libcurl is used.
enum CurlRuntime {
  /// Whether libcurl is ready.
  static let isReady: Bool = {
    // A server that hangs up while we write must be an error, not our end;
    // CURLOPT_NOSIGNAL does not cover what OpenSSL writes.
    signal(SIGPIPE, SIG_IGN)
    // CURL_GLOBAL_DEFAULT, whose macro is not imported: SSL (1) and Win32 (2).
    return curl_global_init(3) == CURLE_OK
  }()
}
