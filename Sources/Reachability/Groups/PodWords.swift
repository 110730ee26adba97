/// Words for some pods: by what they have in common.
struct PodWords {
  /// Sorted by namespace and name.
  let pods: [Workload]
  let namespaces: [String]
  let labels: [String: String]
  private let podsOfNamespace: [String: Int]
  private let everyPod: Int

  init(_ pods: [Workload], podsOfNamespace: [String: Int], everyPod: Int) {
    self.pods = pods
    self.podsOfNamespace = podsOfNamespace
    self.everyPod = everyPod
    namespaces = Set(pods.map(\.namespace)).sorted()
    var common = pods.first?.labels ?? [:]
    for pod in pods.dropFirst() where !common.isEmpty {
      common = common.filter { pod.labels[$0.key] == $0.value }
    }
    for key in Self.noise { common[key] = nil }
    labels = common
  }

  /// - Parameter but: the other pods, for words about nearly all.
  func text(but: () -> [Workload]) -> String {
    guard let first = pods.first else { return "nobody" }
    if pods.count == everyPod { return "all pods" }
    if pods.count == 1 { return "\(first.namespace)/\(first.name)" }
    let size = EndpointNaming.count(pods.count, "pod")
    if pods.count == namespaces.reduce(0, { $0 + (podsOfNamespace[$1] ?? 0) }) {
      let words = namespaces.count == 1 ? "namespace" : "namespaces"
      if namespaces.count * 2 <= podsOfNamespace.count || namespaces.count <= 3 {
        return "\(words) \(EndpointNaming.list(namespaces, limit: 3)) (\(size))"
      }
    }
    // Few others say more than a long list.
    if pods.count * 5 >= everyPod * 4 {
      let rest = PodWords(but(), podsOfNamespace: podsOfNamespace, everyPod: everyPod)
      return "all pods but \(rest.text(but: { [] }))"
    }
    let place =
      namespaces.count <= 3 ? namespaces.joined(separator: ", ") : "\(namespaces.count) namespaces"
    let told = told
    if told.isEmpty { return "\(size) of \(place), such as \(first.namespace)/\(first.name)" }
    return namespaces.count <= 3
      ? "\(place): \(told) (\(size))" : "\(told) in \(place) (\(size))"
  }

  /// The labels that say most.
  private var told: String {
    let rest = labels.keys.filter { !Self.usual.contains($0) }.sorted()
    let keys = Self.usual.filter { labels[$0] != nil } + rest
    return keys.prefix(2).map { "\($0)=\(labels[$0] ?? "")" }.joined(separator: ", ")
  }

  /// Labels by which people know workloads, the best first.
  private static let usual = [
    "app", "app.kubernetes.io/name", "k8s-app", "app.kubernetes.io/component",
    "app.kubernetes.io/instance", "component", "tier", "role", "name",
  ]

  /// Labels that a controller gives, different for every version.
  private static let noise = [
    "pod-template-hash", "controller-revision-hash", "pod-template-generation",
    "statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid", "controller-uid", "batch.kubernetes.io/job-name",
  ]
}
