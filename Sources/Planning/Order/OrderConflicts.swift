/// Which of two steps has to come before the other, because of flows that both
/// concern.
///
/// **What is kept.** Take one direction, and a flow that old and new policies
/// decide alike there: *v*. Each state between has the rules that stay, some of
/// those that begin, and some of those that end. Let *o* be the rule that decides
/// in the old, *n* the one that decides in the new policies. It suffices that,
/// for rules that can match one flow,
///
/// 1. of two that begin and decide differently, the earlier one begins first;
/// 2. of two that end and decide differently, the later one ends first;
/// 3. of one that begins and one that ends and decide alike, the one begins
///    before the other ends.
///
/// **Proof.** Let *s* be the first rule of a state that matches the flow, and
/// suppose that it does not decide *v*, so that it is neither *o* nor *n*.
/// If *s* stays, then it is in the old and in the new policies, and behind *o*
/// and *n*; both are missing from the state, so *o* ended before *n* began,
/// against 3. If *s* begins, it is in the new policies and behind *n*, which is
/// missing: it began before *n*, against 1. If *s* ends, it is in the old
/// policies and behind *o*, which is missing: *o* ended before it, against 2.
/// That no rule matches counts as a rule that stays, behind all others. ∎
///
/// Rules that decide alike need no order among those that begin, nor among those
/// that end; nor do steps that concern no common flow. That is where steps may
/// run at the same time.
struct OrderConflicts {
  /// An answer about two steps.
  struct Answer: Equatable {
    var isFirstBefore = false
    var isSecondBefore = false

    var isBoth: Bool { isFirstBefore && isSecondBefore }

    mutating func formUnion(_ other: Answer) {
      isFirstBefore = isFirstBefore || other.isFirstBefore
      isSecondBefore = isSecondBefore || other.isSecondBefore
    }
  }

  /// How many pairs of effects, and of regions, are still compared; then all
  /// count as overlapping, which costs parallel work, or temporary objects, but
  /// no safety.
  private(set) var effectsLeft = 4_000_000
  private(set) var regionsLeft = 2_000_000

  /// Which of two steps has to come first, or both.
  ///
  /// - Parameter outlines: The outlines of the effects: all that counts once too
  ///   many were compared.
  mutating func compare(
    _ first: [FlowEffect], _ second: [FlowEffect], outlines: ([FlowEffect], [FlowEffect])
  ) -> Answer {
    effectsLeft > 0 ? compare(first, second) : Self.widest(outlines.0, outlines.1)
  }

  private mutating func compare(_ first: [FlowEffect], _ second: [FlowEffect]) -> Answer {
    effectsLeft -= first.count * second.count
    var answer = Answer()
    for left in first {
      for right in second where left.direction == right.direction {
        answer.formUnion(compare(left, right))
        if answer.isBoth { return answer }
      }
    }
    return answer
  }

  /// The most that the answer for two steps can come to.
  private static func widest(_ first: [FlowEffect], _ second: [FlowEffect]) -> Answer {
    var answer = Answer()
    for left in first {
      for right in second where left.direction == right.direction && left.isPossible(with: right) {
        answer.formUnion(Self.answer(left, right))
      }
    }
    return answer
  }

  private mutating func compare(_ first: FlowEffect, _ second: FlowEffect) -> Answer {
    guard first.isPossible(with: second), first.targets.overlaps(second.targets) else {
      return Answer()
    }
    let widest = Self.answer(first, second)
    var answer = Answer()
    for left in first.changes {
      for right in second.changes {
        let pair = Self.answer(left, right)
        // What is known already need not be found again.
        guard
          pair.isFirstBefore && !answer.isFirstBefore
            || pair.isSecondBefore && !answer.isSecondBefore
        else { continue }
        regionsLeft -= 1
        guard regionsLeft > 0 else { return widest }
        if left.region.overlaps(right.region) { answer.formUnion(pair) }
      }
      if answer == widest { return answer }
    }
    return answer
  }

  /// The answer for two changes that concern a common flow.
  private static func answer(_ left: FlowChange, _ right: FlowChange) -> Answer {
    switch (left.adds, right.adds) {
    case (true, true):
      guard left.verdict.differs(from: right.verdict) else { return Answer() }
      return Answer(
        isFirstBefore: left.position < right.position,
        isSecondBefore: right.position < left.position)
    case (false, false):
      guard left.verdict.differs(from: right.verdict) else { return Answer() }
      return Answer(
        isFirstBefore: left.position > right.position,
        isSecondBefore: right.position > left.position)
    case (true, false):
      return Answer(isFirstBefore: left.verdict.agrees(with: right.verdict))
    case (false, true):
      return Answer(isSecondBefore: left.verdict.agrees(with: right.verdict))
    }
  }

  /// The most that the answers for the changes of two effects can come to.
  private static func answer(_ left: FlowEffect, _ right: FlowEffect) -> Answer {
    switch (left.adds, right.adds) {
    case (true, true):
      return Answer(
        isFirstBefore: left.low < right.high, isSecondBefore: right.low < left.high)
    case (false, false):
      return Answer(
        isFirstBefore: right.low < left.high, isSecondBefore: left.low < right.high)
    case (true, false): return Answer(isFirstBefore: true)
    case (false, true): return Answer(isSecondBefore: true)
    }
  }
}
