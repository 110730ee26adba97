import Documents
import Sandbox
import Synchronization
import Workflow

/// A value that a server's action leaves for a test.
final class Recorded<Value: Sendable>: Sendable {
  private let state: Mutex<Value>

  init(_ value: Value) { state = Mutex(value) }

  var value: Value {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}

/// NetworkPolicies in the cluster of a test site.
enum Originals {
  static func policy(_ name: String, in namespace: String = "shop", _ spec: JSONValue) -> JSONValue
  {
    TestSite.object("networking.k8s.io/v1", "NetworkPolicy", namespace, name, ["spec": spec])
  }

  /// The database is reached from the web alone.
  static let database = policy(
    "database",
    [
      "podSelector": ["matchLabels": ["app": "db"]], "policyTypes": ["Ingress"],
      "ingress": [
        [
          "from": [["podSelector": ["matchLabels": ["app": "web"]]]],
          "ports": [["protocol": "TCP", "port": 5432]],
        ]
      ],
    ])
  /// The web is reached from some networks.
  static let web = policy(
    "web",
    [
      "podSelector": ["matchLabels": ["app": "web"]], "policyTypes": ["Ingress", "Egress"],
      "ingress": [["from": [["ipBlock": ["cidr": "10.9.0.0/16", "except": ["10.9.3.0/24"]]]]]],
      "egress": [[:]],
    ])
  static let missingLabel = policy(
    "odd",
    ["podSelector": ["matchExpressions": [["key": "app", "operator": "DoesNotExist"]]]])
}

extension Originals {
  /// Ports that no pod says the numbers of.
  static let namedPorts = policy(
    "named",
    [
      "podSelector": ["matchLabels": ["app": "nobody"]], "policyTypes": ["Ingress"],
      "ingress": [
        ["ports": [["port": "http"], ["protocol": "UDP", "port": "dns"]]]
      ],
    ])
  /// A cluster with both, and the namespace that tells it from others.
  static let cluster =
    TestSite.labelledKubernetes + [kubeSystem("uid-of-kube-system"), database, web]

  /// The namespace by whose uid clusters are told apart.
  static func kubeSystem(_ uid: String) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Namespace",
      "metadata": ["name": "kube-system", "uid": .string(uid)],
      "status": ["phase": "Active"],
    ]
  }
}

extension JSONValue {
  /// An object with a member of its metadata.
  func withMetadata(_ key: String, _ value: JSONValue) -> JSONValue {
    var result = object ?? JSONObject()
    result.update("metadata") { metadata in
      var members = metadata.object ?? JSONObject()
      members[key] = value
      metadata = .object(members)
    }
    return .object(result)
  }
}

extension TestSite {
  /// Runs `import` of namespace shop.
  func importShop(
    _ flags: [String: String] = [:],
    _ change: @escaping @Sendable (inout ImportRequest) -> Void = { _ in }
  ) async -> (status: ToolStatus, output: String, talk: String) {
    await run(flags) { run in
      var request = ImportRequest()
      request.namespaces = ["shop"]
      request.isApproved = true
      change(&request)
      return try await run.importPolicies(request)
    }
  }

  /// The methods of requests that wrote to NSX.
  var managerWrites: Int {
    managerServer.log.all.count { $0.method != "GET" && !$0.path.hasPrefix("/api/session") }
  }

  /// The policies in NSX that were imported, by display name.
  func importedPolicies() async -> [String: JSONValue] {
    var result: [String: JSONValue] = [:]
    for policy in await managerList("security-policies") {
      let isImported = policy["tags"]?.array?.contains {
        $0["scope"] == "nsx-antrea:import-cluster"
      }
      if isImported == true { result[policy["display_name"]?.string ?? ""] = policy }
    }
    return result
  }

  /// The objects of a collection of NSX's default domain.
  func managerList(_ collection: String) async -> [JSONValue] {
    let answer = await manager.respond(
      to: SandboxRequest(
        method: "GET", target: "/policy/api/v1/infra/domains/default/\(collection)",
        headers: [(name: "Authorization", value: "Basic YWRtaW46U2FuZGJveCEyMDI2")], body: []))
    return (try? JSONValue(json: answer.body))?["results"]?.array ?? []
  }

  /// Deletes a NetworkPolicy, as a person does.
  func deleteOriginal(_ name: String) async {
    _ = await send(
      "DELETE", "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/\(name)", [:], "kubectl"
    )
  }
}
