import Documents
import Reachability

/// How a change of policies changes who reaches whom, with the names of rules.
public struct ConnectivityDelta: Sendable, Hashable {
  /// Flows that change alike, by one rule.
  public struct Entry: Sendable, Hashable {
    /// What becomes of them.
    public var kind: ConnectivityChange.Kind
    /// What they carry, for example `5432/tcp`.
    public var traffic: String
    /// Who speaks to whom.
    public var pairs: PairView
    /// The rule that decides from now on; `nil` where none does.
    public var rule: NamedRule?
    /// The rule that decided until now.
    public var formerRule: NamedRule?
    /// The rule that passes the flows on to what decides.
    public var passedOnBy: NamedRule?
    /// One of the flows.
    public var example: String

    /// Creates an entry.
    public init(
      kind: ConnectivityChange.Kind, traffic: String, pairs: PairView, rule: NamedRule?,
      formerRule: NamedRule?, passedOnBy: NamedRule? = nil, example: String
    ) {
      self.kind = kind
      self.traffic = traffic
      self.pairs = pairs
      self.rule = rule
      self.formerRule = formerRule
      self.passedOnBy = passedOnBy
      self.example = example
    }

    /// `12 pod pairs newly blocked on 5432/tcp: shop: app=web (3 pods) ->
    /// shop/db-1, by rule 1043 "deny" (policy shop)`.
    public var text: String {
      let reason: String
      switch (rule, passedOnBy, formerRule) {
      case (let rule?, _, _): reason = "by \(rule.text)"
      case (nil, let sender?, _): reason = "passed on by \(sender.text)"
      case (nil, nil, let former?): reason = "no longer stopped by \(former.text)"
      case (nil, nil, nil): reason = "by no rule"
      }
      let verb = kind.rawValue.replacing("-", with: " ")
      return "\(pairs.countText) \(verb) on \(traffic): \(pairs.pathText), \(reason)"
    }

    /// The entry as a JSON object.
    public var document: JSONValue {
      [
        "kind": .string(kind.rawValue), "traffic": .string(traffic), "pairs": pairs.document,
        "rule": rule?.document ?? .null, "formerRule": formerRule?.document ?? .null,
        "passedOnBy": passedOnBy?.document ?? .null, "example": .string(example),
        "text": .string(text),
      ]
    }
  }

  /// How much changes in one way.
  public struct Count: Sendable, Hashable {
    /// Pairs of pods, once for each family.
    public var podPairs: Int
    /// Pods whose traffic with addresses changes.
    public var podsToAddresses: Int

    /// Creates a count.
    public init(podPairs: Int = 0, podsToAddresses: Int = 0) {
      self.podPairs = podPairs
      self.podsToAddresses = podsToAddresses
    }
  }

  /// The changes, those that concern most pairs first.
  public var entries: [Entry]
  /// How much changes in each way, entries that are left out included.
  public var counts: [ConnectivityChange.Kind: Count]
  /// Further changes that ``entries`` leaves out.
  public var omitted: Int

  /// Creates a change.
  public init(
    entries: [Entry], counts: [ConnectivityChange.Kind: Count] = [:],
    omitted: Int = 0
  ) {
    self.entries = entries
    self.counts = counts
    self.omitted = omitted
  }

  /// Names what a change is made of.
  public init(_ change: ConnectivityChange, names: RuleNames) {
    self.init(
      entries: change.lines.map { line in
        Entry(
          kind: line.kind,
          traffic: (line.isSameForAll ? "" : "up to ") + line.traffic.text(limit: 6).lowercased(),
          pairs: PairView(
            from: PeerView(line.sources), to: PeerView(line.destinations), count: line.pairs),
          rule: line.after.rule.map { names($0) }, formerRule: line.before.rule.map { names($0) },
          passedOnBy: line.passedOn.map { names($0) }, example: "\(line.example)")
      },
      counts: change.counts.mapValues {
        Count(podPairs: $0.podPairs, podsToAddresses: $0.podsToAddresses)
      }, omitted: change.omittedLines)
  }

  /// `1,200 pod pairs newly blocked, 12 pods newly allowed with addresses`; empty
  /// where nothing changes.
  public var total: String {
    ConnectivityChange.Kind.allCases.flatMap { kind -> [String] in
      let count = counts[kind] ?? Count()
      let verb = kind.rawValue.replacing("-", with: " ")
      func text(_ number: Int, _ noun: String, _ end: String) -> [String] {
        number == 0
          ? [] : ["\(PairView.grouped(number)) \(noun)\(number == 1 ? "" : "s") \(verb)\(end)"]
      }
      return text(count.podPairs, "pod pair", "")
        + text(count.podsToAddresses, "pod", " with addresses")
    }.joined(separator: ", ")
  }

  /// The change as a JSON object.
  public var document: JSONValue {
    var numbers = JSONObject()
    for kind in ConnectivityChange.Kind.allCases {
      let count = counts[kind] ?? Count()
      numbers[kind.rawValue] = [
        "podPairs": .integer(Int64(count.podPairs)),
        "podsToAddresses": .integer(Int64(count.podsToAddresses)),
      ]
    }
    return [
      "counts": .object(numbers), "omitted": .integer(Int64(omitted)),
      "entries": .array(entries.map(\.document)),
    ]
  }
}
