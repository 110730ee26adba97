import AntreaModel
import Documents
import HTTPTransport
import KubernetesClient
import Testing

@Suite("Schemas of Antrea's kinds")
struct SchemaTests {
  private static let plurals = ["tiers", "clustergroups"]
  private static let definition: JSONValue = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": ["name": "tiers.crd.antrea.io"],
    "spec": ["group": "crd.antrea.io", "names": ["kind": "Tier"], "versions": []],
  ]

  private func schemas(
    _ handler: @escaping ScriptedClient.Handler
  ) async throws -> (found: Bool, paths: [String]) {
    let http = ScriptedClient(handler)
    let client = KubernetesClient(http: http, server: server)
    let found = try await client.antreaSchemas(plurals: Self.plurals)
    return (found != nil, http.requests.map(\.target))
  }

  @Test func openAPIIsOneRequest() async throws {
    let answer = try await schemas { _, _ in .json(200, ["components": ["schemas": [:]]]) }
    #expect(answer.found)
    #expect(answer.paths == ["/openapi/v3/apis/crd.antrea.io/v1beta1"])
  }

  @Test("without OpenAPI the definitions are read", arguments: [nil, "NotFound", "Forbidden"])
  func definitions(reason: String?) async throws {
    let answer = try await schemas { _, index in
      if index > 0 { return .json(200, Self.definition) }
      // kube-apiserver answers what OpenAPI does not have without a Status.
      return reason.map { .failure($0 == "NotFound" ? 404 : 403, $0) } ?? HTTPResponse(status: 404)
    }
    #expect(answer.found)
    #expect(
      answer.paths.dropFirst() == [
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/tiers.crd.antrea.io",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clustergroups.crd.antrea.io",
      ])
  }

  @Test func whereNeitherMayBeReadNothingIsKnown() async throws {
    let answer = try await schemas { _, _ in .failure(403, "Forbidden") }
    #expect(!answer.found)
    #expect(answer.paths.count == 2)
  }

  @Test func aClusterWithoutAntreaServesNothing() async throws {
    let http = ScriptedClient { _, _ in .failure(404, "NotFound") }
    let client = KubernetesClient(http: http, server: server)
    let schemas = try #require(try await client.antreaSchemas(plurals: Self.plurals))
    let tier = try #require(
      KubernetesObject([
        "apiVersion": "crd.antrea.io/v1beta1", "kind": "Tier", "metadata": ["name": "t"],
      ]))
    #expect(schemas.faults(in: [tier]).map(\.subject.kind) == ["Tier"])
  }

  @Test func aServerThatFailsIsAnError() async throws {
    await #expect(throws: KubernetesAPIError.self) {
      try await schemas { _, _ in .failure(500, "InternalError") }
    }
    await #expect(throws: KubernetesAPIError.self) {
      try await schemas { _, _ in .failure(401, "Unauthorized") }
    }
  }
}
