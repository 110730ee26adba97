import Documents
import Sandbox

/// Other writers in the cluster of a test site.
extension TestSite {
  /// Creates an object of `crd.antrea.io` without a namespace, as `kubectl create` does.
  ///
  /// - Returns: Whether the server took it.
  func create(_ object: JSONValue) async -> Bool {
    let plural =
      switch object["kind"]?.string {
      case "Tier": "tiers"
      case "ClusterGroup": "clustergroups"
      default: "clusternetworkpolicies"
      }
    return await send("POST", "/apis/crd.antrea.io/v1beta1/\(plural)", object, "kubectl-create")
  }

  /// Sends a write under the name of a field manager.
  ///
  /// - Returns: Whether the server took it.
  func send(
    _ method: String, _ path: String, _ body: JSONValue, _ manager: String,
    type: String = "application/json"
  ) async -> Bool {
    let request = SandboxRequest(
      method: method, target: "\(path)?fieldManager=\(manager)",
      headers: [
        (name: "Authorization", value: "Bearer test-token"), (name: "Content-Type", value: type),
      ], body: Array(body.description.utf8))
    return (200..<300).contains(await cluster.respond(to: request).status)
  }
}
