import AntreaModel

/// What steps make of all traffic between two ends, by number.
///
/// A state is what is decided so far and what is still open. Equal states have
/// one number, and what a step makes of a state is computed once, so that ends
/// which meet the same steps share all work.
struct DecisionTable {
  /// Some traffic with what became of it.
  struct Piece: Hashable {
    /// The number of a set in ``traffic``.
    var traffic: Int32
    /// What was decided.
    var outcome: Outcome
    /// The step that decided, as numbered by the user of the table; -1 for none
    /// or where steps are not told apart.
    var rule: Int32
    /// The step that sent the traffic on before.
    var sender: Int32
  }

  /// Traffic that is not decided yet.
  private struct Open: Hashable {
    var traffic: Int32
    var stage: Int32
    var sender: Int32
  }

  private struct State: Hashable {
    var pieces: [Piece]
    var open: [Open]
  }

  /// What passes in a state, as numbers of sets in ``traffic``.
  struct Passage: Hashable {
    /// All of it, or as far as its content is right.
    var passing: Int32
    /// Whatever its content is.
    var free: Int32
  }

  /// What a step does, apart from where it stands.
  struct Action: Hashable {
    var traffic: Int32
    var effect: SymbolicRule.Effect
    var stage: Int32
    /// The step, or -1 where steps are not told apart.
    var rule: Int32
  }

  var traffic = TrafficTable()
  private var states: [State] = []
  private var stateNumbers: [State: Int32] = [:]
  private var actions: [Action] = []
  private var actionNumbers: [Action: Int32] = [:]
  private var known: [UInt64: Int32] = [:]
  private var knownPassages: [Passage] = []
  private var passageNumbers: [Passage: Int32] = [:]
  /// By state; -1 where it is not known yet.
  private var passageOfState: [Int32] = []

  /// The state before the first step for traffic of a family.
  mutating func start(_ family: IPFamily) -> Int32 {
    let all = traffic.number(of: .all(family))
    return number(of: State(pieces: [], open: [Open(traffic: all, stage: 0, sender: -1)]))
  }

  /// The number of what a step does.
  mutating func number(of action: Action) -> Int32 {
    if let number = actionNumbers[action] { return number }
    let number = Int32(actions.count)
    actionNumbers[action] = number
    actions.append(action)
    return number
  }

  private mutating func number(of state: State) -> Int32 {
    if let number = stateNumbers[state] { return number }
    let number = Int32(states.count)
    stateNumbers[state] = number
    states.append(state)
    return number
  }

  /// The state after a step.
  mutating func apply(_ action: Int32, to state: Int32) -> Int32 {
    let key = UInt64(UInt32(bitPattern: action)) << 32 | UInt64(UInt32(bitPattern: state))
    if let known = known[key] { return known }
    let result = compute(actions[Int(action)], states[Int(state)])
    let number = result.map { self.number(of: $0) } ?? state
    known[key] = number
    return number
  }

  /// `nil` where the step takes nothing.
  private mutating func compute(_ action: Action, _ state: State) -> State? {
    var result = State(pieces: state.pieces, open: [])
    var isTaken = false
    for open in state.open {
      let taken =
        open.stage <= action.stage
        ? traffic.intersection(open.traffic, action.traffic) : TrafficTable.nothing
      guard taken != TrafficTable.nothing else {
        Self.add(open, to: &result, &traffic)
        continue
      }
      isTaken = true
      let rest = traffic.difference(open.traffic, taken)
      if rest != TrafficTable.nothing {
        Self.add(Open(traffic: rest, stage: open.stage, sender: open.sender), to: &result, &traffic)
      }
      switch action.effect {
      case .decide(let outcome):
        let piece = Piece(
          traffic: taken, outcome: outcome, rule: action.rule, sender: open.sender)
        Self.add(piece, to: &result, &traffic)
      case .resume(let stage):
        let sent = Open(traffic: taken, stage: Int32(stage), sender: action.rule)
        Self.add(sent, to: &result, &traffic)
      }
    }
    return isTaken ? result : nil
  }

  private static func add(_ open: Open, to state: inout State, _ traffic: inout TrafficTable) {
    for index in state.open.indices
    where state.open[index].stage == open.stage && state.open[index].sender == open.sender {
      state.open[index].traffic = traffic.union(state.open[index].traffic, open.traffic)
      return
    }
    state.open.append(open)
    state.open.sort { ($0.stage, $0.sender) < ($1.stage, $1.sender) }
  }

  private static func add(_ piece: Piece, to state: inout State, _ traffic: inout TrafficTable) {
    for index in state.pieces.indices {
      let known = state.pieces[index]
      guard known.outcome == piece.outcome, known.rule == piece.rule, known.sender == piece.sender
      else { continue }
      state.pieces[index].traffic = traffic.union(known.traffic, piece.traffic)
      return
    }
    state.pieces.append(piece)
  }

  /// What became of all traffic; what no step decided is allowed.
  func pieces(_ state: Int32) -> [Piece] {
    states[Int(state)].pieces
      + states[Int(state)].open.map {
        Piece(traffic: $0.traffic, outcome: .allow, rule: -1, sender: $0.sender)
      }
  }

  /// The traffic that passes, all of it or as far as its content is right.
  mutating func passing(_ state: Int32) -> Int32 {
    let number = passage(state)
    return passages(number).passing
  }

  /// The number of what passes in a state: states from which the same passes
  /// have the same.
  mutating func passage(_ state: Int32) -> Int32 {
    while passageOfState.count < states.count { passageOfState.append(-1) }
    if passageOfState[Int(state)] >= 0 { return passageOfState[Int(state)] }
    var passage = Passage(passing: TrafficTable.nothing, free: TrafficTable.nothing)
    for piece in pieces(state) {
      switch piece.outcome {
      case .allow:
        passage.passing = traffic.union(passage.passing, piece.traffic)
        passage.free = traffic.union(passage.free, piece.traffic)
      case .inspect: passage.passing = traffic.union(passage.passing, piece.traffic)
      case .drop, .reject, .undetermined: break
      }
    }
    let number = passageNumbers[passage] ?? Int32(knownPassages.count)
    if number == knownPassages.count {
      passageNumbers[passage] = number
      knownPassages.append(passage)
    }
    passageOfState[Int(state)] = number
    return number
  }

  /// What passes, by number.
  func passages(_ number: Int32) -> Passage { knownPassages[Int(number)] }

  /// The traffic for which two states have different outcomes.
  mutating func differences(
    _ left: Int32, _ right: Int32
  ) -> [(traffic: Int32, left: Piece, right: Piece)] {
    var result: [(traffic: Int32, left: Piece, right: Piece)] = []
    for a in pieces(left) {
      for b in pieces(right) where a.outcome != b.outcome {
        let both = traffic.intersection(a.traffic, b.traffic)
        if both != TrafficTable.nothing { result.append((both, a, b)) }
      }
    }
    return result
  }
}

extension DecisionTable {
  /// Whether two states have the same outcome for all traffic.
  mutating func isSame(_ left: Int32, _ right: Int32) -> Bool {
    differences(left, right).isEmpty
  }
}
