extension RuleBookComparison {
  /// Some traffic that differs in one way between some ends.
  struct Part {
    var traffic: TrafficSet
    /// The lowest pair of positions that can have a flow.
    var example: (own: Int, peer: Int)
    /// The pairs of endpoints.
    var pairs: Int
  }

  /// What differs between the ends of a rectangle.
  mutating func differenceParts(
    _ rectangle: Rectangle, at end: FlowEnd, _ mode: EquivalenceCheck.Mode
  ) -> [Part] {
    var result: [Part] = []
    for (number, left, right) in decisions.differences(rectangle.left, rectangle.right) {
      if mode == .notWider, !Self.isWider(left.outcome, right.outcome) { continue }
      var part: Part?
      for own in rectangle.own {
        rectangle.peers.forEach { peer in
          let pairs = self.pairs(own, peer, at: end)
          if pairs == 0 { return }
          var traffic = number
          if mode == .notWider,
            let state = state(
              at: end.other, own: peer, peer: own, isLeft: false)
          {
            traffic = decisions.traffic.intersection(number, decisions.passing(state))
          }
          if traffic == TrafficTable.nothing { return }
          if part == nil {
            part = Part(traffic: decisions.traffic[traffic], example: (own, peer), pairs: 0)
          }
          part?.pairs += pairs
        }
      }
      if let part { result.append(part) }
    }
    return result
  }

  /// Whether more passes than NSX certainly lets pass.
  private static func isWider(_ nsx: Outcome, _ antrea: Outcome) -> Bool {
    switch antrea {
    case .allow: nsx != .allow
    case .inspect: nsx != .allow && nsx != .inspect
    default: false
    }
  }

  /// The pairs of endpoints that two positions stand for.
  @inline(__always)
  func pairs(_ own: Int, _ peer: Int, at end: FlowEnd) -> Int {
    counts.pairs(own, peer, at: end)
  }
}
