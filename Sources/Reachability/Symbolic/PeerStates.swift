/// What a list of steps makes of the traffic with every other end.
///
/// One row is used again and again: its cost is the sum of the sizes of the
/// steps' sets.
struct PeerStates {
  /// States of ``DecisionTable`` by endpoint; what stands for endpoints outside
  /// of the last scope means nothing.
  private(set) var states: [Int32]

  init(count: Int) { states = Array(repeating: 0, count: count) }

  /// Runs steps for the ends in a scope.
  mutating func run(
    _ rules: [CompiledRules.Rule], in scope: EndpointSet, from start: Int32,
    _ sets: EndpointSetTable, _ decisions: inout DecisionTable
  ) {
    scope.forEach { states[$0] = start }
    for rule in rules {
      let peers = sets[rule.peers]
      let inside = peers.isSubset(of: scope) ? peers : peers.intersection(scope)
      // Neighbours have mostly the same state.
      var last: (before: Int32, after: Int32) = (-1, -1)
      inside.forEach { peer in
        let before = states[peer]
        if before != last.before {
          last = (before, decisions.apply(rule.action, to: before))
        }
        states[peer] = last.after
      }
    }
  }
}
