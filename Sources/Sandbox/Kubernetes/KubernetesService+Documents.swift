import Documents

extension KubernetesService {
  /// Answers what is not a resource: version, health, discovery, OpenAPI and
  /// access reviews; `nil` for everything else.
  func document(_ request: SandboxRequest) throws -> SandboxResponse? {
    let segments = request.segments
    let accept = AcceptHeader(request.header("Accept"))
    let discovery = DiscoveryDocuments(catalogue: catalogue, stale: options.downGroups)
    if request.method == "POST" { return try accessReview(request) }
    switch segments.first {
    case "version" where segments.count == 1: return .json(200, version)
    case "healthz", "livez", "readyz":
      return SandboxResponse(
        status: 200, headers: [(name: "Content-Type", value: "text/plain")], body: Array("ok".utf8))
    case "openapi": return try openAPI(Array(segments.dropFirst()), accept)
    case "api", "apis":
      if segments.count == 1, let version = accept.discoveryVersion {
        let type = "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        return SandboxResponse(
          status: 200, headers: [(name: "Content-Type", value: type)],
          body: JSONWriter.compact(
            discovery.aggregated(core: segments[0] == "api", version: version)))
      }
      let isCore = segments[0] == "api"
      if !isCore, segments.count == 3, options.downGroups.contains(segments[1]) {
        throw KubernetesFault.serviceDown
      }
      let document: JSONValue? =
        switch (isCore, segments.count) {
        case (true, 1): discovery.coreVersions
        case (true, 2): discovery.resources(of: segments[1])
        case (false, 1): discovery.groupList
        case (false, 2): discovery.group(segments[1])
        case (false, 3): discovery.resources(of: "\(segments[1])/\(segments[2])")
        default: nil
        }
      return document.map { .json(200, $0) }
    default: return nil
    }
  }

  private func openAPI(_ rest: [String], _ accept: AcceptHeader) throws -> SandboxResponse {
    guard options.servesOpenAPI else { throw KubernetesFault.noSuchResource }
    let documents = OpenAPIDocuments(catalogue: catalogue)
    switch rest.first {
    case "v2":
      if accept.wantsProtobuf {
        let type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
        return SandboxResponse(
          status: 200, headers: [(name: "Content-Type", value: type)],
          body: documents.version2Protobuf)
      }
      return .json(200, documents.version2)
    case "v3" where rest.count == 1: return .json(200, documents.index)
    case "v3":
      guard let document = documents.document(rest.dropFirst().joined(separator: "/")) else {
        throw KubernetesFault.noSuchResource
      }
      return .json(200, document)
    default: throw KubernetesFault.noSuchResource
    }
  }

  private var version: JSONValue {
    let version = options.kubernetesVersion
    let parts = version.dropFirst().split(separator: ".")
    return [
      "major": .string(parts.first.map(String.init) ?? "1"),
      "minor": .string(parts.dropFirst().first.map(String.init) ?? "32"),
      "gitVersion": .string(version), "platform": "linux/amd64",
    ]
  }

  /// A SelfSubjectAccessReview, answered from the configured denials.
  private func accessReview(_ request: SandboxRequest) throws -> SandboxResponse? {
    guard request.segments.last == "selfsubjectaccessreviews",
      let body = try? JSONValue(json: request.body)
    else { return nil }
    let own = KubernetesOptions.Denial(
      verb: "create", group: "authorization.k8s.io", resource: "selfsubjectaccessreviews")
    if options.denials.contains(own) {
      throw KubernetesFault(
        code: 403, reason: "Forbidden",
        message: "selfsubjectaccessreviews.authorization.k8s.io is forbidden")
    }
    let asked = body.member(at: ["spec", "resourceAttributes"]) ?? .null
    let denied = options.denials.contains {
      let part = asked.text("subresource")
      return $0.matches(
        verb: asked.text("verb"), group: asked.text("group"),
        resource: asked.text("resource") + (part.isEmpty ? "" : "/\(part)"))
    }
    var answer = body
    answer.setMember(at: ["kind"], to: "SelfSubjectAccessReview")
    answer.setMember(at: ["apiVersion"], to: "authorization.k8s.io/v1")
    answer.setMember(at: ["status"], to: ["allowed": .bool(!denied)])
    return .json(201, answer)
  }
}
