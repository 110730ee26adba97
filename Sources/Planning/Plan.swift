import AntreaModel
import Documents

/// What a run would do to one cluster: a value that can be shown, saved,
/// approved and carried out.
public struct Plan: Sendable, Hashable {
  /// How many objects each action concerns.
  public struct Counts: Sendable, Hashable {
    /// Objects to create.
    public var create = 0
    /// Objects to update.
    public var update = 0
    /// Objects to adopt.
    public var adopt = 0
    /// Objects to delete.
    public var delete = 0
    /// Objects that are as they should be.
    public var unchanged = 0
    /// Objects that are blocked.
    public var blocked = 0
    /// Objects that cannot be changed in place without a gap: the new stands
    /// beside the old for a while. They are counted above as well.
    public var makeBeforeBreak = 0

    /// Counts nothing.
    public init() {}

    /// Writes that the plan sends.
    public var writes: Int { create + update + adopt + delete }
  }

  /// The owner label that the plan acts for.
  public var owner: String
  /// Digests of what the plan was made from, by name.
  public var bindings: [String: String]
  /// The steps, in an order of execution that keeps what each must wait for.
  /// One of them for each object has the purpose ``PlanStep/Purpose/desired``.
  public var steps: [PlanStep]
  /// Why the plan must not be applied; empty for one that may.
  public var refusals: [PlanRefusal]
  /// Where no order keeps what old and new policies agree on.
  public var gaps: [OrderGap]

  /// Creates a plan.
  public init(
    owner: String, bindings: [String: String] = [:], steps: [PlanStep],
    refusals: [PlanRefusal] = [], gaps: [OrderGap] = []
  ) {
    self.gaps = gaps
    self.owner = owner
    self.bindings = bindings
    self.steps = steps
    self.refusals = refusals
  }

  /// How many objects each action concerns.
  public var counts: Counts {
    var counts = Counts()
    var bridged: Set<KubernetesObject.Reference> = []
    for step in steps {
      guard !step.isPassing else {
        bridged.insert(step.standsFor ?? step.reference)
        continue
      }
      switch step.action {
      case .create: counts.create += 1
      case .update: counts.update += 1
      case .adopt: counts.adopt += 1
      case .delete: counts.delete += 1
      case .unchanged: counts.unchanged += 1
      case .blocked: counts.blocked += 1
      }
    }
    counts.makeBeforeBreak = bridged.count
    return counts
  }

  /// The steps that bring objects to what is desired: those without steps that
  /// are there for the order alone.
  public var desiredSteps: [PlanStep] { steps.filter { !$0.isPassing } }

  /// How many objects the plan leaves otherwise than they should be. What is kept
  /// only because it is still used decides nothing and is not counted.
  public var unapplied: Int {
    steps.count { $0.action == .blocked && $0.reason?.code != .stillReferenced }
  }

  /// Whether the plan would write something.
  public var hasWrites: Bool { steps.contains { $0.action.writes } }

  /// Whether the cluster differs from what is desired, whether or not the plan
  /// may change it: exit 2 of `plan --exit-code`.
  public var hasDifferences: Bool {
    !refusals.isEmpty
      || steps.contains { $0.action.writes || ($0.reason.map { !$0.isBenign } ?? false) }
  }
}
