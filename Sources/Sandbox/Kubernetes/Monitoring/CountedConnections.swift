import Documents
import Reachability

extension KubernetesState {
  /// Opens connections between pods or addresses: the policies decide, and what
  /// decides counts them as Agents report it.
  ///
  /// - Returns: whether they come through; `nil` where an end is none of the cluster.
  func connect(
    _ connection: LiveConnection, _ count: TrafficStatistics.Count
  ) -> Bool? {
    let evaluation = TraceflowEvaluation(store)
    guard let probe = TraceflowProbe(connection, evaluation.inventory) else { return nil }
    let path = TraceflowPath(probe, evaluation.policies, evaluation.inventory, isOpen: false)
    for rule in path.decidingRules {
      // What is stopped is one packet each time.
      let stopped = TrafficStatistics.Count(
        packets: count.sessions, bytes: count.sessions * 60, sessions: count.sessions)
      _ = addTraffic(rule.isStop ? stopped : count, rule.resource, rule.key, rule: rule.name)
    }
    return !path.isStopped
  }
}

extension KubernetesService {
  /// Opens connections that the policies of the cluster decide. The statistics of the
  /// rules that decide grow: at the source, and, where it comes there, at the
  /// destination.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - packets: Packets of each that comes through.
  ///   - bytes: Bytes of each that comes through.
  /// - Returns: Whether they come through; `nil` where an end is none of the cluster.
  @discardableResult
  public func connect(
    _ connection: LiveConnection, count: Int64 = 1, packets: Int64 = 10, bytes: Int64 = 1000
  ) async -> Bool? {
    await state.connect(
      connection,
      .init(packets: packets * count, bytes: bytes * count, sessions: count))
  }
}
