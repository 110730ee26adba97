import AntreaModel
import Failures

/// Why a whole plan must not be applied (exit 3).
public struct PlanRefusal: Sendable, Hashable {
  /// The class of a refusal; stable, part of the JSON form.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// More deletes than the budget allows.
    case deletionBudget
    /// The desired set is empty while the cluster holds objects of ours.
    case emptiedSet
    /// VMware's adapter enforces the same NSX policies in this cluster.
    case vendorManaged
    /// Desired objects lack our labels or bear another owner.
    case notOurs
    /// The parent of the ApplySet belongs to another tool.
    case foreignApplySet
    /// Two desired objects have the same identity.
    case duplicate
    /// Desired objects use what the cluster's Antrea does not have.
    case unsupportedFeature
    /// The policies would not do what NSX says.
    case notEquivalent
  }

  /// The class.
  public var code: Code
  /// The objects or numbers that it is about.
  public var subjects: [String]
  /// The way out, where it depends on more than the class.
  public var remedy: String?

  /// Creates a refusal.
  public init(_ code: Code, _ subjects: [String], remedy: String? = nil) {
    self.code = code
    self.subjects = subjects
    self.remedy = remedy
  }
}

extension PlanRefusal {
  /// The refusal for a place where counterexamples are told beside it.
  public var withoutExamples: PlanRefusal {
    code == .notEquivalent ? PlanRefusal(code, [], remedy: remedy) : self
  }
}

extension PlanRefusal: FailureConvertible, Error {
  /// The refusal for a person, always of kind `refused`.
  public var failure: Failure {
    let list = subjects.joined(separator: ", ")
    switch code {
    case .deletionBudget:
      return Failure(
        .refused, subject: "plan", cause: "too many deletes: \(list)",
        remedy: "look at the deletes; if they are right, raise --max-deletes")
    case .emptiedSet:
      return Failure(
        .refused, subject: "plan",
        cause: "nothing is desired any more, but the cluster holds \(list) of ours",
        remedy: "check the span and the scope in NSX; delete the objects by hand if it is meant")
    case .vendorManaged:
      return Failure(
        .refused, subject: "plan",
        cause: "VMware's Antrea NSX adapter enforces the same NSX policies: \(list)",
        remedy: "deregister the adapter or take these policies out of its span")
    case .notOurs:
      return Failure(
        .refused, subject: "plan", cause: "desired objects without this run's labels: \(list)",
        remedy: "render the tree again with this source and scope")
    case .foreignApplySet:
      return Failure(
        .refused, subject: "plan",
        cause: "ConfigMap \(subjects.joined(separator: ": ")), so its members are not touched",
        remedy:
          "look who made it; remove or rename it, or set apply.lockNamespace to another namespace"
      )
    case .duplicate:
      return Failure(
        .refused, subject: "plan", cause: "desired twice, with different contents: \(list)",
        remedy: "remove the stale file or render the tree again")
    case .unsupportedFeature:
      return Failure(
        .refused, subject: "plan",
        cause: "the cluster's Antrea does not have what the objects use: "
          + subjects.joined(separator: "; "),
        remedy: "upgrade or configure Antrea in the cluster, or change the rules in NSX")
    case .notEquivalent:
      return Failure(
        .refused, subject: "plan",
        cause: "the policies would not do what NSX says" + (list.isEmpty ? "" : ": \(list)"),
        remedy: remedy)
    }
  }
}
