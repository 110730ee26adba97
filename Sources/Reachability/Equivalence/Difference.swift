/// Flows that two firewalls judge differently, by the same rules.
public struct Difference: Sendable, Hashable, CustomStringConvertible {
  /// How the rendered policies differ from NSX.
  public enum Kind: String, Sendable, Hashable {
    /// They let through what NSX does not certainly let through.
    case wider
    /// They stop what NSX lets through.
    case narrower
    /// Both stop the flow, in different ways: at another end, or by dropping
    /// instead of rejecting.
    case otherDenial = "other-denial"
    /// They stop what NSX may let through.
    case undetermined
  }

  /// One of the flows.
  public var flow: Flow
  /// What NSX decides, with the deciding rules.
  public var nsx: Decision
  /// What the rendered policies decide, with the deciding rules.
  public var antrea: Decision
  /// The end at which they differ; both where it is not said.
  public var end: FlowEnd
  /// The traffic for which they differ in this way.
  public var traffic: TrafficSet
  /// The pairs of endpoints between which they differ by these rules.
  public var pairs: Int

  /// How they differ.
  public var kind: Kind {
    switch (nsx.outcome, antrea.outcome) {
    case (.allow, .allow): .otherDenial
    case (_, .allow): .wider
    case (.drop, .inspect), (.reject, .inspect), (.undetermined, .inspect): .wider
    case (.allow, _): .narrower
    case (.undetermined, _): .undetermined
    default: .otherDenial
    }
  }

  /// One line with the deciding rules of both.
  public var description: String {
    func text(_ side: SideDecision) -> String {
      side.outcome.rawValue + (side.rule.map { " by \($0)" } ?? "")
    }
    func text(_ decision: Decision) -> String {
      "out \(text(decision.egress)), in \(text(decision.ingress))"
    }
    return "\(kind.rawValue): \(flow): NSX \(text(nsx)); Antrea \(text(antrea))"
  }
}
