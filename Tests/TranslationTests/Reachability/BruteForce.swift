import AntreaModel
import Testing

@testable import Reachability

/// Compares two evaluators flow by flow, as the oracle for what is decided with
/// sets.
struct BruteForce {
  /// One end of a pair of endpoints.
  struct Place: Hashable {
    var end: FlowEnd
    var own: Int
    var peer: Int
  }

  let nsx: NSXEvaluator
  let antrea: AntreaEvaluator

  /// The traffic that the evaluators decide differently, by place.
  var differences: [Place: [Traffic]] {
    var result: [Place: [Traffic]] = [:]
    forEachFlow { flow, left, right in
      let (source, destination) = (flow.source.index, flow.destination.index)
      if left.egress.outcome != right.egress.outcome {
        let place = Place(end: .egress, own: source, peer: destination)
        result[place, default: []].append(flow.traffic)
      }
      if left.ingress.outcome != right.ingress.outcome {
        let place = Place(end: .ingress, own: destination, peer: source)
        result[place, default: []].append(flow.traffic)
      }
    }
    return result
  }

  /// Whether some flow is let through that NSX does not certainly let through.
  var isWider: Bool {
    var result = false
    forEachFlow { _, left, right in
      if left.outcome != .allow, right.outcome == .allow { result = true }
    }
    return result
  }

  /// Calls a function with every flow and both decisions.
  func forEachFlow(_ body: (Flow, Decision, Decision) -> Void) {
    let kinds = nsx.traffic.union(antrea.traffic).representatives
    for (source, destination) in nsx.world.pairs {
      let left = nsx.path(from: source, to: destination)
      let right = antrea.path(from: source, to: destination)
      for traffic in kinds {
        body(
          Flow(source: source, destination: destination, traffic: traffic),
          nsx.decide(traffic, on: left), antrea.decide(traffic, on: right))
      }
    }
  }
}
