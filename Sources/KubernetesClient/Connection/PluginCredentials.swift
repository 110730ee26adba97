import Glibc
import HTTPTransport

/// The credentials of a plugin, kept until shortly before they expire.
actor PluginCredentials: CredentialSource {
  /// Seconds before the expiry at which the plugin is asked again, so that a
  /// request does not arrive too late.
  private static let margin: Int64 = 10

  private let plugin: CredentialPlugin
  private let now: @Sendable () -> Int64
  private var answer: CredentialPlugin.Answer?
  private var running: Task<CredentialPlugin.Answer, any Error>?

  /// Keeps the answers of a plugin.
  ///
  /// - Parameter now: Seconds since 1970.
  init(_ plugin: CredentialPlugin, now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }) {
    self.plugin = plugin
    self.now = now
  }

  func authorization() async throws -> String? {
    try await current().token.map { "Bearer \($0)" }
  }

  func clientCertificate() async throws -> ClientCertificate? {
    try await current().certificate
  }

  /// The certificate of a connection cannot change any more; a token can.
  func invalidate() async -> Bool {
    let hadToken = answer?.token != nil
    answer = nil
    return hadToken
  }

  /// Runs the plugin once for all requests that wait for it.
  private func current() async throws -> CredentialPlugin.Answer {
    if let answer, answer.expiry.map({ now() < $0 - Self.margin }) ?? true { return answer }
    if let running { return try await running.value }
    let task = Task { [plugin] in try await plugin.run() }
    running = task
    defer { running = nil }
    let fresh = try await task.value
    answer = fresh
    return fresh
  }
}
