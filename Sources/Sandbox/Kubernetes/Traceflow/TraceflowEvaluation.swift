import AntreaModel
import Documents
import Reachability

/// Answers traces from the objects of a cluster, by the evaluator of Antrea's
/// semantics.
struct TraceflowEvaluation: Sendable {
  let inventory: ClusterInventory
  let policies: [KubernetesObject]

  /// Takes what it needs from the store.
  init(_ store: ObjectStore) {
    inventory = ClusterInventory(
      ["pods", "namespaces", "services", "nodes"].flatMap { Array(store.all($0)) })
    policies = [
      "tiers.crd.antrea.io", "clustergroups.crd.antrea.io", "groups.crd.antrea.io",
      "clusternetworkpolicies.crd.antrea.io", "networkpolicies.crd.antrea.io",
      "networkpolicies.networking.k8s.io",
    ].flatMap { store.all($0).compactMap(KubernetesObject.init) }
  }

  /// Answers one trace.
  ///
  /// - Parameters:
  ///   - seed: chooses the pod behind a Service.
  ///   - traffic: what live traces can catch.
  ///   - now: seconds since 1970.
  func trace(
    _ spec: TraceflowSpec, seed: Int, behaviour: TraceflowBehaviour, traffic: [LiveConnection],
    now: Int64
  ) -> TraceflowOutcome {
    if case .failing(let reason) = behaviour { return failed(reason) }
    if behaviour == .silent { return TraceflowOutcome() }
    let probes =
      spec.isLive
      ? traffic.compactMap { TraceflowProbe($0, inventory) }.filter { $0.meets(spec) }
      : []
    do throws(TraceflowProblem) {
      if spec.isLive {
        for probe in probes {
          let path = TraceflowPath(probe, policies, inventory, isOpen: behaviour == .open)
          // Without a source pod only the destination's Node looks, and only at
          // what comes there.
          let results =
            isFromPod(spec)
            ? path.results(now) : path.isStoppedAtSource ? [] : [path.arrival(now)]
          if results.isEmpty || spec.isDroppedOnly && !path.isStopped { continue }
          var outcome = TraceflowOutcome()
          outcome.phase = .succeeded
          outcome.results = spec.isDroppedOnly ? Array(results.suffix(1)) : results
          outcome.packet = probe.captured(atSource: isFromPod(spec))
          return outcome
        }
        return TraceflowOutcome()
      }
      let probe = try TraceflowProbe(spec, inventory, seed: seed)
      // Nobody answers for a Service without pods.
      guard probe.destination != nil else { return TraceflowOutcome() }
      return outcome(
        of: TraceflowPath(probe, policies, inventory, isOpen: behaviour == .open), behaviour, now)
    } catch {
      return failed(error.reason)
    }
  }

  private func isFromPod(_ spec: TraceflowSpec) -> Bool {
    if case .pod = spec.source { true } else { false }
  }

  private func failed(_ reason: String) -> TraceflowOutcome {
    var outcome = TraceflowOutcome()
    outcome.phase = .failed
    outcome.reason = reason
    return outcome
  }

  private func outcome(
    of path: TraceflowPath, _ behaviour: TraceflowBehaviour, _ now: Int64
  ) -> TraceflowOutcome {
    var outcome = TraceflowOutcome()
    outcome.results = path.results(now)
    if behaviour == .senderOnly, outcome.results.count > 1 {
      outcome.results.removeLast()
      return outcome
    }
    outcome.phase = .succeeded
    return outcome
  }
}

/// Why the Agents cannot trace.
struct TraceflowProblem: Error {
  /// As it stands in `reason`.
  var reason: String
}
