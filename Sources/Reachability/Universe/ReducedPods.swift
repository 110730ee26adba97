/// Takes from pods what no rule mentions, so that pods which no rule can tell
/// apart become equal.
struct ReducedPods {
  private struct Namespace {
    var labels: [String: String]
    var reducedName: String
    var reducedLabels: [String: String]
  }

  private let vocabulary: Vocabulary
  private var namespaces: [String: Namespace] = [:]

  init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// A pod without what is not mentioned, and without its addresses and Node.
  /// What a later field says about pods is kept as it is.
  mutating func representative(of pod: Workload) -> Workload {
    var result = pod
    result.addresses = []
    result.node = nil
    if pod.isHostNetwork {
      // An address like any other: no rule asks for anything else of it.
      return Workload(name: "", namespace: "", addresses: [], isHostNetwork: true)
    }
    let namespace = namespace(of: pod)
    result.namespace = namespace.reducedName
    result.namespaceLabels = namespace.reducedLabels
    result.name = vocabulary.podNames.representative(of: pod.name)
    result.labels = reduce(pod.labels, vocabulary.podLabels, vocabulary.podValues)
    result.services = pod.services.filter { vocabulary.services.names($0) }
    let unnamed = pod.services.subtracting(result.services)
    result.services.formUnion(unnamed.map { vocabulary.services.representative(of: $0) })
    result.services.remove("\0")
    result.serviceAccount = vocabulary.serviceAccounts.representative(of: pod.serviceAccount)
    result.namedPorts = pod.namedPorts.filter { vocabulary.ports.contains($0.name) }
    return result
  }

  private mutating func namespace(of pod: Workload) -> Namespace {
    if let known = namespaces[pod.namespace], known.labels == pod.namespaceLabels { return known }
    let result = Namespace(
      labels: pod.namespaceLabels,
      reducedName: vocabulary.namespaceNames.representative(of: pod.namespace),
      reducedLabels: reduce(
        pod.namespaceLabels, vocabulary.namespaceLabels, vocabulary.namespaceValues))
    namespaces[pod.namespace] = result
    return result
  }

  private func reduce(
    _ labels: [String: String], _ mentioned: [String: MentionedTexts], _ values: MentionedTexts
  ) -> [String: String] {
    var result: [String: String] = [:]
    for (key, value) in labels {
      let texts = mentioned[key.lowercased()]
      if texts?.names(value) == true || values.names(value) {
        result[key] = value
        continue
      }
      // A value that only patterns of any label may match has no key.
      let any = values.representative(of: value)
      if let texts {
        result[key] = texts.representative(of: value) + any
      } else if any != "\0" {
        result[key] = any
      }
    }
    return result
  }
}
