import AntreaModel
import Reachability
import Reporting

/// What the configuration states about a cluster, and a translation and its
/// proof take at its word.
struct ClusterAssumptions {
  private let cluster: ClusterSettings
  private let ignoresCase: Bool
  private let podNetworks: AddressSet
  private let families: Set<IPFamily>

  init(_ cluster: ClusterSettings, _ reading: NSXReading) {
    self.cluster = cluster
    ignoresCase = reading.ignoresCase
    podNetworks = AddressSet((cluster.podNetworkCIDRs ?? []).map { AddressRange($0) })
    families = cluster.target.families ?? []
  }

  /// What a pod contradicts; `nil` for addresses, and where nothing is stated.
  func cause(at endpoint: Endpoint) -> ProofCause? {
    guard let pod = endpoint.workload, !pod.isHostNetwork else { return nil }
    return cause(of: pod, endpoint.address)
  }

  private func cause(of pod: Workload, _ address: IPAddress) -> ProofCause? {
    let name = "\(pod.namespace)/\(pod.name) (\(address))"
    if !families.isEmpty, !families.contains(address.family) { return .families(pod: name) }
    if !podNetworks.isEmpty, !podNetworks.contains(address) { return .podNetworks(pod: name) }
    return nil
  }

  /// A line for what is stated, and one for the first pod that contradicts it.
  func notes(_ pods: [Workload]) -> [String] {
    var stated: [String] = []
    if let networks = cluster.podNetworkCIDRs {
      stated.append(
        "podNetworks \(list(networks.map(\.description))): other addresses are no pod's, and those that no pod has are nobody's"
      )
    }
    if !cluster.nodeNetworks.isEmpty {
      stated.append("nodeNetworks \(list(cluster.nodeNetworks))")
    }
    if !cluster.families.isEmpty { stated.append("families \(list(cluster.families))") }
    var notes =
      stated.isEmpty ? [] : ["it rests on what is configured: \(stated.joined(separator: "; "))"]
    if !ignoresCase {
      notes.append("it rests on translation.labelCase: sensitive, although NSX ignores case")
    }
    let causes = pods.lazy.filter { !$0.isHostNetwork }.flatMap { pod in
      pod.addresses.lazy.compactMap { cause(of: pod, $0) }
    }
    if let first = causes.first { notes.append("\(first.text): \(first.remedy)") }
    return notes
  }

  private func list(_ texts: [String]) -> String { PeerView.words(of: texts, limit: 4) }
}
