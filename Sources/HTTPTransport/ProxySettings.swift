import Glibc

/// The way out of this network.
public enum ProxySettings: Sendable, Hashable {
  /// Straight to the server, whatever the environment says.
  case direct
  /// Through one proxy (`http://`, `https://` or `socks5h://`, credentials in
  /// the URL), except to the hosts of a `NO_PROXY` list.
  case url(String, except: String)
  /// As the usual environment variables say.
  case environment(ProxyEnvironment)

  /// The URL of the proxy for a server, or `nil` to go straight.
  ///
  /// Loopback addresses are never proxied by the environment, as in Go's and
  /// so in kubectl's rules.
  func proxy(scheme: String, host: String, port: Int) -> String? {
    switch self {
    case .direct: return nil
    case .url(let url, let except):
      return ProxyBypassList(except).contains(host: host, port: port) ? nil : url
    case .environment(let environment):
      if ProxyBypassList.isLoopback(host) { return nil }
      guard let url = scheme == "https" ? environment.https : environment.http else { return nil }
      return ProxyBypassList(environment.except).contains(host: host, port: port) ? nil : url
    }
  }
}

/// What the environment says about proxies.
public struct ProxyEnvironment: Sendable, Hashable {
  /// The proxy for `http` URLs.
  public var http: String?
  /// The proxy for `https` URLs.
  public var https: String?
  /// The hosts that are reached without one.
  public var except: String

  /// Reads `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case, and
  /// `http_proxy` in lower case only: in a CGI process a request can set
  /// `HTTP_PROXY`.
  public init(_ variables: [String: String]) {
    func value(_ names: String...) -> String? {
      for name in names {
        if let value = variables[name], !value.isEmpty { return value }
      }
      return nil
    }
    http = value("http_proxy", "ALL_PROXY", "all_proxy")
    https = value("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    except = value("NO_PROXY", "no_proxy") ?? ""
  }

  /// The environment of this process.
  public static func ofProcess() -> ProxyEnvironment {
    var variables: [String: String] = [:]
    let names = [
      "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy",
    ]
    for name in names {
      if let value = getenv(name) { variables[name] = String(cString: value) }
    }
    return ProxyEnvironment(variables)
  }
}
