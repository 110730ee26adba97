import Documents
import HTTPTransport

/// How far a component's support bundle has got.
public struct SystemBundle: Sendable, Hashable {
  /// Where collecting stands.
  public enum Status: Sendable, Hashable {
    /// There is none; after `collecting`, it failed.
    case none
    case collecting
    case collected
  }

  /// Where it stands.
  public var status: Status
  /// SHA-256 of its bytes in hexadecimal, once it is collected.
  public var sum: String?
  /// How many bytes it has, once it is collected.
  public var size: Int64?
}

extension KubernetesClient {
  /// The bundles of `system.antrea.io`: of the controller by way of the API server,
  /// of an agent at its own address.
  private static let bundles = APIResource(
    group: "system.antrea.io", version: "v1beta1", kind: "SupportBundle",
    plural: "supportbundles", isNamespaced: false)

  /// Begins to collect; an unfinished one is given up for it.
  ///
  /// - Parameters:
  ///   - name: `controller` or `agent`.
  ///   - since: How old logs may be, as Go writes durations: `24h`.
  public func startSystemBundle(_ name: String, since: String?) async throws {
    var body = JSONObject()
    body["apiVersion"] = .string(Self.bundles.apiVersion)
    body["kind"] = "SupportBundle"
    body["metadata"] = ["name": .string(name)]
    if let since { body["since"] = .string(since) }
    var call = Call(method: .post, path: Self.bundles.path())
    call.body = .object(body)
    // The second one takes the place of the first.
    call.isIdempotent = true
    _ = try await json(call)
  }

  /// How far it has got.
  public func systemBundle(_ name: String) async throws -> SystemBundle {
    let answer = try await json(Call(path: Self.bundles.path(name: name)))
    let status: SystemBundle.Status =
      switch answer["status"]?.string {
      case "Collected": .collected
      case "Collecting": .collecting
      default: .none
      }
    return SystemBundle(
      status: status, sum: answer["sum"]?.string, size: answer["size"]?.integer)
  }

  /// Its bytes, in pieces as they come.
  public func downloadSystemBundle(
    _ name: String, timeout: Duration, piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    var call = Call(path: Self.bundles.path(name: name, subresource: "download"))
    call.accept = "*/*"
    try await stream(call, timeout: timeout, piece: piece)
  }

  /// Gives it up, or away.
  public func deleteSystemBundle(_ name: String) async throws {
    _ = try await json(Call(method: .delete, path: Self.bundles.path(name: name)))
  }

  /// A token of a ServiceAccount that is valid for some minutes.
  public func serviceAccountToken(namespace: String, name: String) async throws -> String {
    let accounts = APIResource(
      group: "", version: "v1", kind: "ServiceAccount", plural: "serviceaccounts",
      isNamespaced: true)
    var call = Call(
      method: .post,
      path: accounts.path(namespace: namespace, name: name, subresource: "token"))
    call.body = [
      "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
      "spec": ["expirationSeconds": 600],
    ]
    let answer = try await json(call)
    guard let token = answer[path: "status", "token"]?.string, !token.isEmpty else {
      throw malformed("a TokenRequest was answered without a token")
    }
    return token
  }
}
