/// Flows that a rule begins or ends to match when a step is carried out.
struct FlowChange {
  var direction: FlowDirection
  /// Whether the rule begins to match them.
  var adds: Bool
  /// Where the rule stands: in the new policies where it begins, in the old ones
  /// where it ends.
  var position: RulePosition
  var verdict: RuleVerdict
  var region: FlowRegion
}

/// The changes of one policy in one direction that begin, or that end, at once.
struct FlowEffect {
  let direction: FlowDirection
  let adds: Bool
  private(set) var changes: [FlowChange]
  /// The first and the last position.
  private(set) var low: RulePosition
  private(set) var high: RulePosition
  /// All pods that are concerned.
  private(set) var targets: EndpointTerms
  private(set) var verdicts: Set<RuleVerdict>

  init(_ change: FlowChange) {
    direction = change.direction
    adds = change.adds
    changes = [change]
    (low, high) = (change.position, change.position)
    targets = change.region.targets
    verdicts = [change.verdict]
  }

  mutating func add(_ change: FlowChange) {
    changes.append(change)
    low = min(low, change.position)
    high = max(high, change.position)
    targets.formUnion(change.region.targets)
    verdicts.insert(change.verdict)
  }

  /// Changes of one policy by direction and kind.
  static func grouped(_ changes: some Sequence<FlowChange>) -> [FlowEffect] {
    var result: [FlowEffect] = []
    for change in changes where !change.region.isEmpty {
      let place = result.firstIndex {
        $0.direction == change.direction && $0.adds == change.adds
      }
      if let place { result[place].add(change) } else { result.append(FlowEffect(change)) }
    }
    return result
  }

  /// Effects without what tells flows apart: one for each direction and kind.
  static func outline(of effects: [FlowEffect]) -> [FlowEffect] {
    var result: [FlowEffect] = []
    for var effect in effects {
      effect.changes = []
      effect.targets = EndpointTerms()
      let place = result.firstIndex {
        $0.direction == effect.direction && $0.adds == effect.adds
      }
      guard let place else {
        result.append(effect)
        continue
      }
      result[place].low = min(result[place].low, effect.low)
      result[place].high = max(result[place].high, effect.high)
      result[place].verdicts.formUnion(effect.verdicts)
    }
    return result
  }

  /// Whether the verdicts are such that one of the two could have to come first.
  func isPossible(with other: FlowEffect) -> Bool {
    adds == other.adds ? mayDiffer(from: other) : mayAgree(with: other)
  }

  /// Whether one of the verdicts can contradict one of another effect.
  private func mayDiffer(from other: FlowEffect) -> Bool {
    verdicts.contains { own in other.verdicts.contains { own.differs(from: $0) } }
  }

  /// Whether one of the verdicts can be the same as one of another effect.
  private func mayAgree(with other: FlowEffect) -> Bool {
    verdicts.contains { own in other.verdicts.contains { own.agrees(with: $0) } }
  }
}
