import Documents

/// Which Nodes a policy's workloads run on, from selectors as Antrea reads
/// them.
struct Membership: Sendable {
  private struct Pod: Sendable {
    let namespace: String
    let node: String
    let labels: [String: String]
    let serviceAccount: String
  }

  private let pods: [Pod]
  private let namespaces: [String: [String: String]]
  private let nodes: [(name: String, labels: [String: String])]
  private let groups: [ObjectKey: JSONValue]
  private let services: [ObjectKey: JSONValue]

  /// Takes what it needs from the store.
  init(_ store: ObjectStore) {
    pods = store.all("pods").compactMap { pod in
      let ended = ["Succeeded", "Failed"].contains(pod.text("status", "phase"))
      if ended || pod.member(at: ["spec", "hostNetwork"])?.bool == true { return nil }
      return Pod(
        namespace: pod.text("metadata", "namespace"), node: pod.text("spec", "nodeName"),
        labels: pod.strings("metadata", "labels"),
        serviceAccount: pod.text("spec", "serviceAccountName"))
    }
    var labels: [String: [String: String]] = [:]
    for item in store.all("namespaces") {
      labels[item.text("metadata", "name")] = item.strings("metadata", "labels")
    }
    namespaces = labels
    nodes = store.all("nodes").map {
      ($0.text("metadata", "name"), $0.strings("metadata", "labels"))
    }
    func index(_ resource: String) -> [ObjectKey: JSONValue] {
      Dictionary(store.all(resource).map { ($0.objectKey, $0) }, uniquingKeysWith: { $1 })
    }
    groups = index("clustergroups.crd.antrea.io").merging(
      index("groups.crd.antrea.io"), uniquingKeysWith: { $1 })
    services = index("services")
  }

  /// The Nodes that a policy must be realized on.
  func desiredNodes(of policy: JSONValue) -> Set<String> {
    let spec = PolicySpec(policy)
    let namespace = policy.text("metadata", "namespace")
    var result: Set<String> = []
    for entry in spec.appliedTo + spec.rules.flatMap(\.appliedTo) {
      if entry["service"] != nil {
        result.formUnion(nodes.map(\.name))
      } else if let selector = entry["nodeSelector"] {
        let selector = LabelSelector(object: selector)
        result.formUnion(nodes.filter { selector.matches($0.labels) }.map(\.name))
      } else {
        for index in members(of: entry, in: namespace, depth: 0) {
          result.insert(pods[index].node)
        }
      }
    }
    result.remove("")
    return result
  }

  private func members(of entry: JSONValue, in namespace: String, depth: Int) -> Set<Int> {
    if let name = entry["group"]?.string {
      let key = ObjectKey(namespace: namespace, name: name)
      guard let spec = groups[key]?["spec"], depth < 2 else { return [] }
      var result: Set<Int> = []
      for child in spec.list("childGroups") {
        result.formUnion(members(of: ["group": child], in: namespace, depth: depth + 1))
      }
      return result.union(members(of: spec, in: namespace, depth: depth))
    }
    if let account = entry["serviceAccount"] {
      return pods(in: account.text("namespace")) { $0.serviceAccount == account.text("name") }
    }
    if let reference = entry["serviceReference"] {
      let key = ObjectKey(
        namespace: reference.text("namespace"), name: reference.text("name"))
      let labels = services[key]?.strings("spec", "selector") ?? [:]
      if labels.isEmpty { return [] }
      return pods(in: key.namespace) { pod in labels.allSatisfy { pod.labels[$0] == $1 } }
    }
    let podSelector = entry["podSelector"].map { LabelSelector(object: $0) }
    if let selector = entry["namespaceSelector"].map({ LabelSelector(object: $0) }) {
      return pods(in: "") { pod in
        selector.matches(namespaces[pod.namespace] ?? [:])
          && podSelector?.matches(pod.labels) ?? true
      }
    }
    guard let podSelector else { return [] }
    return pods(in: namespace) { podSelector.matches($0.labels) }
  }

  private func pods(in namespace: String, where matches: (Pod) -> Bool) -> Set<Int> {
    Set(
      pods.indices.filter {
        (namespace.isEmpty || pods[$0].namespace == namespace) && matches(pods[$0])
      })
  }
}
