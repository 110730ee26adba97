import Documents

/// The Kubernetes API of a cluster with Antrea, in memory.
///
/// It answers as kube-apiserver and Antrea's webhooks would in what clients
/// of policies use: discovery, schemas, admission, server-side apply, paging,
/// tables and the status that antrea-controller writes.
public final class KubernetesService: SandboxService {
  let state: KubernetesState
  let catalogue: ResourceCatalogue
  let options: KubernetesOptions

  /// Creates a cluster.
  ///
  /// - Parameters:
  ///   - objects: what stands in it besides the system Tiers and CRDs; objects
  ///     of kinds that are not served are left out.
  ///   - antreaVersion: what the AntreaControllerInfo reports.
  public init(
    clusterName: String, objects: [JSONValue], antreaVersion: String = "v2.4.1",
    options: KubernetesOptions = KubernetesOptions()
  ) {
    self.options = options
    catalogue = ResourceCatalogue(options)
    state = KubernetesState(
      clusterName: clusterName, objects: objects, antreaVersion: antreaVersion, options: options)
  }

  /// Answers one request.
  public func respond(to request: SandboxRequest) async -> SandboxResponse {
    do {
      let caller = try authenticate(request)
      if let document = try document(request) { return document }
      if let asked = KubeletRequest(request) { return try await kubelet(asked, request, caller) }
      guard let target = catalogue.target(of: request.segments) else {
        throw KubernetesFault.noSuchResource
      }
      if options.downGroups.contains(target.kind.group) { throw KubernetesFault.serviceDown }
      let verb = try Self.verb(request, target)
      await state.count(verb, target.kind)
      if let denial = denial(verb, target, caller) { throw denial }
      if target.kind.group == "system.antrea.io" {
        return try await state.systemBundle(target, request)
      }
      if target.isTokenRequest { return .json(201, try await state.serviceAccountToken(target)) }
      if target.isPodLog { return try await state.podLog(target, request) }
      let handler = ResourceHandler(
        state: state, request: request, target: target, caller: caller, now: options.now)
      return try await handler.respond(verb: verb)
    } catch let fault as KubernetesFault {
      return .json(fault.code, fault.body)
    } catch {
      let fault = KubernetesFault(code: 500, reason: "InternalError", message: "\(error)")
      return .json(500, fault.body)
    }
  }

  private func authenticate(_ request: SandboxRequest) throws -> KubernetesState.Caller {
    let agent = request.header("User-Agent") ?? ""
    if options.tokens.isEmpty, options.commonNames.isEmpty {
      return .init(user: "system:admin", agent: agent)
    }
    if let name = request.clientCertificateCommonName, options.commonNames.contains(name) {
      return .init(user: name, agent: agent)
    }
    if let header = request.header("Authorization"), header.hasPrefix("Bearer "),
      let user = options.tokens[String(header.dropFirst(7))]
    {
      return .init(user: user, agent: agent)
    }
    throw KubernetesFault.unauthorized
  }

  private static func verb(_ request: SandboxRequest, _ target: ResourceTarget) throws -> String {
    let watching = ["1", "true"].contains(request.query("watch") ?? "")
    let verb: String? =
      switch request.method {
      case "GET", "HEAD": target.name != nil ? "get" : watching ? "watch" : "list"
      case "POST": target.name == nil ? "create" : nil
      case "PUT": target.name != nil ? "update" : nil
      case "PATCH": target.name != nil ? "patch" : nil
      case "DELETE": target.name != nil ? "delete" : "deletecollection"
      default: nil
      }
    if let verb = bundleVerb(request.method, target) { return verb }
    if target.isPodLog {
      guard request.method == "GET" else { throw KubernetesFault.methodNotAllowed }
      return "get"
    }
    if let subresource = target.subresource {
      guard subresource == "status", target.kind.hasStatus else {
        throw KubernetesFault.noSuchResource
      }
      guard let verb, ["get", "update", "patch"].contains(verb) else {
        throw KubernetesFault.methodNotAllowed
      }
      return verb
    }
    guard let verb, target.kind.verbs.contains(verb) else {
      throw KubernetesFault.methodNotAllowed
    }
    return verb
  }

  private func denial(
    _ verb: String, _ target: ResourceTarget, _ caller: KubernetesState.Caller
  ) -> KubernetesFault? {
    let denied = options.denials.contains {
      $0.matches(verb: verb, group: target.kind.group, resource: target.resource)
    }
    return denied ? .forbidden(user: caller.user, verb: verb, target: target) : nil
  }
}

extension KubernetesOptions.Denial {
  /// Whether it covers a request.
  func matches(verb: String, group: String, resource: String) -> Bool {
    (self.verb ?? verb) == verb && (self.group ?? group) == group
      && (self.resource ?? resource) == resource
  }
}

extension KubernetesService {
  /// Requests by `verb plural.group`, for example
  /// `patch clusternetworkpolicies.crd.antrea.io`; discovery is not counted.
  public var requests: [String: Int] {
    get async { await state.counts }
  }

  /// The objects of a resource (`plural.group`, or the plural alone in the
  /// core group), in the order of a list.
  public func objects(_ groupResource: String) async -> [JSONValue] {
    guard let kind = catalogue.resource(named: groupResource) else { return [] }
    return await state.objects(kind)
  }

  /// Changes an object as a person with `kubectl edit` would, without any
  /// check; `nil` removes it.
  ///
  /// - Returns: whether there was such an object.
  @discardableResult
  public func edit(
    _ groupResource: String, namespace: String = "", name: String,
    _ change: @Sendable (JSONValue) -> JSONValue?
  ) async -> Bool {
    guard let kind = catalogue.resource(named: groupResource) else { return false }
    return await state.edit(kind, ObjectKey(namespace: namespace, name: name), change)
  }

  /// Adds lines to the log of a container, each with its time in nanoseconds since
  /// 1970, in order.
  public func addLog(
    namespace: String, pod: String, container: String, _ lines: [(time: Int64, text: String)]
  ) async {
    await state.addLog(PodLogKey(namespace: namespace, pod: pod, container: container), lines)
  }

  /// Finishes all realization at once.
  public func settle() async { await state.settle() }

  /// Makes the lists that clients are paging through expire (410).
  public func compact() async { await state.compact() }
}
