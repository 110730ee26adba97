import Documents
import Reachability

/// One rule on the way of a flow, with its names.
public struct ChainView: Sendable, Hashable {
  /// Which end evaluates it.
  public var end: FlowEnd
  /// The rule.
  public var rule: NamedRule
  /// Where it stands in the order, for example `tier platform, priority 5`.
  public var place: String
  /// What it does with the flow.
  public var effect: RuleStep.Effect

  /// Names the rules of an explanation, those about other peers left out.
  public static func chain(_ explanation: FlowExplanation, names: RuleNames) -> [ChainView] {
    FlowEnd.allCases.flatMap { end in
      explanation.steps(at: end).filter { $0.effect != .skipped(.otherPeer) }.map {
        ChainView(end: end, rule: names($0.rule), place: $0.place, effect: $0.effect)
      }
    }
  }

  /// Whether it decides.
  public var decides: Bool {
    if case .decides = effect { true } else { false }
  }

  /// What it does, in words.
  var words: String {
    switch effect {
    case .decides(let outcome): "decides: \(outcome.rawValue)"
    case .passes: "passes it on"
    case .skipped(.otherPeer): "is about others"
    case .skipped(.otherService): "is about another Service"
    case .skipped(.otherTraffic): "is about other traffic"
    case .skipped(.passedOver): "is passed over"
    }
  }

  /// The link as a JSON object.
  public var document: JSONValue {
    let effect =
      switch effect {
      case .decides(let outcome): outcome.rawValue
      case .passes: "passes-on"
      case .skipped(.otherPeer): "other-peer"
      case .skipped(.otherService): "other-service"
      case .skipped(.otherTraffic): "other-traffic"
      case .skipped(.passedOver): "passed-over"
      }
    return [
      "end": .string(end.rawValue), "rule": rule.document, "place": .string(place),
      "effect": .string(effect), "decides": .bool(decides),
    ]
  }
}
