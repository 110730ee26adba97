import CLibGit2
import GitShim

/// What libgit2's callbacks need and learn during one exchange. Lives on the
/// thread of the exchange.
final class RemoteSession {
  private let remote: RemoteAddress
  private let access: RemoteAccess
  private let knownHosts: KnownHosts?
  private let stop: StopFlag
  private var tries = 0
  private var credentialsRefused = false
  private var hostRefused = false
  /// The remote's words about a reference that it did not accept.
  private(set) var refusal: String?

  init(
    remote: RemoteAddress, access: RemoteAccess, knownHosts: KnownHosts?, stop: StopFlag
  ) {
    self.remote = remote
    self.access = access
    self.knownHosts = knownHosts
    self.stop = stop
  }

  /// The callbacks, which point to this session without keeping it.
  var callbacks: git_remote_callbacks {
    var callbacks = git_remote_callbacks()
    git_remote_init_callbacks(&callbacks, UInt32(GIT_REMOTE_CALLBACKS_VERSION))
    callbacks.payload = Unmanaged.passUnretained(self).toOpaque()
    callbacks.credentials = { out, _, user, allowed, payload in
      session(payload)?.credentials(out, user, allowed) ?? -1
    }
    callbacks.certificate_check = { certificate, valid, host, payload in
      session(payload)?.check(certificate, valid, host) ?? -1
    }
    callbacks.push_update_reference = { _, status, payload in
      if let status { session(payload)?.refusal = String(cString: status) }
      return 0
    }
    callbacks.sideband_progress = { _, _, payload in session(payload)?.goOn ?? -1 }
    callbacks.transfer_progress = { _, payload in session(payload)?.goOn ?? -1 }
    callbacks.push_transfer_progress = { _, _, _, payload in session(payload)?.goOn ?? -1 }
    callbacks.pack_progress = { _, _, _, payload in session(payload)?.goOn ?? -1 }
    return callbacks
  }

  /// Turns a refusal of libgit2 into what it means for the remote.
  func check(_ code: Int32) throws(GitError) {
    guard code < 0 else { return }
    if stop.isSet { throw .cancelled(remote: remote.url) }
    if hostRefused || code == GitCode.certificate { throw .hostNotTrusted(remote: remote.url) }
    if credentialsRefused || code == GitCode.authentication {
      throw .credentialsRefused(remote: remote.url)
    }
    let message = git_error_last()?.pointee.message.map { String(cString: $0) } ?? ""
    throw .remoteFailed(remote: remote.url, detail: "\(message) (libgit2 code \(code))")
  }

  private var goOn: Int32 { stop.isSet ? GitCode.user : 0 }

  private func credentials(
    _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_credential>?>?,
    _ user: UnsafePointer<CChar>?, _ allowed: UInt32
  ) -> Int32 {
    let name = user.map { String(cString: $0) } ?? "git"
    if allowed & git_shim_credential_username != 0 {
      return git_credential_username_new(out, name)
    }
    // libgit2 asks again after a refusal, without end.
    tries += 1
    guard tries == 1 else {
      credentialsRefused = true
      return GitCode.authentication
    }
    switch access.credentials ?? remote.credentials {
    case .basic(let user, let password)?
    where allowed & git_shim_credential_password != 0:
      return git_credential_userpass_plaintext_new(out, user, password)
    case .sshKey(let file)? where allowed & git_shim_credential_ssh_key != 0:
      let kind = try? FileSystem.kind(file + ".pub")
      return git_credential_ssh_key_new(
        out, name, kind == .file ? file + ".pub" : nil, file, nil)
    case nil where allowed & git_shim_credential_ssh_key != 0:
      return git_credential_ssh_key_from_agent(out, name)
    default:
      credentialsRefused = true
      return GitCode.authentication
    }
  }

  private func check(
    _ certificate: UnsafeMutablePointer<git_cert>?, _ valid: Int32,
    _ host: UnsafePointer<CChar>?
  ) -> Int32 {
    guard let certificate, let host else { return GitCode.certificate }
    var trusted = valid == 1
    if certificate.pointee.cert_type.rawValue == git_shim_certificate_ssh, let knownHosts {
      let key = UnsafeRawPointer(certificate).loadUnaligned(as: git_cert_hostkey.self)
      if key.type.rawValue & GIT_CERT_SSH_RAW.rawValue != 0, let bytes = key.hostkey {
        let raw = [UInt8](UnsafeRawBufferPointer(start: bytes, count: key.hostkey_len))
        trusted = knownHosts.contains(
          host: String(cString: host), port: SSHAddress.port(of: remote.url), key: raw)
      } else {
        trusted = false
      }
    }
    if !trusted { hostRefused = true }
    return trusted ? 0 : GitCode.certificate
  }
}

private func session(_ payload: UnsafeMutableRawPointer?) -> RemoteSession? {
  payload.map { Unmanaged<RemoteSession>.fromOpaque($0).takeUnretainedValue() }
}
