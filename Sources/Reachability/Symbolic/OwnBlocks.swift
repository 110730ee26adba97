/// Ends grouped by the steps that stand there: each firewall has one list of
/// steps for all members of a block.
struct OwnBlocks {
  struct Block {
    /// The members, ascending.
    var members: [Int] = []
    /// The own sets that all members are in, by number.
    var own: [Int32] = []
  }

  /// In the order of their first members.
  private(set) var blocks: [Block] = []

  /// Groups endpoints by the own sets of some lists of steps; the cost is the
  /// sum of the sets' sizes.
  init(_ members: EndpointSet, of firewalls: [CompiledRules], _ sets: EndpointSetTable, count: Int)
  {
    // Which sets an end is in, as a chain: the chain without its last set, and
    // that set. Ends in the same sets have the same chain.
    var chains: [(rest: Int32, set: Int32)] = [(-1, -1)]
    var numbers: [UInt64: Int32] = [:]
    var chain = Array(repeating: Int32(0), count: count)
    let own = firewalls.reduce(into: Set<Int32>()) { $0.formUnion($1.byOwn.keys) }
    for set in own.sorted() {
      sets[set].forEach { member in
        let key = UInt64(UInt32(bitPattern: chain[member])) << 32 | UInt64(UInt32(bitPattern: set))
        if let number = numbers[key] {
          chain[member] = number
        } else {
          let number = Int32(chains.count)
          chains.append((chain[member], set))
          numbers[key] = number
          chain[member] = number
        }
      }
    }
    var positions: [Int32: Int] = [:]
    members.forEach { member in
      if let position = positions[chain[member]] {
        blocks[position].members.append(member)
        return
      }
      positions[chain[member]] = blocks.count
      var block = Block(members: [member])
      var link = chain[member]
      while link > 0 {
        block.own.append(chains[Int(link)].set)
        link = chains[Int(link)].rest
      }
      blocks.append(block)
    }
  }
}
