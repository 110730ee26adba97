import AntreaModel
import Documents
import HTTPTransport
import KubernetesClient
import Testing

@Suite("Lists")
struct ListTests {
  private func page(_ names: [String], next: String? = nil, version: String = "7") -> HTTPResponse {
    .json(
      200,
      [
        "kind": "ClusterNetworkPolicyList", "apiVersion": "crd.antrea.io/v1beta1",
        "metadata": ["resourceVersion": .string(version), "continue": .string(next ?? "")],
        "items": .array(names.map { ["metadata": ["name": .string($0)], "spec": [:]] }),
      ])
  }

  private func run(_ answers: [HTTPResponse]) async throws -> (ObjectList, [HTTPRequest]) {
    let http = ScriptedClient(answers)
    let list: ObjectList = try await KubernetesClient(http: http, server: server).list(
      policies, labelSelector: "a=b,c", limit: 2)
    return (list, http.requests)
  }

  @Test func pagesAreFollowed() async throws {
    let (list, requests) = try await run([page(["a", "b"], next: "n/1"), page(["c"])])
    #expect(list.objects.map(\.name) == ["a", "b", "c"])
    #expect(list.objects.allSatisfy { $0.kind == "ClusterNetworkPolicy" })
    #expect(list.objects.allSatisfy { $0.apiVersion == "crd.antrea.io/v1beta1" })
    #expect(list.result == ListResult(resourceVersion: "7", isConsistent: true, pages: 2))
    let path = "/apis/crd.antrea.io/v1beta1/clusternetworkpolicies?limit=2&labelSelector=a%3Db%2Cc"
    #expect(requests.map(\.target) == [path, "\(path)&continue=n%2F1"])
  }

  @Test func expiredTokenGoesOnWhereTheServerOffersIt() async throws {
    let (list, requests) = try await run([
      page(["a"], next: "old"), .failure(410, "Expired", continueToken: "fresh"), page(["b"]),
    ])
    #expect(list.objects.map(\.name) == ["a", "b"])
    #expect(!list.result.isConsistent)
    #expect(requests.last?.target.hasSuffix("continue=fresh") == true)
  }

  @Test func expiredTokenRestartsOnce() async throws {
    let (list, _) = try await run([
      page(["a"], next: "old"), .failure(410, "Expired"), page(["a", "b"], next: "new"),
      page(["c"]),
    ])
    #expect(list.objects.map(\.name) == ["a", "b", "c"])
    #expect(list.result.isConsistent)
    await #expect(throws: KubernetesAPIError.self) {
      try await run([
        page(["a"], next: "1"), .failure(410, "Expired"), page(["a"], next: "2"),
        .failure(410, "Expired"), page([]),
      ])
    }
  }

  /// No answer that is not a list may look like an empty one.
  @Test(arguments: [
    HTTPResponse(status: 200, body: Array("<html>login</html>".utf8)),
    HTTPResponse(status: 200),
    HTTPResponse(
      status: 200, body: Array("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"ite".utf8)),
    .json(200, ["kind": "PodList", "apiVersion": "v1"]),
    .json(200, ["kind": "List", "apiVersion": "v1", "items": []]),
    .json(200, ["kind": "PodList", "apiVersion": "v1", "items": [:]]),
    .json(200, ["kind": "PodList", "apiVersion": "v1", "items": [["metadata": [:]]]]),
    HTTPResponse(status: 404, body: Array("404 page not found".utf8)),
    HTTPResponse(status: 502, body: Array("<html>bad gateway</html>".utf8)),
    .json(404, ["error": "no such route"]),
  ])
  func whatIsNotAListIsATransportError(answer: HTTPResponse) async throws {
    await #expect(throws: TransportError.self) { try await run([answer]) }
  }

  @Test func aTokenThatRepeatsEndsTheList() async {
    await #expect(throws: TransportError.self) {
      try await run([page(["a"], next: "x"), page(["b"], next: "x"), page(["c"])])
    }
  }

  @Test func namespacesAndFields() async throws {
    let http = ScriptedClient([.json(200, ["kind": "PodList", "apiVersion": "v1", "items": .null])])
    let client = KubernetesClient(http: http, server: "\(server)/k8s/clusters/c-1/")
    let result = try await client.list(pods, namespace: "shop", fieldSelector: "spec.nodeName=n") {
      #expect($0.objects.isEmpty)
    }
    #expect(result.pages == 1)
    #expect(
      http.requests.first?.target
        == "/k8s/clusters/c-1/api/v1/namespaces/shop/pods?limit=500&fieldSelector=spec.nodeName%3Dn"
    )
  }
}
