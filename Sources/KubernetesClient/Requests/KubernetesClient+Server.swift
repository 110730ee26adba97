import Documents
import HTTPTransport

/// The version of an API server.
public struct ServerVersion: Sendable, Hashable {
  /// Major version.
  public var major: Int
  /// Minor version; vendors' suffixes (`27+`) are dropped.
  public var minor: Int
  /// The whole version, for example `v1.31.2+vmware.1`.
  public var gitVersion: String

  /// Creates a version.
  public init(major: Int, minor: Int, gitVersion: String) {
    self.major = major
    self.minor = minor
    self.gitVersion = gitVersion
  }
}

extension KubernetesClient {
  /// The server's version.
  public func version() async throws -> ServerVersion {
    let answer = try await json(Call(path: "/version"))
    func number(_ key: String) -> Int? {
      answer[key]?.string.flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }
    }
    guard let major = number("major"), let minor = number("minor"),
      let gitVersion = answer["gitVersion"]?.string
    else { throw malformed("/version does not tell a version") }
    return ServerVersion(major: major, minor: minor, gitVersion: gitVersion)
  }

  /// Whether the user of this client may do something.
  ///
  /// - Parameters:
  ///   - verb: For example `patch`.
  ///   - group: API group, empty for the core group.
  ///   - resource: Plural name, for example `clusternetworkpolicies`.
  ///   - subresource: For example `log`; `nil` for the resource itself.
  ///   - namespace: `nil` for all namespaces or a cluster-scoped resource.
  ///   - name: `nil` for all objects.
  public func selfSubjectAccessReview(
    verb: String, group: String, resource: String, subresource: String? = nil,
    namespace: String? = nil, name: String? = nil
  ) async throws -> Bool {
    var attributes = JSONObject()
    attributes["verb"] = .string(verb)
    attributes["group"] = .string(group)
    attributes["resource"] = .string(resource)
    if let subresource { attributes["subresource"] = .string(subresource) }
    if let namespace { attributes["namespace"] = .string(namespace) }
    if let name { attributes["name"] = .string(name) }
    var call = Call(
      method: .post, path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews")
    call.body = [
      "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
      "spec": ["resourceAttributes": .object(attributes)],
    ]
    // It only asks.
    call.isIdempotent = true
    let answer = try await json(call)
    guard let allowed = answer[path: "status", "allowed"]?.bool else {
      throw malformed("an access review has no verdict")
    }
    return allowed
  }
}
