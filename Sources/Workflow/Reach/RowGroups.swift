import Reachability
import Reporting

/// Flows that are decided alike, put into rows of every source with every
/// destination.
struct RowGroups {
  private struct Key: Hashable {
    var traffic: String
    var sides: SidesText
    var chain: [ChainView]
  }

  private struct Row: Hashable {
    var key: Key
    var destinations: [Endpoint]
  }

  private struct Place: Hashable {
    var key: Key
    var source: Endpoint
  }

  private let view: PodViews
  private var order: [Place] = []
  private var destinations: [Place: [Endpoint]] = [:]

  /// - Parameter workloads: `namespace/workload` by `namespace/pod`.
  init(_ workloads: [String: String]) { view = PodViews(workloads) }

  /// Adds a flow, with words for what it carries.
  mutating func add(_ flow: Flow, _ traffic: String, _ sides: SidesText, chain: [ChainView]) {
    let key = Key(traffic: traffic, sides: sides, chain: chain)
    let place = Place(key: key, source: flow.source)
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
        sides: row.key.sides, chain: row.key.chain)
      // The addresses of a pod are one pod where they are decided alike.
      if !result.contains(answer) { result.append(answer) }
    }
    return result
  }
}
