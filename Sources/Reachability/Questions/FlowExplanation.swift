/// Why a flow passes or not: what every rule that stands at its ends does with
/// it, up to the one that decides.
public struct FlowExplanation: Sendable, Hashable {
  /// The flow.
  public var flow: Flow
  /// The rules at the source, in the order of evaluation. Where the last does not
  /// decide, the flow passes there because no rule matched.
  public var egress: [RuleStep]
  /// The rules at the destination.
  public var ingress: [RuleStep]
  /// What is decided.
  public var decision: Decision

  /// Explains a flow between two endpoints of an evaluator's world.
  public init(_ flow: Flow, by evaluator: some ReachabilityEvaluator) {
    self.flow = flow
    egress = evaluator.steps(of: flow, at: .egress)
    ingress = evaluator.steps(of: flow, at: .ingress)
    decision = evaluator.decide(flow)
  }

  /// The rules of one end.
  public func steps(at end: FlowEnd) -> [RuleStep] { end == .egress ? egress : ingress }

  /// Whether an end has no rule that decides: the flow passes there by default.
  public func isDefault(at end: FlowEnd) -> Bool {
    if case .decides = steps(at: end).last?.effect { return false }
    return true
  }
}
