import Reachability
import Reporting

/// Flows that are decided alike, put into rows of every source with every
/// destination.
struct RowGroups {
  private struct Key: Hashable {
    var traffic: String
    var sides: SidesText
  }

  private struct Row: Hashable {
    var key: Key
    var destinations: [Endpoint]
  }

  private struct Place: Hashable {
    var key: Key
    var source: Endpoint
  }

  private let workloads: [String: String]
  private var order: [Place] = []
  private var destinations: [Place: [Endpoint]] = [:]

  /// - Parameter workloads: `namespace/workload` by `namespace/pod`.
  init(_ workloads: [String: String]) { self.workloads = workloads }

  /// Adds a flow.
  mutating func add(_ flow: Flow, _ sides: SidesText) {
    let place = Place(
      key: Key(traffic: "\(flow.traffic)".lowercased(), sides: sides), source: flow.source)
    if destinations[place] == nil { order.append(place) }
    destinations[place, default: []].append(flow.destination)
  }

  /// The rows in the order of their first flows.
  var rows: [ReachAnswer.Row] {
    var list: [Row] = []
    var sources: [Row: [Endpoint]] = [:]
    for place in order {
      let row = Row(key: place.key, destinations: destinations[place] ?? [])
      if sources[row] == nil { list.append(row) }
      sources[row, default: []].append(place.source)
    }
    var result: [ReachAnswer.Row] = []
    for row in list {
      let answer = ReachAnswer.Row(
        from: view(sources[row] ?? []), to: view(row.destinations), traffic: row.key.traffic,
        sides: row.key.sides)
      // The addresses of a pod are one pod where they are decided alike.
      if !result.contains(answer) { result.append(answer) }
    }
    return result
  }

  /// The pods of one workload by its name, few pods by theirs.
  private func view(_ endpoints: [Endpoint]) -> PeerView {
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
