import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Synchronization
import Testing

@Suite("Objects and refusals")
struct ObjectTests {
  private let policy: JSONValue = [
    "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
    "metadata": ["name": "web"], "spec": ["priority": .number(1.0000000177635693)],
  ]

  private func client(_ answers: [HTTPResponse]) -> (KubernetesClient, ScriptedClient) {
    let http = ScriptedClient(answers)
    return (KubernetesClient(http: http, server: server, credentials: BearerToken("t")), http)
  }

  private func refusal(_ answer: HTTPResponse) async throws -> KubernetesAPIError {
    let (client, _) = client([answer])
    let error = await #expect(throws: KubernetesAPIError.self) {
      try await client.get(policies, name: "web")
    }
    return try #require(error)
  }

  @Test func serverSideApply() async throws {
    let (client, http) = client([.json(200, policy), .json(200, policy)])
    let object = try #require(KubernetesObject(policy))
    _ = try await client.apply(object, as: policies)
    _ = try await client.apply(
      object, as: policies, options: WriteOptions(fieldManager: "m", force: true, dryRun: true))
    let first = try #require(http.requests.first)
    #expect(first.method == .patch && first.isIdempotent)
    #expect(
      first.target == "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies/web"
        + "?fieldManager=nsx-antrea&fieldValidation=Strict&force=false")
    #expect(first.header("content-type") == "application/apply-patch+yaml")
    #expect(first.header("authorization") == "Bearer t")
    #expect(first.json == policy)
    #expect(
      http.requests.last?.target.hasSuffix(
        "?fieldManager=m&fieldValidation=Strict&dryRun=All&force=true") == true)
  }

  @Test func otherWrites() async throws {
    let gone: JSONValue = ["kind": "Status", "apiVersion": "v1", "status": "Success"]
    var marked = try #require(policy.object)
    marked["metadata"] = ["name": "web", "deletionTimestamp": "2026-01-01T00:00:00Z"]
    let (client, http) = client([
      .json(201, policy), .json(200, policy), .json(200, policy), .json(200, gone),
      .json(200, .object(marked)),
    ])
    let object = try #require(KubernetesObject(policy))
    _ = try await client.create(object, as: policies)
    _ = try await client.replace(object, as: policies)
    _ = try await client.mergePatch(policies, name: "web", patch: ["spec": .null])
    let options = DeleteOptions(
      uid: "u", resourceVersion: "9", propagation: .foreground, dryRun: true)
    #expect(try await client.delete(policies, name: "web", options: options))
    #expect(try await client.delete(policies, name: "web") == false)
    let requests = http.requests
    #expect(requests.map(\.method) == [.post, .put, .patch, .delete, .delete])
    #expect(requests.map(\.isIdempotent) == [false, true, false, true, true])
    #expect(requests.prefix(3).allSatisfy { $0.target.contains("fieldValidation=Strict") })
    #expect(requests[2].header("Content-Type") == "application/merge-patch+json")
    #expect(
      requests[3].json == [
        "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Foreground",
        "preconditions": ["uid": "u", "resourceVersion": "9"], "dryRun": ["All"],
      ])
    #expect(requests[4].json?["preconditions"] == nil)
  }

  @Test func aMissingObjectNeedsAStatus() async throws {
    let details: JSONValue = ["kind": "clusternetworkpolicies", "name": "web"]
    let (client, _) = client([
      .failure(404, "NotFound", details: details), HTTPResponse(status: 404), .json(200, policy),
    ])
    #expect(try await client.find(policies, name: "web") == nil)
    await #expect(throws: TransportError.self) { try await client.find(policies, name: "web") }
    #expect(try await client.find(policies, name: "web")?.name == "web")
  }

  @Test func anotherKindIsNoAnswer() async {
    let (client, _) = client([.json(200, policy)])
    await #expect(throws: TransportError.self) { try await client.get(pods, name: "web") }
  }

  @Test func fieldManagerConflicts() async throws {
    func cause(_ manager: String, _ field: String) -> JSONValue {
      [
        "reason": "FieldManagerConflict", "field": .string(field),
        "message": .string("conflict with \"\(manager)\" using crd.antrea.io/v1beta1"),
      ]
    }
    let error = try await refusal(
      .failure(
        409, "Conflict", "Apply failed",
        details: [
          "causes": [
            cause("kubectl", ".spec.ingress"), cause("ccp \\\"x\\\"", ".spec.tier"),
            cause("kubectl", ".spec.egress"),
          ]
        ]))
    #expect(error.isConflict)
    #expect(
      error.managerConflicts == [
        .init(manager: "kubectl", fields: [".spec.ingress", ".spec.egress"]),
        .init(manager: "ccp \"x\"", fields: [".spec.tier"]),
      ])
    #expect(error.failure.kind == .refused)
    #expect(error.failure.cause.contains("kubectl owns .spec.ingress, .spec.egress"))
    #expect(try await refusal(.failure(409, "Conflict")).managerConflicts.isEmpty)
  }

  @Test func reasonsAndKinds() async throws {
    let forbidden = try await refusal(.failure(403, "Forbidden"))
    #expect(forbidden.isForbidden && forbidden.failure.kind == .permissionDenied)
    let invalid = try await refusal(
      .failure(
        422, "Invalid", "bad",
        details: [
          "kind": "ClusterNetworkPolicy", "name": "web", "retryAfterSeconds": 3,
          "causes": [["reason": "FieldValueInvalid", "field": "spec.tier", "message": "m"]],
        ]))
    #expect(invalid.isInvalid && invalid.failure.kind == .invalidInput)
    #expect(
      invalid.causes == [.init(reason: "FieldValueInvalid", field: "spec.tier", message: "m")])
    #expect(invalid.failure.subject == "ClusterNetworkPolicy/web")
    #expect(invalid.retryAfterSeconds == 3)
    let webhook = try await refusal(.failure(400, nil, "admission webhook denied the request"))
    #expect(webhook.isWebhookDenied && webhook.failure.kind == .invalidInput)
    #expect(try await refusal(.failure(400, "BadRequest")).isWebhookDenied == false)
    #expect(try await refusal(.failure(500, "InternalError")).failure.kind == .unreachable)
    #expect(try await refusal(.failure(410, "Expired")).isExpired)
    #expect(try await refusal(.failure(418, "Teapot")).reason == .unknown("Teapot"))
    #expect(try await refusal(HTTPResponse(status: 403)).isForbidden)
    #expect(try await refusal(HTTPResponse(status: 401)).failure.kind == .permissionDenied)
  }

  @Test func aRefusedTokenIsRenewedOnce() async throws {
    let renewed = Rotating()
    let http = ScriptedClient { request, _ in
      request.header("Authorization") == "Bearer 1"
        ? .json(200, ["major": "1", "minor": "31+", "gitVersion": "v1.31.2"])
        : .failure(401, "Unauthorized")
    }
    let client = KubernetesClient(http: http, server: server, credentials: renewed)
    #expect(try await client.version() == ServerVersion(major: 1, minor: 31, gitVersion: "v1.31.2"))
    #expect(http.requests.count == 2)
    let fixed = KubernetesClient(http: http, server: server, credentials: BearerToken("x"))
    await #expect(throws: KubernetesAPIError.self) { try await fixed.version() }
    #expect(http.requests.count == 3)
  }

  private struct Rotating: CredentialSource {
    private final class Count: Sendable { let value = Mutex(0) }
    private let count = Count()
    func authorization() async throws -> String? { "Bearer \(count.value.withLock { $0 })" }
    func invalidate() async -> Bool {
      count.value.withLock { $0 += 1 }
      return true
    }
  }

  @Test func warningsAreTold() async throws {
    try await confirmation(expectedCount: 2) { confirm in
      let http = ScriptedClient([
        .json(
          200, policy,
          [
            HTTPHeader("Warning", "299 - \"v1alpha1 is \\\"old\\\"\", 299 - \"second\"")
          ])
      ])
      let client = KubernetesClient(http: http, server: server) { event in
        confirm()
        if case .warning("second", let path) = event { #expect(path.hasSuffix("/web")) }
      }
      _ = try await client.get(policies, name: "web")
    }
  }

  @Test func accessReview() async throws {
    let (client, http) = client([
      .json(201, ["kind": "SelfSubjectAccessReview", "status": ["allowed": true]]),
      .json(201, ["kind": "SelfSubjectAccessReview", "status": [:]]),
    ])
    let allowed = try await client.selfSubjectAccessReview(
      verb: "patch", group: "crd.antrea.io", resource: "tiers")
    #expect(allowed)
    #expect(
      http.requests.first?.json?[path: "spec", "resourceAttributes"]
        == ["verb": "patch", "group": "crd.antrea.io", "resource": "tiers"])
    await #expect(throws: TransportError.self) {
      try await client.selfSubjectAccessReview(verb: "get", group: "", resource: "pods")
    }
  }
}
