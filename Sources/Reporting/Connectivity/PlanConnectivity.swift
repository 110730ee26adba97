import Documents

/// What a plan means for connectivity: whether it is what NSX says, what
/// changes, and what others do to it.
public struct PlanConnectivity: Sendable, Hashable {
  /// Whether the policies do what NSX says.
  public var proof: ProofResult
  /// What changes; `nil` where that could not be judged.
  public var change: ConnectivityDelta?
  /// What others decide otherwise.
  public var interference: [InterferenceLine]
  /// What the answers are without, for example `Services: may not be listed`.
  public var limits: [String]
  /// What the answers rest on, and what may surprise: a line each.
  public var notes: [String]

  /// Creates a result.
  public init(
    proof: ProofResult, change: ConnectivityDelta? = nil, interference: [InterferenceLine] = [],
    limits: [String] = [], notes: [String] = []
  ) {
    self.proof = proof
    self.change = change
    self.interference = interference.sorted(by: InterferenceLine.precedes)
    self.limits = limits
    self.notes = notes
  }

  /// The result as a JSON object.
  public var document: JSONValue {
    [
      "proof": proof.document, "change": change?.document ?? .null,
      "interference": .array(interference.map(\.document)),
      "without": .texts(limits), "notes": .texts(notes),
    ]
  }
}
