import Documents
import Sandbox

/// A cluster for tests with short ways to ask it.
struct TestCluster: Sendable {
  let service: KubernetesService

  init(options: KubernetesOptions = KubernetesOptions()) {
    var objects: [JSONValue] = []
    for (name, labels) in [("shop", "web"), ("pay", "payment")] {
      objects.append([
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": ["name": .string(name)],
      ])
      for index in 1...3 {
        objects.append([
          "apiVersion": "v1", "kind": "Pod",
          "metadata": [
            "name": .string("\(labels)-\(index)"), "namespace": .string(name),
            "labels": ["app": .string(labels), "index": .string("\(index)")],
          ],
          "spec": ["nodeName": .string("node-\(index)")], "status": ["phase": "Running"],
        ])
      }
    }
    for index in 1...3 {
      objects.append([
        "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string("node-\(index)")],
      ])
    }
    service = KubernetesService(clusterName: "test", objects: objects, options: options)
  }

  static let antrea = "/apis/crd.antrea.io/v1beta1"
  static let policies = "\(antrea)/clusternetworkpolicies"
  static let apply = "application/apply-patch+yaml"

  func send(
    _ method: String, _ target: String, _ body: JSONValue? = nil, type: String = "application/json",
    accept: String = "application/json", token: String? = nil
  ) async -> (status: Int, body: JSONValue, warnings: [String]) {
    var headers = [(name: "Content-Type", value: type), (name: "Accept", value: accept)]
    if let token { headers.append((name: "Authorization", value: "Bearer \(token)")) }
    let answer = await service.respond(
      to: SandboxRequest(
        method: method, target: target, headers: headers,
        body: body.map(JSONWriter.compact) ?? []))
    let warnings = answer.headers.filter { $0.name == "Warning" }.map(\.value)
    return (answer.status, (try? JSONValue(json: answer.body)) ?? .null, warnings)
  }

  func apply(
    _ object: JSONValue, manager: String, _ more: String = ""
  ) async -> (status: Int, body: JSONValue, warnings: [String]) {
    let kind = object["kind"]?.string ?? ""
    let plural = kind == "ClusterNetworkPolicy" ? "clusternetworkpolicies" : kind.lowercased() + "s"
    let name = object[path: "metadata", "name"]?.string ?? ""
    return await send(
      "PATCH", "\(Self.antrea)/\(plural)/\(name)?fieldManager=\(manager)\(more)", object,
      type: Self.apply)
  }

  /// A policy that applies to the pods of an app.
  static func policy(
    _ name: String, app: String = "web", action: String = "Allow", labels: JSONValue? = nil,
    spec: [String: JSONValue] = [:]
  ) -> JSONValue {
    var members: JSONObject = JSONObject()
    members["priority"] = 5
    members["tier"] = "application"
    members["appliedTo"] = [["podSelector": ["matchLabels": ["app": .string(app)]]]]
    members["ingress"] = [["action": .string(action), "name": "r1"]]
    for (key, value) in spec { members[key] = value.isNull ? nil : value }
    var metadata: JSONObject = JSONObject()
    metadata["name"] = .string(name)
    metadata["labels"] = labels
    return [
      "apiVersion": "crd.antrea.io/v1beta1", "kind": "ClusterNetworkPolicy",
      "metadata": .object(metadata), "spec": .object(members),
    ]
  }
}
