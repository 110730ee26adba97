import Documents

/// What `reach` found.
public struct ReachAnswer: Sendable, Hashable {
  /// What comes of a question.
  public enum Verdict: String, Sendable, Hashable {
    /// Every flow that was asked about passes.
    case allow
    /// None passes.
    case deny
    /// They pass as far as their content is what a rule asks for.
    case inspect
    /// Some pass.
    case partly
    /// It cannot be told for all of them.
    case undetermined

    /// As it stands in a sentence.
    var words: String {
      switch self {
      case .allow: "allowed"
      case .deny: "denied"
      case .inspect: "allowed as far as its content is what the rule asks for"
      case .partly: "partly allowed"
      case .undetermined: "cannot be told"
      }
    }
  }

  /// Flows that are decided alike by the same rules: every source with every
  /// destination, for all of the traffic.
  public struct Row: Sendable, Hashable {
    /// Who opens the connection.
    public var from: PeerView
    /// Who is spoken to.
    public var to: PeerView
    /// What is carried.
    public var traffic: String
    /// What is decided at both ends.
    public var sides: SidesText
    /// Of all traffic between the two what passes, where all of it was asked
    /// about.
    public var allowed: String?
    /// Every rule that concerns the flow, in order of evaluation; empty where
    /// only the deciding ones were asked for.
    public var chain: [ChainView]

    /// Creates a row.
    public init(
      from: PeerView, to: PeerView, traffic: String, sides: SidesText, allowed: String? = nil,
      chain: [ChainView] = []
    ) {
      self.from = from
      self.to = to
      self.traffic = traffic
      self.sides = sides
      self.allowed = allowed
      self.chain = chain
    }

    /// What comes of the row.
    public var verdict: Verdict {
      switch sides.outcome {
      case .allow: .allow
      case .inspect: .inspect
      case .undetermined: .undetermined
      case .drop, .reject: .deny
      }
    }
  }

  /// Whose rules were asked, in words.
  public var subject: String
  /// The source as it was asked for.
  public var from: String
  /// The destination as it was asked for.
  public var to: String
  /// The traffic as it was asked for.
  public var traffic: String
  /// The flows.
  public var rows: [Row]
  /// What the answer is without.
  public var limits: [String]
  /// What a person must know of it.
  public var notes: [String]

  /// Creates an answer.
  public init(
    subject: String, from: String, to: String, traffic: String, rows: [Row], limits: [String],
    notes: [String] = []
  ) {
    self.subject = subject
    self.from = from
    self.to = to
    self.traffic = traffic
    self.rows = rows
    self.limits = limits
    self.notes = notes
  }

  /// What comes of all rows.
  public var verdict: Verdict {
    let verdicts = Set(rows.map(\.verdict))
    if verdicts.count == 1, let only = verdicts.first { return only }
    return verdicts.contains(.undetermined) || verdicts.isEmpty ? .undetermined : .partly
  }

  /// The answer as a document with `schemaVersion` 1.
  public var document: JSONValue {
    [
      "schemaVersion": 1, "subject": .string(subject), "from": .string(from), "to": .string(to),
      "traffic": .string(traffic), "verdict": .string(verdict.rawValue),
      "rows": .array(rows.map(\.document)), "without": .texts(limits),
      "notes": .texts(notes),
    ]
  }
}

extension ReachAnswer.Row {
  /// The row as a JSON object.
  public var document: JSONValue {
    var object = JSONObject()
    object["from"] = from.document
    object["to"] = to.document
    object["traffic"] = .string(traffic)
    object["verdict"] = .string(verdict.rawValue)
    object["egress"] = sides.egress.document
    object["ingress"] = sides.ingress.document
    object["allowed"] = allowed.map { .string($0) }
    if !chain.isEmpty { object["chain"] = .array(chain.map(\.document)) }
    return .object(object)
  }
}
