import Reachability
import Reporting

/// Names single endpoints: the pods of one workload by its name, few pods by
/// theirs.
struct PodViews {
  private let workloads: [String: String]

  /// - Parameter workloads: `namespace/workload` by `namespace/pod`.
  init(_ workloads: [String: String]) { self.workloads = workloads }

  /// Some endpoints together.
  func callAsFunction(_ endpoints: [Endpoint]) -> PeerView {
    var pods: [String] = []
    var labels: [String] = []
    var others: [String] = []
    var addresses: [String] = []
    var seen: Set<String> = []
    for endpoint in endpoints {
      guard let pod = endpoint.workload else {
        addresses.append("\(endpoint.address)")
        others.append("\(endpoint)")
        continue
      }
      let name = "\(pod.namespace)/\(pod.name)"
      // A pod has an endpoint for each of its addresses.
      guard seen.insert(name).inserted else { continue }
      pods.append(name)
      let label = workloads[name] ?? name
      if seen.insert("workload \(label)").inserted { labels.append(label) }
    }
    let words =
      pods.count > 1 && labels.count == 1
      ? ["\(labels[0]) (\(pods.count) pods)"] : pods.count > 3 ? labels : pods
    return PeerView(
      words: PeerView.words(of: words + others), pods: pods.count, workloads: labels,
      addresses: addresses)
  }
}
