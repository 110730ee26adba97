import Documents

/// What was counted of a rule or policy at one place, with what became of it since
/// an earlier moment.
public struct TrafficFigures: Sendable, Hashable {
  /// Growth a second.
  public struct Rate: Sendable, Hashable {
    /// Packets a second.
    public var packets: Double
    /// Bytes a second.
    public var bytes: Double
    /// Connections a second.
    public var sessions: Double

    /// The rate in JSON, in thousandths.
    public var document: JSONValue {
      func rounded(_ value: Double) -> JSONValue { .number((value * 1000).rounded() / 1000) }
      return [
        "packets": rounded(packets), "bytes": rounded(bytes), "sessions": rounded(sessions),
      ]
    }
  }

  /// Counted at the pods that are connected to.
  public var ingress = TrafficCount()
  /// Counted at the pods that connect.
  public var egress = TrafficCount()
  /// Counted without a side: by rules that the policies have no more, or of a policy
  /// that Antrea counts as a whole.
  public var other = TrafficCount()
  /// What came on top since the earlier moment; `nil` where that is not known of
  /// every part.
  public var growth: TrafficCount?
  /// The same a second.
  public var rate: Rate?
  /// Whether some counter began anew since the earlier moment.
  public var hasReset = false
  /// When counting began, the latest of all parts; `nil` where a part is not
  /// counted yet.
  public var countingSince: Int64?
  /// There was no traffic since then; `nil` where there was, or where nobody knows.
  public var quietSince: Int64?

  /// Everything together. A connection between two pods that the rule is applied to
  /// counts at both, as at NSX's two virtual interfaces.
  public var total: TrafficCount { ingress + egress + other }

  init() {}

  /// One count of one rule.
  init(
    _ count: TrafficCount, _ direction: CountedRule.Direction?, since: Int64?,
    _ activity: RuleActivity
  ) {
    switch direction {
    case .ingress?: ingress = count
    case .egress?: egress = count
    case nil: other = count
    }
    growth = activity.growth
    if let growth = activity.growth, activity.seconds > 0 {
      let seconds = Double(activity.seconds)
      rate = Rate(
        packets: Double(growth.packets) / seconds, bytes: Double(growth.bytes) / seconds,
        sessions: Double(growth.sessions) / seconds)
    }
    hasReset = activity.isReset
    countingSince = since
    quietSince = activity.quietSince
  }

  /// The figures of several parts together; empty ones for no part.
  static func sum(_ parts: [TrafficFigures]) -> TrafficFigures {
    guard var result = parts.first else { return TrafficFigures() }
    for part in parts.dropFirst() {
      result.ingress = result.ingress + part.ingress
      result.egress = result.egress + part.egress
      result.other = result.other + part.other
      result.growth = both(result.growth, part.growth, +)
      result.rate = both(result.rate, part.rate) { left, right in
        Rate(
          packets: left.packets + right.packets, bytes: left.bytes + right.bytes,
          sessions: left.sessions + right.sessions)
      }
      result.hasReset = result.hasReset || part.hasReset
      result.countingSince = both(result.countingSince, part.countingSince, max)
      result.quietSince = both(result.quietSince, part.quietSince, max)
    }
    return result
  }

  private static func both<Value>(
    _ left: Value?, _ right: Value?, _ join: (Value, Value) -> Value
  ) -> Value? {
    guard let left, let right else { return nil }
    return join(left, right)
  }

  /// The figures in JSON.
  public var document: JSONValue {
    [
      "total": total.document, "ingress": ingress.document, "egress": egress.document,
      "other": other.document, "growth": growth?.document ?? .null,
      "rate": rate?.document ?? .null, "isReset": .bool(hasReset),
      "countingSince": countingSince.time, "quietSince": quietSince.time,
    ]
  }
}
