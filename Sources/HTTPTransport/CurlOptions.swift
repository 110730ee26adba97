import CLibCurl
import CurlShim

extension CurlTransfer {
  /// Sets everything that the request needs.
  ///
  /// - Returns: Why it cannot be sent, or `nil`.
  func configure() -> TransportError? {
    let remaining = job.deadline - ContinuousClock.now
    guard remaining > .zero else { return .waitedTooLong(job) }
    for header in job.request.headers where !header.isWellFormed {
      return refusal("the header field \(header.name.debugDescription) has a line break")
    }
    for pin in settings.tls.pinnedLeafSHA256 where CertificatePin(pin) == nil {
      return TransportError(
        .pinMismatch, endpoint: job.url.endpoint,
        detail: "a pin has not the 64 hexadecimal digits of a SHA-256",
        requestMayHaveBeenSent: false)
    }
    setCallbacks()
    setAddress()
    setMessage()
    setLimits(remaining)
    return setTLS().flatMap(refusal)
  }

  private func refusal(_ detail: String) -> TransportError {
    TransportError(
      .malformed, endpoint: job.url.endpoint, detail: detail, requestMayHaveBeenSent: false)
  }

  private func set(_ option: CURLoption, _ value: Int) { _ = cs_set_long(handle, option, value) }

  private func set(_ option: CURLoption, _ value: String?) {
    _ = cs_set_string(handle, option, value)
  }

  private func setAddress() {
    var url = job.url
    // The URL names the server as TLS shall see it, and the connection goes to
    // the real one.
    if let name = settings.tls.serverName, url.scheme == "https" {
      let target = "::\(url.bracketedHost):\(url.port)"
      connectList = curl_slist_append(connectList, target)
      _ = cs_set_list(handle, CURLOPT_CONNECT_TO, connectList)
      url.host = name
    }
    set(CURLOPT_URL, url.text)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_PROXY, proxy ?? "")
    set(CURLOPT_NOPROXY, "")
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    switch settings.version {
    // CURL_HTTP_VERSION_1_1 and CURL_HTTP_VERSION_2TLS.
    case .http1: set(CURLOPT_HTTP_VERSION, 2)
    case .http2:
      set(CURLOPT_HTTP_VERSION, 4)
      set(CURLOPT_PIPEWAIT, 1)
    }
    avoidOldConnections()
    // What is dead is noticed within a minute: 10 s and 9 probes, by default.
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_TCP_KEEPIDLE, 10)
    set(CURLOPT_TCP_KEEPINTVL, 5)
  }

  /// Keeps away from connections that are older than the last one that fell silent:
  /// they lead to the same server, which may be dead.
  private func avoidOldConnections() {
    guard !job.needsFreshConnection, let suspected else {
      if job.needsFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
      return
    }
    // Whole seconds, rounded down on both sides.
    let seconds = Int((ContinuousClock.now - suspected).components.seconds) - 1
    if seconds > 0 {
      set(CURLOPT_MAXLIFETIME_CONN, seconds)
    } else {
      set(CURLOPT_FRESH_CONNECT, 1)
    }
  }

  private func setMessage() {
    let request = job.request
    var headers = request.headers
    func has(_ name: String) -> Bool { headers.contains { $0.name.lowercased() == name } }
    if settings.tls.serverName != nil, !has("host") {
      headers.append(HTTPHeader("Host", job.url.authority))
    }
    for header in headers {
      let isEmpty = header.value.trimmingBlanks().isEmpty
      append(isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    // libcurl would wait for 100 Continue, and call any body a form.
    if !has("expect") { append("Expect:") }
    if !has("content-type") { append("Content-Type:") }
    if !has("accept") { append("Accept: */*") }
    _ = cs_set_list(handle, CURLOPT_HTTPHEADER, headerList)
    set(CURLOPT_USERAGENT, settings.userAgent)
    if !has("accept-encoding") { set(CURLOPT_ACCEPT_ENCODING, "") }

    let hasBody = request.body != nil || [.post, .put, .patch].contains(request.method)
    guard hasBody else {
      if request.method != .get { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
      return
    }
    let body = request.body ?? []
    _ = cs_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count))
    body.withUnsafeBytes { bytes in
      // Copied, so that an empty body needs an address as well.
      var none: UInt8 = 0
      withUnsafeMutablePointer(to: &none) { empty in
        let start = bytes.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
        _ = cs_set_buffer(handle, CURLOPT_COPYPOSTFIELDS, start ?? UnsafeMutableRawPointer(empty))
      }
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
  }

  private func append(_ line: String) { headerList = curl_slist_append(headerList, line) }

  private func setLimits(_ remaining: Duration) {
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_TIMEOUT_MS, min(remaining.millisecondsRoundedUp, Int(Int32.max)))
    set(CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.millisecondsRoundedUp)
    if let idle = settings.idleTimeout {
      set(CURLOPT_LOW_SPEED_LIMIT, 1)
      set(CURLOPT_LOW_SPEED_TIME, max(1, idle.millisecondsRoundedUp / 1000))
    }
    set(CURLOPT_BUFFERSIZE, 128 << 10)
    _ = cs_set_buffer(handle, CURLOPT_ERRORBUFFER, errorText)
  }

  /// - Returns: What cannot be set, or `nil`.
  private func setTLS() -> String? {
    let tls = settings.tls
    guard job.url.scheme == "https" || proxy?.lowercased().hasPrefix("https:") ?? false else {
      return nil
    }
    // CURL_SSLVERSION_TLSv1_2
    set(CURLOPT_SSLVERSION, 6)
    set(CURLOPT_SSL_VERIFYPEER, tls.verifiesChain ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, tls.verifiesChain ? 2 : 0)
    if let authority = tls.certificateAuthority {
      // The folder of the system's authorities would go on being trusted.
      set(CURLOPT_CAPATH, nil)
      guard set(authority, CURLOPT_CAINFO, CURLOPT_CAINFO_BLOB) else {
        return "the CA cannot be used"
      }
    }
    if let ours = tls.clientCertificate {
      set(CURLOPT_SSLCERTTYPE, "PEM")
      set(CURLOPT_SSLKEYTYPE, "PEM")
      guard set(ours.certificate, CURLOPT_SSLCERT, CURLOPT_SSLCERT_BLOB),
        set(ours.key, CURLOPT_SSLKEY, CURLOPT_SSLKEY_BLOB)
      else { return "the client certificate cannot be used" }
    }
    if !tls.pinnedLeafSHA256.isEmpty || settings.keepsCertificate {
      set(CURLOPT_CERTINFO, 1)
      // A resumed session need not show its certificate.
      set(CURLOPT_SSL_SESSIONID_CACHE, 0)
    }
    return nil
  }

  private func set(_ source: PEMSource, _ file: CURLoption, _ blob: CURLoption) -> Bool {
    switch source {
    case .file(let path): cs_set_string(handle, file, path) == CURLE_OK
    case .data(let bytes):
      bytes.withUnsafeBytes { cs_set_blob(handle, blob, $0.baseAddress, $0.count) } == CURLE_OK
    }
  }
}

extension HTTPHeader {
  /// Whether the field stays one field on the wire.
  var isWellFormed: Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x3a && $0 != 0x3b }
      && value.utf8.allSatisfy { $0 != 13 && $0 != 10 && $0 != 0 }
  }
}
