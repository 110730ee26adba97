import Documents
import HTTPTransport
import KubernetesClient
import Testing

@Suite("Discovery")
struct DiscoveryTests {
  @Test func aggregated() async throws {
    @Sendable func resource(_ plural: String, _ kind: String, _ scope: String) -> JSONValue {
      [
        "resource": .string(plural), "scope": .string(scope), "verbs": ["get", "list"],
        "responseKind": ["group": "", "version": "", "kind": .string(kind)],
        "subresources": [["subresource": "status"]],
      ]
    }
    let http = ScriptedClient { request, _ in
      #expect(request.header("Accept")?.contains("as=APIGroupDiscoveryList") == true)
      let items: JSONValue =
        request.target == "/api"
        ? [
          [
            "metadata": [:],
            "versions": [["version": "v1", "resources": [resource("pods", "Pod", "Namespaced")]]],
          ]
        ]
        : [
          [
            "metadata": ["name": "crd.antrea.io"],
            "versions": [
              ["version": "v1beta1", "resources": [resource("tiers", "Tier", "Cluster")]],
              [
                "version": "v1alpha1",
                "resources": [
                  resource("tiers", "Tier", "Cluster"), resource("old", "Old", "Cluster"),
                ],
              ],
            ],
          ],
          [
            "metadata": ["name": "stats.antrea.io"],
            "versions": [["version": "v1alpha1", "freshness": "Stale", "resources": []]],
          ],
        ]
      return .json(
        200,
        [
          "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items,
        ])
    }
    let found = try await KubernetesClient(http: http, server: server).discovery()
    #expect(http.requests.count == 2)
    #expect(found.resource(group: "", kind: "Pod")?.isNamespaced == true)
    let tier = try #require(found.resource(group: "crd.antrea.io", kind: "Tier"))
    #expect(tier.version == "v1beta1" && !tier.isNamespaced && tier.verbs == ["get", "list"])
    #expect(found.servedVersions(group: "crd.antrea.io", kind: "Tier") == ["v1beta1", "v1alpha1"])
    #expect(found.resource(group: "crd.antrea.io", kind: "Old")?.version == "v1alpha1")
    #expect(found.resource(group: "crd.antrea.io", kind: "Tier", version: "v9") == nil)
    #expect(found.incomplete == ["stats.antrea.io/v1alpha1"])
    #expect(found.isComplete(group: "crd.antrea.io") && !found.isComplete(group: "stats.antrea.io"))
  }

  private static func legacy(_ target: String) -> HTTPResponse {
    switch target {
    case "/api": .json(200, ["kind": "APIVersions", "versions": ["v1"]])
    case "/apis":
      .json(
        200,
        [
          "kind": "APIGroupList", "apiVersion": "v1",
          "groups": [
            [
              "name": "crd.antrea.io",
              "versions": [["version": "v1alpha1"], ["version": "v1beta1"]],
              "preferredVersion": ["version": "v1beta1"],
            ],
            ["name": "stats.antrea.io", "versions": [["version": "v1alpha1"]]],
            ["name": "html.example.io", "versions": [["version": "v1"]]],
          ],
        ])
    case "/api/v1":
      .json(
        200,
        [
          "kind": "APIResourceList",
          "resources": [
            ["name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list"]],
            ["name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["get"]],
          ],
        ])
    case "/apis/html.example.io/v1": HTTPResponse(status: 503, body: Array("<html>".utf8))
    case "/apis/stats.antrea.io/v1alpha1": .failure(503, "ServiceUnavailable")
    default:
      .json(
        200,
        [
          "kind": "APIResourceList",
          "resources": [["name": "tiers", "kind": "Tier", "namespaced": false]],
        ])
    }
  }

  @Test func legacyWithAGroupThatIsDown() async throws {
    let http = ScriptedClient { request, _ in Self.legacy(request.target) }
    let found = try await KubernetesClient(http: http, server: server).discovery()
    #expect(http.requests.count == 7)
    #expect(found.resources.filter { $0.kind == "Pod" }.map(\.plural) == ["pods"])
    #expect(found.resource(group: "crd.antrea.io", kind: "Tier")?.version == "v1beta1")
    #expect(found.incomplete == ["stats.antrea.io/v1alpha1", "html.example.io/v1"])
  }

  @Test func legacyOfWantedGroupsOnly() async throws {
    let http = ScriptedClient { request, _ in Self.legacy(request.target) }
    let client = KubernetesClient(http: http, server: server)
    let found = try await client.discovery(groups: ["crd.antrea.io"])
    #expect(http.requests.count == 4)
    #expect(found.incomplete.isEmpty)
  }

  @Test func noGroupsIsAnError() async {
    let http = ScriptedClient { _, _ in HTTPResponse(status: 200, body: Array("<html>".utf8)) }
    await #expect(throws: TransportError.self) {
      try await KubernetesClient(http: http, server: server).discovery()
    }
  }
}
