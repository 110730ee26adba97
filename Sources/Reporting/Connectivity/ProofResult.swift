import Documents

/// Whether the policies of a plan do what NSX says.
public enum ProofResult: Sendable, Hashable {
  /// What was shown.
  public enum Claim: String, Sendable, Hashable {
    /// Every flow is decided as NSX decides it.
    case equal
    /// No flow passes that NSX stops: refused rules stand closed.
    case notWider = "not-wider"
  }

  /// Over which space something was shown.
  public struct Space: Sendable, Hashable {
    /// Classes of flows that no rule of either side can tell apart.
    public var classes: Int
    /// Pods of the cluster.
    public var pods: Int
    /// Policies that are on neither side, because a rule of theirs was refused.
    public var skippedPolicies: Int
    /// Objects that the plan leaves as they are: what was shown holds once they
    /// are as they should be.
    public var blockedObjects: Int

    /// Creates a space.
    public init(classes: Int, pods: Int, skippedPolicies: Int = 0, blockedObjects: Int = 0) {
      self.classes = classes
      self.pods = pods
      self.skippedPolicies = skippedPolicies
      self.blockedObjects = blockedObjects
    }
  }

  /// A flow that the policies would decide otherwise than NSX.
  public struct Counterexample: Sendable, Hashable {
    /// `shop/web-1 (10.1.0.1) -> shop/db-1 (10.1.0.2) 5432/tcp`.
    public var flow: String
    /// How they differ: `wider`, `narrower`, `other-denial` or `undetermined`.
    public var kind: String
    /// What NSX decides.
    public var nsx: SidesText
    /// What the rendered policies decide.
    public var rendered: SidesText
    /// What it comes from, where that is known.
    public var cause: ProofCause?

    /// Creates a counterexample.
    public init(
      flow: String, kind: String, nsx: SidesText, rendered: SidesText, cause: ProofCause? = nil
    ) {
      self.flow = flow
      self.kind = kind
      self.nsx = nsx
      self.rendered = rendered
      self.cause = cause
    }

    /// One line for a message.
    public var text: String {
      "\(TextStyle.printable(flow)): NSX \(nsx.text); the policies \(rendered.text)"
        + (cause.map { " (\($0.text))" } ?? "")
    }
  }

  /// It was shown for all of a space.
  case proved(Claim, Space)
  /// It is not so.
  case refuted([Counterexample], Space)
  /// It is not so, and need not be: the tree was rendered from another state of
  /// NSX than that of now.
  case outdated([Counterexample], Space)
  /// It was not looked at, for this reason.
  case notJudged(String)

  /// The counterexamples.
  public var counterexamples: [Counterexample] {
    switch self {
    case .refuted(let list, _), .outdated(let list, _): list
    case .proved, .notJudged: []
    }
  }

  /// The way out where the policies would not do what NSX says, as far as
  /// counterexamples tell.
  public var remedy: String? { counterexamples.lazy.compactMap(\.cause).first?.remedy }

  /// One stable line: `proved: 214 classes, 10,000 pods, all protocols and ports`.
  public var summary: String {
    switch self {
    case .proved(let claim, let space):
      let exact = claim == .equal ? "" : " (not wider than NSX: refused rules stand closed)"
      let blocked =
        space.blockedObjects == 0
        ? ""
        : "; that holds once the \(space.blockedObjects) blocked object\(space.blockedObjects == 1 ? " is" : "s are") applied too, not after this plan"
      return "proved: \(Self.text(space))\(exact)\(blocked)"
    case .refuted(let list, let space):
      return
        "not what NSX says: \(list.count) counterexample\(list.count == 1 ? "" : "s"), \(Self.text(space))"
    case .outdated(let list, _):
      return
        "not proved: the tree is of another state of NSX than now (its digest differs), "
        + "\(list.count == 1 ? "1 kind of flow" : "\(list.count) kinds of flows") would differ; render again to follow NSX"
    case .notJudged(let reason): return "not proved: \(reason)"
    }
  }

  private static func text(_ space: Space) -> String {
    let skipped =
      space.skippedPolicies == 0
      ? ""
      : ", without \(space.skippedPolicies) skipped polic\(space.skippedPolicies == 1 ? "y" : "ies")"
    return
      "\(PairView.grouped(space.classes)) classes, \(PairView.grouped(space.pods)) pods, "
      + "all protocols and ports\(skipped)"
  }

  /// The result as a JSON object.
  public var document: JSONValue {
    var object = JSONObject()
    object["summary"] = .string(summary)
    switch self {
    case .proved(let claim, let space):
      object["verdict"] = .string(claim.rawValue)
      object["space"] = Self.document(space)
    case .refuted(let list, let space):
      object["verdict"] = "different"
      object["space"] = Self.document(space)
      object["counterexamples"] = .array(list.map(\.document))
    case .outdated(let list, let space):
      object["verdict"] = "outdated"
      object["space"] = Self.document(space)
      object["counterexamples"] = .array(list.map(\.document))
    case .notJudged(let reason):
      object["verdict"] = "not-judged"
      object["reason"] = .string(reason)
    }
    return .object(object)
  }

  private static func document(_ space: Space) -> JSONValue {
    [
      "classes": .integer(Int64(space.classes)), "pods": .integer(Int64(space.pods)),
      "skippedPolicies": .integer(Int64(space.skippedPolicies)),
      "blockedObjects": .integer(Int64(space.blockedObjects)),
    ]
  }
}

extension ProofResult.Counterexample {
  var document: JSONValue {
    [
      "flow": .string(flow), "kind": .string(kind), "nsx": nsx.document,
      "rendered": rendered.document, "byCase": .bool(cause == .labelCase),
      "cause": cause.map { .string($0.text) } ?? .null,
    ]
  }
}
