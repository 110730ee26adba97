import Failures

/// Why there can be no translation at all.
public enum TranslationError: Error, Sendable, Hashable {
  /// The snapshot has no control plane with this id or path; `known` lists
  /// those that it has.
  case unknownCluster(String, known: [String])
  /// Several control planes have this id, at other enforcement points; `paths`
  /// are theirs.
  case ambiguousCluster(String, paths: [String])
  /// NSX is taking the control plane at `path` down.
  case deletedCluster(String, path: String)
  /// A category's tier cannot have this priority.
  case invalidTierPriority(Category, Int, TierPriorityFault)
  /// The name cannot be a folder of the repository.
  case invalidClusterName(String)
}

/// Why a tier cannot have a priority.
public enum TierPriorityFault: Sendable, Hashable {
  /// Below 5 stand the tiers of VMware's adapter, from 50 Antrea's own.
  case outOfRange
  /// Not after the tier of the category before, which NSX evaluates first.
  case notAfter(Category)

  fileprivate var text: String {
    switch self {
    case .outOfRange: "is not between 5 and 49"
    case .notAfter(let category): "does not come after the priority of \(category.slug)"
    }
  }
}

extension TranslationError: FailureConvertible {
  /// The error as the command line reports it.
  public var failure: Failure {
    switch self {
    case .unknownCluster(let name, let known):
      Failure(
        .usage, subject: "cluster \(name)", cause: "NSX has no control plane with this id",
        remedy: known.isEmpty
          ? "register the cluster with NSX or select policies by category, tag or path"
          : "known: \(known.joined(separator: ", "))")
    case .ambiguousCluster(let name, let paths):
      Failure(
        .usage, subject: "cluster \(name)",
        cause: "NSX has several control planes with this id: \(paths.joined(separator: ", "))",
        remedy: "set controlPlane to one of these paths")
    case .deletedCluster(let name, let path):
      Failure(
        .usage, subject: "cluster \(name)", cause: "NSX is taking its control plane \(path) down",
        remedy: "take the cluster out of the configuration, or register it again")
    case .invalidTierPriority(let category, let priority, let fault):
      Failure(
        .usage, subject: "translation.tierPriorities.\(category.slug)",
        cause: "\(priority) \(fault.text)",
        remedy: "use numbers from 5 to 49 that rise from emergency to application")
    case .invalidClusterName(let name):
      Failure(
        .usage, subject: "cluster \(name)", cause: "the name cannot be a folder",
        remedy: "use letters, digits, '-', '_' and '.', not beginning with '.'")
    }
  }
}
