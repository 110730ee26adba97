import AntreaModel

/// Which steps have to come before which so that no connection passes that is
/// denied at one end before, and at the other end after.
///
/// A connection passes when both ends allow it. Let one end deny it before the
/// plan and allow it after, and the other end the other way round: it passes in
/// neither, but it would pass in between if the one end opened before the other
/// closed. Closing is what adds a rule that denies or takes one away that
/// allows; opening is the reverse. If all that closes the one end comes before
/// all that opens the other end, then the connection is denied throughout: until
/// the first opening step the rules that open are as before, and the end denies;
/// from then on all denying rules of the new policies are there at the other
/// end, and of the allowing ones none that does not stay, so that it denies as
/// the new policies do.
///
/// What no rule of Antrea decides counts as allowed here.
struct DirectionCrossings {
  /// A closing step that has to come before an opening one.
  struct Edge: Hashable {
    var closing: Int
    var opening: Int
    /// The end that opens.
    var direction: FlowDirection
  }

  private typealias Entry = (node: Int, change: FlowChange)

  private(set) var edges: [Edge] = []
  /// Whether there was too much to compare.
  private(set) var isIncomplete = false

  private let nodes: [OrderNode]
  private let old: RuleLists
  private let new: RuleLists
  private var testsLeft = 4_000_000

  init(_ nodes: [OrderNode], _ world: OrderWorld) {
    self.nodes = nodes
    old = RuleLists(world.oldPolicies, world.oldGroups)
    new = RuleLists(world.newPolicies, world.newGroups)
    for opening in FlowDirection.allCases {
      // Where nothing was denied nothing opens.
      guard old.denies(opening), new.denies(opening.opposite) else { continue }
      compare(opening)
    }
  }

  private mutating func compare(_ opening: FlowDirection) {
    let opens = entries(opening) { change in
      change.verdict.agrees(with: change.adds ? .allow : .deny)
    }.filter { mayOpen($0.change) }
    guard !opens.isEmpty else { return }
    let closes = entries(opening.opposite) { change in
      change.verdict.agrees(with: change.adds ? .deny : .allow)
    }.filter { mayClose($0.change) }
    var known: Set<Edge> = []
    for open in opens {
      for close in closes where close.node != open.node {
        let edge = Edge(closing: close.node, opening: open.node, direction: opening)
        guard !known.contains(edge) else { continue }
        testsLeft -= 1
        guard testsLeft > 0 else {
          isIncomplete = true
          return
        }
        guard open.change.region.meets(close.change.region),
          isPossible(open: open.change.region, close: close.change.region, opening)
        else { continue }
        known.insert(edge)
        edges.append(edge)
      }
    }
  }

  private func entries(
    _ direction: FlowDirection, _ isWanted: (FlowChange) -> Bool
  ) -> [(node: Int, change: FlowChange)] {
    nodes.enumerated().flatMap { index, node in
      node.effects.filter { $0.direction == direction }.flatMap(\.changes)
        .filter(isWanted).map { (index, $0) }
    }
  }

  /// Whether a change can concern flows that are denied before and allowed
  /// after.
  private mutating func mayOpen(_ change: FlowChange) -> Bool {
    let direction = change.direction
    return old.verdicts(direction, .init(own: change.region), &testsLeft).mayDeny
      && new.verdicts(direction, .init(own: change.region), &testsLeft).mayAllow
  }

  /// Whether a change can concern flows that are allowed before and denied
  /// after.
  private mutating func mayClose(_ change: FlowChange) -> Bool {
    let direction = change.direction
    return old.verdicts(direction, .init(own: change.region), &testsLeft).mayAllow
      && new.verdicts(direction, .init(own: change.region), &testsLeft).mayDeny
  }

  private mutating func isPossible(
    open: FlowRegion, close: FlowRegion, _ opening: FlowDirection
  ) -> Bool {
    let here = RuleLists.Question(own: open, opposite: close)
    let there = RuleLists.Question(own: close, opposite: open)
    let closing = opening.opposite
    guard old.verdicts(opening, here, &testsLeft).mayDeny,
      new.verdicts(opening, here, &testsLeft).mayAllow,
      old.verdicts(closing, there, &testsLeft).mayAllow,
      new.verdicts(closing, there, &testsLeft).mayDeny
    else { return false }
    // Where both ends have the same rules, as most rules of NSX give, they
    // decide alike.
    return !old.areMirrored(opening, here, closing, there, &testsLeft)
      || !new.areMirrored(opening, here, closing, there, &testsLeft)
  }
}
