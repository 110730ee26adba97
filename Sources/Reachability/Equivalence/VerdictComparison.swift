import AntreaModel

/// Flows that two sets of policies of a cluster judge differently at one end, by
/// the same rules.
public struct VerdictDifference: Sendable, Hashable, CustomStringConvertible {
  /// One of the flows.
  public var flow: Flow
  /// The end at which they differ.
  public var end: FlowEnd
  /// What the first set decides there.
  public var left: SideDecision
  /// What the second set decides there.
  public var right: SideDecision
  /// The traffic for which they differ in this way.
  public var traffic: TrafficSet
  /// The pairs of endpoints between which they differ by these rules.
  public var pairs: Int

  /// One line with the deciding rules of both.
  public var description: String {
    func text(_ side: SideDecision) -> String {
      side.outcome.rawValue + (side.rule.map { " by \($0)" } ?? "")
    }
    return "\(flow) at the \(end == .egress ? "source" : "destination"): "
      + "\(text(left)), then \(text(right))"
  }
}

/// Compares two sets of policies of a cluster for every pair of endpoints and all
/// traffic, at both ends: an end that no longer stops a flow is a difference also
/// where the other end stops it.
public struct VerdictComparison: Sendable {
  private let left: AntreaEvaluator
  private let right: AntreaEvaluator

  /// Creates a comparison; both evaluators must have been made for the same world.
  public init(_ left: AntreaEvaluator, _ right: AntreaEvaluator) {
    self.left = left
    self.right = right
  }

  /// What differs, the most pairs first.
  ///
  /// - Parameter limit: the number of differences to tell.
  public func run(limit: Int = 20) -> [VerdictDifference] {
    var found: [VerdictDifference] = []
    let world = left.world
    for family in IPFamily.allCases where !world.members(of: family).isEmpty {
      var comparison = RuleBookComparison(left.rules, right.rules, family)
      for end in FlowEnd.allCases {
        for rectangle in comparison.differences(at: end) {
          for part in comparison.differenceParts(rectangle, at: end, .exact) {
            guard let traffic = part.traffic.example else { continue }
            let own = world.endpoints[part.example.own]
            let peer = world.endpoints[part.example.peer]
            let flow =
              end == .egress
              ? Flow(example: own, peer, traffic) : Flow(example: peer, own, traffic)
            add(flow, end, part, to: &found)
          }
        }
      }
    }
    return Array(
      found.enumerated().sorted { ($1.element.pairs, $0.offset) < ($0.element.pairs, $1.offset) }
        .map(\.element).prefix(limit))
  }

  private func add(
    _ flow: Flow, _ end: FlowEnd, _ part: RuleBookComparison.Part,
    to found: inout [VerdictDifference]
  ) {
    let (before, after) = (left.decide(flow), right.decide(flow))
    let (a, b) = end == .egress ? (before.egress, after.egress) : (before.ingress, after.ingress)
    if let index = found.firstIndex(where: { $0.end == end && $0.left == a && $0.right == b }) {
      found[index].pairs += part.pairs
      found[index].traffic = found[index].traffic.union(part.traffic)
    } else {
      found.append(
        VerdictDifference(
          flow: flow, end: end, left: a, right: b, traffic: part.traffic, pairs: part.pairs))
    }
  }
}
