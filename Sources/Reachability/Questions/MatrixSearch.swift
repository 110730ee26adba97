import AntreaModel

/// Goes through all pairs of endpoints of one family for a matrix.
struct MatrixSearch {
  private struct Cell {
    var always: Int32 = -1
    var sometimes = TrafficTable.nothing
    var last: Int32 = -1
    var pairs = 0
  }

  private let count: Int
  private var view: RuleBookView
  private var cells: [Cell]
  /// By endpoint: positions of its groups.
  private var groupsOf: [[Int]]

  init(_ groups: [GroupName], _ book: RuleBook, _ family: IPFamily) {
    count = groups.count
    view = RuleBookView(book, family)
    cells = Array(repeating: Cell(), count: count * count)
    groupsOf = Array(repeating: [], count: book.world.endpoints.count)
    for (index, group) in groups.enumerated() {
      group.members.forEach { groupsOf[$0].append(index) }
    }
  }

  mutating func run() {
    let ingress = IngressTable(&view.comparison)
    let asked = view.members.members.filter { !groupsOf[$0].isEmpty }
    var states = ingress.usual.map(\.before)
    for block in view.comparison.ends[.egress]?.blocks ?? [] {
      let sources = block.members.filter { !groupsOf[$0].isEmpty }
      if sources.isEmpty { continue }
      view.comparison.run(at: .egress, block)
      search(from: sources, to: asked, ingress, &states)
    }
    view.comparison.resetRows()
    let open = asked.filter { !view.world.endpoints[$0].isEnforced }
    search(
      from: open, to: asked.filter { view.world.endpoints[$0].isEnforced }, ingress, &states)
  }

  private mutating func search(
    from sources: [Int], to destinations: [Int], _ ingress: IngressTable,
    _ states: inout [Int32]
  ) {
    for source in sources {
      for exception in ingress.exceptions[source] {
        states[exception.block] = exception.states.before
      }
      for destination in destinations {
        let pairs = view.comparison.pairs(source, destination, at: .egress)
        if pairs == 0 { continue }
        let passing = view.passing(
          view.comparison.states(destination).before, states[ingress.blockOf[destination]])
        for row in groupsOf[source] {
          for column in groupsOf[destination] {
            add(passing, pairs, row * count + column)
          }
        }
      }
      for exception in ingress.exceptions[source] {
        states[exception.block] = ingress.usual[exception.block].before
      }
    }
  }

  private mutating func add(_ passing: Int32, _ pairs: Int, _ index: Int) {
    cells[index].pairs += pairs
    if cells[index].last == passing { return }
    cells[index].last = passing
    let cell = cells[index]
    cells[index].always =
      cell.always < 0
      ? passing : view.comparison.decisions.traffic.intersection(cell.always, passing)
    cells[index].sometimes = view.comparison.decisions.traffic.union(cell.sometimes, passing)
  }

  func cell(_ source: Int, _ destination: Int) -> ReachMatrix.Cell {
    let cell = cells[source * count + destination]
    return ReachMatrix.Cell(
      always: cell.always < 0 ? TrafficSet() : view[traffic: cell.always],
      sometimes: view[traffic: cell.sometimes], pairs: cell.pairs)
  }
}
