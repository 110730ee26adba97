/// The traffic of one pair of ends that changes, and the end that makes it.
struct ChangeRegions {
  /// The numbers of what passes at one end; see ``DecisionTable/passage(_:)``.
  struct Key: Hashable {
    var egressBefore: Int32
    var ingressBefore: Int32
    var egressAfter: Int32
    var ingressAfter: Int32

    /// Whether neither end lets other traffic pass than before.
    var isUnchanged: Bool { egressBefore == egressAfter && ingressBefore == ingressAfter }
  }

  /// A part of what changes.
  struct Part {
    var kind: ConnectivityChange.Kind
    var end: FlowEnd
    var traffic: Int32
  }

  /// The parts of every key that was asked for, one list behind the other.
  private(set) var parts: [Part] = []
  private var known: [Key: Range<Int>] = [:]
  /// The last key of each block of destinations, which is mostly the next one.
  private var recent: [(key: Key, parts: Range<Int>)]

  /// - Parameter blocks: the number of blocks of destinations.
  init(blocks: Int) {
    let none = Key(egressBefore: -1, ingressBefore: -1, egressAfter: -1, ingressAfter: -1)
    recent = Array(repeating: (none, 0..<0), count: blocks)
  }

  /// Where the parts of a pair stand; empty where nothing changes.
  @inline(__always)
  mutating func parts(
    of key: Key, at block: Int, _ decisions: inout DecisionTable
  ) -> Range<Int> {
    if recent[block].key == key { return recent[block].parts }
    let result = find(key, &decisions)
    recent[block] = (key, result)
    return result
  }

  private mutating func find(_ key: Key, _ decisions: inout DecisionTable) -> Range<Int> {
    if let known = known[key] { return known }
    let start = parts.count
    parts += Self.compute(key, &decisions)
    known[key] = start..<parts.count
    return start..<parts.count
  }

  private static func compute(_ key: Key, _ decisions: inout DecisionTable) -> [Part] {
    let (e0, i0) = (decisions.passages(key.egressBefore), decisions.passages(key.ingressBefore))
    let (e1, i1) = (decisions.passages(key.egressAfter), decisions.passages(key.ingressAfter))
    var result: [Part] = []
    func add(_ kind: ConnectivityChange.Kind, _ all: Int32, _ egress: Int32, _ ingress: Int32) {
      // What the source's end makes is told there, whatever the other does.
      let out = decisions.traffic.difference(all, egress)
      let rest = decisions.traffic.difference(decisions.traffic.difference(all, out), ingress)
      if out != TrafficTable.nothing { result.append(Part(kind: kind, end: .egress, traffic: out)) }
      if rest != TrafficTable.nothing {
        result.append(Part(kind: kind, end: .ingress, traffic: rest))
      }
    }
    let before = decisions.traffic.intersection(e0.passing, i0.passing)
    let after = decisions.traffic.intersection(e1.passing, i1.passing)
    add(.newlyBlocked, before, e1.passing, i1.passing)
    add(.newlyAllowed, after, e0.passing, i0.passing)
    let freeBefore = decisions.traffic.intersection(e0.free, i0.free)
    let freeAfter = decisions.traffic.intersection(e1.free, i1.free)
    if freeBefore == before, freeAfter == after { return result }
    add(
      .newlyInspected, decisions.traffic.intersection(freeBefore, after), e1.free, i1.free)
    add(
      .noLongerInspected, decisions.traffic.intersection(freeAfter, before), e0.free, i0.free)
    return result
  }
}
