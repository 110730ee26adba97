/// What two firewalls make of traffic at all destinations: for each block of
/// destinations what holds for most sources, and for each source the blocks for
/// which something else holds.
struct IngressTable {
  /// States of ``DecisionTable`` before and after.
  struct States: Hashable {
    var before: Int32
    var after: Int32
  }

  /// What holds at a block for one source.
  struct Exception {
    var block: Int
    var states: States
  }

  /// By block. The last is for ends at which nothing is enforced.
  private(set) var usual: [States] = []
  /// By source.
  private(set) var exceptions: [[Exception]]
  /// The block of each endpoint.
  private(set) var blockOf: [Int]
  /// By block, without the last.
  let blocks: [OwnBlocks.Block]
  /// Blocks at which the usual passes other traffic than before.
  private(set) var changed: [Int] = []

  init(_ comparison: inout RuleBookComparison) {
    let count = comparison.world.endpoints.count
    exceptions = Array(repeating: [], count: count)
    let start = comparison.start
    blocks = comparison.ends[.ingress]?.blocks ?? []
    blockOf = Array(repeating: blocks.count, count: count)
    for (index, block) in blocks.enumerated() {
      for member in block.members { blockOf[member] = index }
      comparison.run(at: .ingress, block)
      let usual = Self.mostCommon(comparison)
      self.usual.append(usual)
      if comparison.isChanged(usual) { changed.append(index) }
      comparison.members.forEach { source in
        let states = comparison.states(source)
        if states != usual {
          exceptions[source].append(Exception(block: index, states: states))
        }
      }
    }
    usual.append(States(before: start, after: start))
  }

  private static func mostCommon(_ comparison: RuleBookComparison) -> States {
    var counts: [States: Int] = [:]
    var run: (states: States, count: Int) = (States(before: -1, after: -1), 0)
    comparison.members.forEach { source in
      let states = comparison.states(source)
      if states == run.states {
        run.count += 1
      } else {
        counts[run.states, default: 0] += run.count
        run = (states, 1)
      }
    }
    counts[run.states, default: 0] += run.count
    // The lower states where two are as common, so that the result has an order.
    return counts.max {
      ($0.value, $1.key.before, $1.key.after) < ($1.value, $0.key.before, $0.key.after)
    }?.key ?? run.states
  }
}
