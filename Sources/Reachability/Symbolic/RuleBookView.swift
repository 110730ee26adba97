import AntreaModel

/// One firewall for one family, for questions about the traffic of pairs.
struct RuleBookView {
  var comparison: RuleBookComparison
  private var passing: [UInt64: Int32] = [:]

  init(_ book: RuleBook, _ family: IPFamily) {
    let nothing = RuleBook(world: book.world, egress: [], ingress: [], traffic: TrafficSpace())
    comparison = RuleBookComparison(book, nothing, family, tellsRulesApart: true)
  }

  var members: EndpointSet { comparison.members }
  var world: World { comparison.world }

  /// The state of traffic at one end; that of no rule where nothing is enforced.
  mutating func state(at end: FlowEnd, own: Int, peer: Int) -> Int32 {
    comparison.state(at: end, own: own, peer: peer, isLeft: true) ?? comparison.start
  }

  /// The number of the traffic that passes both ends.
  mutating func passing(_ egress: Int32, _ ingress: Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: egress)) << 32 | UInt64(UInt32(bitPattern: ingress))
    if let known = passing[key] { return known }
    let (out, into) = (
      comparison.decisions.passing(egress), comparison.decisions.passing(ingress)
    )
    let result = comparison.decisions.traffic.intersection(out, into)
    passing[key] = result
    return result
  }

  subscript(traffic number: Int32) -> TrafficSet { comparison.decisions.traffic[number] }

  /// What the source and then the destination make of all traffic.
  mutating func parts(
    _ egress: Int32, _ ingress: Int32
  ) -> [(traffic: TrafficSet, decision: Decision)] {
    var result: [(traffic: TrafficSet, decision: Decision)] = []
    for out in comparison.decisions.pieces(egress) {
      for into in comparison.decisions.pieces(ingress) {
        let both = comparison.decisions.traffic.intersection(out.traffic, into.traffic)
        if both == TrafficTable.nothing { continue }
        result.append(
          (
            comparison.decisions.traffic[both],
            Decision(egress: side(out), ingress: side(into))
          ))
      }
    }
    return result
  }

  private func side(_ piece: DecisionTable.Piece) -> SideDecision {
    SideDecision(
      piece.outcome, by: piece.rule < 0 ? nil : comparison.references[Int(piece.rule)])
  }
}
