/// How many pairs of endpoints two positions in a world stand for, as numbers
/// alone, for loops over all pairs.
struct PairCounts {
  private let counts: [Int]
  /// The same number for one pod at its addresses; -1 where several pods or no
  /// pod stand there.
  private let pods: [Int32]
  /// The Node that an address belongs to, by number; -1 for none.
  private let nodes: [Int32]
  /// The Node that a pod runs on, by number; -2 where it is not known.
  private let nodesOfPods: [Int32]

  init(_ world: World) {
    var pods: [[String]: Int32] = [:]
    var nodes: [String: Int32] = [:]
    func number<Key: Hashable>(_ key: Key, _ numbers: inout [Key: Int32]) -> Int32 {
      if let known = numbers[key] { return known }
      let number = Int32(numbers.count)
      numbers[key] = number
      return number
    }
    counts = world.endpoints.map(\.count)
    self.pods = world.endpoints.map { endpoint in
      guard let pod = endpoint.workload, endpoint.count == 1 else { return -1 }
      return number([pod.namespace, pod.name], &pods)
    }
    self.nodes = world.endpoints.map { endpoint in
      endpoint.node.map { number($0, &nodes) } ?? -1
    }
    nodesOfPods = world.endpoints.map { endpoint in
      guard endpoint.isEnforced, let node = endpoint.workload?.node else { return -2 }
      return number(node, &nodes)
    }
  }

  /// The pairs between two positions, in one order; 0 for a pod with itself, and
  /// for what a Node sends to its own pods, whatever policies say.
  @inline(__always)
  func pairs(_ own: Int, _ peer: Int, at end: FlowEnd) -> Int {
    if own == peer { return counts[own] * (counts[own] - 1) }
    if end == .ingress, nodes[peer] == nodesOfPods[own] { return 0 }
    if pods[own] >= 0, pods[own] == pods[peer] { return 0 }
    return counts[own] * counts[peer]
  }
}
