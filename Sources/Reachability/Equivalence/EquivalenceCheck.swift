/// Compares what NSX means with what was rendered, for every pair of endpoints
/// and every kind of traffic that the rules of either side can tell apart.
///
/// Both ends count by themselves: an egress rule that was lost is a difference
/// even where the destination's ingress rule stops the flow as well.
public struct EquivalenceCheck: Sendable {
  /// What was compared and what differs.
  public struct Result: Sendable {
    /// The flows that were compared.
    public var flows = 0
    /// All differences, or as many as were asked for.
    public var differences: [Difference] = []
    /// Whether ``differences`` stops at the bound.
    public var isTruncated = false
  }

  private let nsx: NSXEvaluator
  private let antrea: AntreaEvaluator

  /// Creates a check; both evaluators must have been made for the same world.
  public init(nsx: NSXEvaluator, antrea: AntreaEvaluator) {
    self.nsx = nsx
    self.antrea = antrea
  }

  /// Compares all flows.
  ///
  /// - Parameter limit: the number of differences to stop at.
  public func run(limit: Int = .max) -> Result {
    var result = Result()
    let kinds = nsx.traffic.union(antrea.traffic).representatives
    for (source, destination) in nsx.world.pairs {
      let left = nsx.path(from: source, to: destination)
      let right = antrea.path(from: source, to: destination)
      for traffic in kinds {
        result.flows += 1
        let a = nsx.decide(traffic, on: left)
        let b = antrea.decide(traffic, on: right)
        if a.egress.outcome == b.egress.outcome, a.ingress.outcome == b.ingress.outcome { continue }
        if result.differences.count == limit {
          result.isTruncated = true
          return result
        }
        result.differences.append(
          Difference(
            flow: Flow(source: source, destination: destination, traffic: traffic), nsx: a,
            antrea: b))
      }
    }
    return result
  }
}
