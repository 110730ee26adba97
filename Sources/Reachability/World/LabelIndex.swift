/// Which pods have a label, a name or a Service.
///
/// It answers by exact texts; how texts are compared is the evaluators' matter.
struct LabelIndex: Sendable {
  /// Pods by key and value of their labels.
  private(set) var pods: [String: [String: EndpointSet]] = [:]
  /// Pods by key and value of their namespaces' labels.
  private(set) var namespaces: [String: [String: EndpointSet]] = [:]
  /// Pods by their names.
  private(set) var podNames: [String: EndpointSet] = [:]
  /// Pods by their namespaces' names.
  private(set) var namespaceNames: [String: EndpointSet] = [:]
  /// Pods by the names of Services that choose them.
  private(set) var services: [String: EndpointSet] = [:]
  /// All pods of the index.
  private(set) var everyone = EndpointSet()

  /// - Parameter pod: the pod of an endpoint that counts; by default those that
  ///   labels can select.
  init(_ endpoints: [Endpoint], _ pod: (Endpoint) -> Workload? = \.selectable) {
    for endpoint in endpoints {
      guard let pod = pod(endpoint) else { continue }
      let index = endpoint.index
      everyone.insert(index)
      podNames[pod.name, default: EndpointSet()].insert(index)
      namespaceNames[pod.namespace, default: EndpointSet()].insert(index)
      for (key, value) in pod.labels {
        pods[key, default: [:]][value, default: EndpointSet()].insert(index)
      }
      for (key, value) in pod.namespaceLabels {
        namespaces[key, default: [:]][value, default: EndpointSet()].insert(index)
      }
      for service in pod.services { services[service, default: EndpointSet()].insert(index) }
    }
  }
}
