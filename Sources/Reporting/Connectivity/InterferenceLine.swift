import Documents
import Reachability

/// Flows that the cluster decides otherwise than the policies made from NSX say,
/// because of a rule that somebody else put there.
public struct InterferenceLine: Sendable, Hashable {
  /// Where the foreign rule stands.
  public enum Kind: String, Sendable, Hashable {
    /// It decides before an NSX rule that says otherwise.
    case overrides
    /// NSX has no rule for the flows at that end, and lets them pass; the foreign
    /// rule does not.
    case restricts
  }

  /// Where the foreign rule stands.
  public var kind: Kind
  /// What becomes of the flows, against what NSX says.
  public var effect: ConnectivityChange.Kind
  /// The foreign rule.
  public var rule: NamedRule
  /// NSX's rule that does not get to decide; `nil` where there is none.
  public var nsxRule: NamedRule?
  /// Pairs of pods, and of pods with addresses, that it concerns.
  public var count: Int
  /// What they carry; for some of the pairs it may be a part of it.
  public var traffic: String
  /// Who opens the connections.
  public var from: PeerView
  /// Who is spoken to.
  public var to: PeerView
  /// One of the flows.
  public var example: String

  /// Creates a line.
  public init(
    kind: Kind, effect: ConnectivityChange.Kind, rule: NamedRule, nsxRule: NamedRule?, count: Int,
    traffic: String, from: PeerView, to: PeerView, example: String
  ) {
    self.kind = kind
    self.effect = effect
    self.rule = rule
    self.nsxRule = nsxRule
    self.count = count
    self.traffic = traffic
    self.from = from
    self.to = to
    self.example = example
  }

  /// Names what a rule of others does.
  public init(_ entry: Interference.Entry, names: RuleNames) {
    self.init(
      kind: entry.overrulesOurs ? .overrides : .restricts, effect: entry.kind,
      rule: names(entry.rule), nsxRule: entry.ours.rule.map { names($0) }, count: entry.pairs,
      traffic: entry.traffic.text(limit: 4).lowercased(), from: PeerView(entry.sources),
      to: PeerView(entry.destinations), example: "\(entry.example)")
  }

  /// One line for a person.
  public var text: String {
    let what = "\(PairView.grouped(count)) pair\(count == 1 ? "" : "s")"
    let verb =
      switch effect {
      case .newlyAllowed: "lets \(what) pass"
      case .newlyBlocked: "stops \(what)"
      case .newlyInspected: "inspects \(what)"
      case .noLongerInspected: "lets \(what) pass without inspection"
      }
    let why =
      switch kind {
      case .overrides: "that NSX decides otherwise" + (nsxRule.map { " by \($0.text)" } ?? "")
      case .restricts: "for which NSX has no rule there"
      }
    return "\(rule.text) \(verb) \(why); for example \(TextStyle.printable(example))"
  }

  /// The line as a JSON object.
  public var document: JSONValue {
    [
      "kind": .string(kind.rawValue), "effect": .string(effect.rawValue), "rule": rule.document,
      "nsxRule": nsxRule?.document ?? .null, "pairs": .integer(Int64(count)),
      "traffic": .string(traffic), "from": from.document, "to": to.document,
      "example": .string(example), "text": .string(text),
    ]
  }

  /// Overriding ones first, then by number of pairs.
  public static func precedes(_ left: Self, _ right: Self) -> Bool {
    if left.kind != right.kind { return left.kind == .overrides }
    if left.count != right.count { return left.count > right.count }
    return utf8Order(left.text, right.text) < 0
  }
}
