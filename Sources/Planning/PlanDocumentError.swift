import Failures

/// A plan file that cannot be used.
public enum PlanDocumentError: Error, Sendable, Hashable, FailureConvertible {
  /// The file is not JSON, or not whole, for the reader's reason.
  case unreadable(String)
  /// The file is something else.
  case notAPlan
  /// The document is not a plan, or a member has the wrong shape.
  case malformed(member: String)
  /// The plan has a format that this version does not read.
  case unsupportedVersion(String)
  /// The contents do not match the digest: the file was changed by hand.
  case digestMismatch

  /// The error for a person, of kind `invalidInput`.
  public var failure: Failure { failure(of: "plan file") }

  /// The error for a person, with the name of the file.
  public func failure(of file: String) -> Failure {
    let again = "plan again with --out"
    switch self {
    case .unreadable(let reason):
      return Failure(
        .invalidInput, subject: file, cause: "is not a whole plan file: \(reason)", remedy: again)
    case .notAPlan:
      return Failure(
        .invalidInput, subject: file, cause: "is not a plan", remedy: "make it with plan --out")
    case .malformed(let member):
      return Failure(
        .invalidInput, subject: file, cause: "no valid member '\(member)'", remedy: again)
    case .unsupportedVersion(let version):
      return Failure(
        .invalidInput, subject: file,
        cause: "has the format \(version), and this version reads \(PlanFile.format)",
        remedy: "plan again with the version of nsx-antrea that applies it")
    case .digestMismatch:
      return Failure(
        .invalidInput, subject: file,
        cause: "its contents do not match its digest: it was damaged or edited",
        remedy: "plan again; plan files must not be edited")
    }
  }
}
