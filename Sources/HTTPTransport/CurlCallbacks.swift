import CLibCurl
import CurlShim

extension CurlTransfer {
  /// Has libcurl call this transfer. It does not retain it: the driver holds
  /// it as long as the handle lives.
  func setCallbacks() {
    let payload = Unmanaged.passUnretained(self).toOpaque()
    _ = cs_set_write(handle, writeCallback, payload)
    _ = cs_set_header(handle, headerCallback, payload)
    _ = cs_set_prerequest(handle, prerequestCallback, payload)
    // Debug output is the one place where libcurl shows TLS alerts.
    if job.url.scheme == "https" { _ = cs_set_debug(handle, debugCallback, payload) }
  }
}

private func transfer(_ payload: UnsafeMutableRawPointer) -> CurlTransfer {
  Unmanaged<CurlTransfer>.fromOpaque(payload).takeUnretainedValue()
}

private let writeCallback: cs_data_callback = { bytes, size, count, payload in
  guard let payload, let bytes else { return 0 }
  let total = size * count
  let piece = UnsafeRawBufferPointer(start: bytes, count: total)
  // Any other number than that of the bytes ends the transfer.
  return transfer(payload).receive(body: piece) ? total : total &+ 1
}

private let headerCallback: cs_data_callback = { bytes, size, count, payload in
  guard let payload, let bytes else { return 0 }
  let total = size * count
  let line = UnsafeRawBufferPointer(start: bytes, count: total)
  transfer(payload).receive(headerLine: String(decoding: line, as: UTF8.self))
  return total
}

private let prerequestCallback: cs_prerequest_callback = { payload, _, _, _, _ in
  guard let payload else { return 1 }
  return transfer(payload).mayBeSent() ? 0 : 1
}

private let debugCallback: cs_debug_callback = { _, kind, bytes, size, payload in
  guard kind == CURLINFO_SSL_DATA_IN, let payload, let bytes else { return 0 }
  transfer(payload).receive(tlsMessage: UnsafeRawBufferPointer(start: bytes, count: size))
  return 0
}
