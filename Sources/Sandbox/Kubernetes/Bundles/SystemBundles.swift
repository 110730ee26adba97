import Documents

/// The one bundle of a component of Antrea, as `system.antrea.io/v1beta1` serves it:
/// collected on POST, asked for by GET, fetched from `download` (antrea facts, 11.2).
struct SystemBundleSlot: Sendable {
  /// `controller` or `agent`.
  let name: String
  /// What it holds.
  var bytes: [UInt8]
  /// How many reads see it as `Collecting`.
  var readsUntilReady = 2
  /// Whether collecting fails.
  var fails = false
  /// After how many bytes a download is cut.
  var cut: Int?
  private var reads: Int?
  private var isOver = false

  init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  /// Answers a request.
  ///
  /// - Parameter path: What follows `supportbundles`.
  mutating func respond(
    _ method: String, _ path: [String], body: JSONValue?
  ) throws(KubernetesFault) -> SandboxResponse {
    switch (method, path.count) {
    case ("POST", 0):
      guard body?.text("metadata", "name") == name else {
        throw KubernetesFault(
          code: 403, reason: "Forbidden", message: "only resource name \"\(name)\" is allowed")
      }
      // A new one takes the place of one that is being collected.
      reads = 0
      isOver = false
      return .json(201, document(status: "Collecting"))
    case ("GET", 1) where path[0] == name:
      guard let seen = reads else { return .json(200, document(status: "None")) }
      reads = seen + 1
      if seen < readsUntilReady { return .json(200, document(status: "Collecting")) }
      if fails {
        reads = nil
        return .json(200, document(status: "None"))
      }
      isOver = true
      var result = document(status: "Collected")
      result.setMember(at: ["sum"], to: .string(hexText(SHA256.hash(bytes))))
      result.setMember(at: ["size"], to: .integer(Int64(bytes.count)))
      return .json(200, result)
    case ("GET", 2) where path[0] == name && path[1] == "download":
      guard isOver else {
        throw KubernetesFault(code: 404, reason: "NotFound", message: "no bundle is collected")
      }
      var response = SandboxResponse(
        status: 200, headers: [(name: "Content-Type", value: "application/tar+gz")], body: bytes)
      if let cut { response.body = Array(bytes.prefix(cut)) }
      return response
    case ("DELETE", 1) where path[0] == name:
      reads = nil
      isOver = false
      return .json(200, ["kind": "Status", "apiVersion": "v1", "status": "Success"])
    default: throw KubernetesFault(code: 404, reason: "NotFound", message: "not found")
    }
  }

  /// Whether a bundle stands or is being made.
  var isTaken: Bool { reads != nil }

  private func document(status: String) -> JSONValue {
    [
      "apiVersion": "system.antrea.io/v1beta1", "kind": "SupportBundle",
      "metadata": ["name": .string(name)], "status": .string(status),
    ]
  }
}

extension KubernetesState {
  /// Answers for `system.antrea.io` supportbundles.
  func systemBundle(
    _ target: ResourceTarget, _ request: SandboxRequest
  ) throws -> SandboxResponse {
    let path = [target.name, target.subresource].compactMap { $0 }
    return try controllerBundle.respond(
      request.method, path, body: try? JSONValue(json: request.body))
  }

  /// Gives a token for a ServiceAccount (TokenRequest).
  func serviceAccountToken(_ target: ResourceTarget) throws -> JSONValue {
    _ = try existing(target)
    return [
      "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
      "metadata": ["name": .string(target.name ?? "")],
      "status": [
        "token": .string(KubernetesService.agentToken),
        "expirationTimestamp": .string(Timestamps.text(options.now() + 600)),
      ],
    ]
  }
}

extension KubernetesService {
  /// The verb of a request for a bundle or a token; `nil` for any other.
  static func bundleVerb(_ method: String, _ target: ResourceTarget) -> String? {
    if target.isTokenRequest { return method == "POST" ? "create" : nil }
    guard target.kind.group == "system.antrea.io" else { return nil }
    switch method {
    case "GET": return "get"
    case "POST": return "create"
    case "DELETE": return "delete"
    default: return nil
    }
  }

  /// What agents let in.
  static let agentToken = "sandbox-antctl-token"

  /// Whether a bundle of the controller stands or is being made.
  public var hasControllerBundle: Bool { get async { await state.controllerBundle.isTaken } }
}

/// An agent's own API, as far as bundles go.
public actor AgentService: SandboxService {
  private var slot: SystemBundleSlot

  /// Creates an agent.
  ///
  /// - Parameter bundle: What its bundle holds.
  public init(bundle: [UInt8], fails: Bool = false) {
    slot = SystemBundleSlot(name: "agent", bytes: bundle)
    slot.fails = fails
  }

  /// Answers a request.
  public func respond(to request: SandboxRequest) async -> SandboxResponse {
    do throws(KubernetesFault) {
      guard request.header("Authorization") == "Bearer \(KubernetesService.agentToken)" else {
        throw KubernetesFault.unauthorized
      }
      let prefix = ["apis", "system.antrea.io", "v1beta1", "supportbundles"]
      guard request.segments.starts(with: prefix) else { throw KubernetesFault.noSuchResource }
      return try slot.respond(
        request.method, Array(request.segments.dropFirst(prefix.count)),
        body: try? JSONValue(json: request.body))
    } catch {
      return .json(error.code, error.body)
    }
  }

  /// Whether a bundle stands or is being made.
  public var hasBundle: Bool { slot.isTaken }
}
