import Documents
import Reachability

/// What a rule decides, and what decides before it, with names.
public struct RuleUseView: Sendable {
  /// Lines of each list that are shown; JSON has all.
  static let shown = 5

  /// Flows that the rule decides.
  public struct Part: Sendable, Hashable {
    /// What is carried.
    public var traffic: String
    /// Who speaks to whom.
    public var pairs: PairView
    /// The end at which the rule decides.
    public var end: FlowEnd
  }

  /// A rule that decides before it.
  public struct Shadow: Sendable, Hashable {
    /// The rule.
    public var rule: NamedRule
    /// Of the traffic that the rule here would take, what the other takes.
    public var traffic: String
    /// Between how many pairs.
    public var pairs: Int
  }

  /// Whether the cluster's policies have the rule.
  public let exists: Bool
  /// What it decides, the most pairs first.
  public let parts: [Part]
  /// What decides before it, the most pairs first.
  public let shadows: [Shadow]

  /// Names what a rule decides.
  public init(_ use: RuleUse, naming: EndpointNaming, names: RuleNames) {
    exists = use.exists
    parts = use.decided.map { part in
      Part(
        traffic: part.traffic.text(limit: 6).lowercased(),
        pairs: PairView(
          from: PeerView(naming.group(part.sources)), to: PeerView(naming.group(part.destinations)),
          count: part.pairs), end: part.end)
    }
    shadows = use.shadows.map {
      Shadow(rule: names($0.rule), traffic: $0.traffic.text(limit: 6).lowercased(), pairs: $0.pairs)
    }
  }

  /// Lines for a person.
  public var lines: [String] {
    if !exists { return ["decides nothing: the rule is not in force in the cluster"] }
    var lines: [String] = []
    if parts.isEmpty {
      lines.append(
        shadows.isEmpty
          ? "decides nothing: no pod or address of the cluster matches it"
          : "decides nothing: earlier rules decide all that it matches")
    }
    for part in parts.prefix(Self.shown) {
      lines.append(
        "decides \(PairView.grouped(part.pairs.count)) pair\(part.pairs.count == 1 ? "" : "s") on \(part.traffic): \(part.pairs.pathText)"
      )
    }
    if parts.count > Self.shown { lines.append("and \(parts.count - Self.shown) more such groups") }
    for shadow in shadows.prefix(Self.shown) {
      lines.append(
        "before it \(shadow.rule.text) decides \(PairView.grouped(shadow.pairs)) pair\(shadow.pairs == 1 ? "" : "s") on \(shadow.traffic)"
      )
    }
    if shadows.count > Self.shown {
      lines.append("and \(shadows.count - Self.shown) more rules before it")
    }
    return lines
  }

  /// The view as a JSON object.
  public var document: JSONValue {
    [
      "inForce": .bool(exists),
      "decides": .array(
        parts.map { part in
          [
            "traffic": .string(part.traffic), "pairs": part.pairs.document,
            "end": .string(part.end.rawValue),
          ]
        }),
      "shadowedBy": .array(
        shadows.map { shadow in
          [
            "rule": shadow.rule.document, "traffic": .string(shadow.traffic),
            "pairs": .integer(Int64(shadow.pairs)),
          ]
        }),
      "text": .texts(lines),
    ]
  }
}
