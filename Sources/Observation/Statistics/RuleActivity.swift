/// What became of a rule's counters since an earlier moment.
public struct RuleActivity: Sendable, Hashable {
  /// What was counted in between; `nil` where no earlier counters are known. After
  /// a reset it is what was counted since: what the old counters missed is lost.
  public var growth: TrafficCount?
  /// How long the growth took, in seconds; 0 where that is not known.
  public var seconds: Int64
  /// Whether counting began anew in between: antrea-controller started again, or
  /// the policy was made again.
  public var isReset: Bool
  /// The rule has seen no traffic since then, in seconds since 1970; `nil` where it
  /// has, or where nobody knows.
  public var quietSince: Int64?

  /// Compares a rule with what was saved of it.
  ///
  /// - Parameters:
  ///   - count: What is counted now.
  ///   - since: When counting began.
  ///   - time: Now.
  ///   - earlier: What was saved of the policy; `nil` where it was not known.
  ///   - isNewObject: Whether that is of a policy that was deleted, and made again.
  ///   - savedAt: When that was; `nil` where nothing was saved of the cluster.
  ///   - rule: Name of the rule; `nil` for the policy as a whole.
  init(
    _ count: TrafficCount, since: Int64?, time: Int64, earlier: SavedCounters.Policy?,
    isNewObject: Bool = false, savedAt: Int64?, rule: String?
  ) {
    let saved = rule.map { earlier?.rules[$0] } ?? earlier?.total
    let isSameEpoch = earlier != nil && earlier?.since == since && !isNewObject
    isReset = false
    guard let savedAt else {
      growth = nil
      seconds = 0
      quietSince = count.isZero ? since : nil
      return
    }
    if isSameEpoch, let growth = count.growth(from: saved?.count ?? TrafficCount()) {
      self.growth = growth
      seconds = max(0, time - savedAt)
      if !growth.isZero {
        quietSince = nil
      } else if let saved {
        quietSince = saved.quietSince ?? savedAt
      } else {
        // Its policy was there, the rule was not.
        quietSince = max(since ?? savedAt, savedAt)
      }
      return
    }
    // Another epoch, or one that does not say so: numbers never go back by themselves.
    isReset = earlier != nil
    growth = count
    let start = max(since ?? savedAt, savedAt)
    seconds = max(0, time - start)
    quietSince = count.isZero ? since ?? (earlier == nil ? savedAt : nil) : nil
  }
}
