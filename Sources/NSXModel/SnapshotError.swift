import Failures

/// Why a text is not an NSX snapshot.
public enum SnapshotError: Error, Sendable, Hashable {
  /// The text is not JSON, a member comes twice, or it has the wrong type, which
  /// `reason` begins with; `path` is the NSX object, where anything names it.
  case malformed(offset: Int, reason: String, path: String?)
  /// `format` names another format.
  case unsupportedFormat(String)
  /// JSON, but no NSX objects where they could be.
  case notASnapshot
  /// An object that has no path and none can be derived.
  case objectWithoutPath(type: String, offset: Int)
  /// An object that does not say of which type it is.
  case objectWithoutType(offset: Int, path: String?)
  /// A wrapper of the hierarchical API in which the object is missing; `parent`
  /// is the path that it would lie below.
  case childWithoutObject(type: String, offset: Int, parent: String?)
  /// Two objects with this path, of the same revision, and they differ.
  case conflictingObjects(path: String)
}

extension SnapshotError: FailureConvertible {
  /// The error as invalid input (exit 65).
  public var failure: Failure {
    switch self {
    case .malformed(let offset, let reason, let path):
      Failure(
        .invalidInput, subject: path ?? "NSX snapshot", cause: "\(reason) at byte \(offset)",
        remedy: "write the snapshot again with `nsx-antrea pull`")
    case .unsupportedFormat(let format):
      Failure(
        .invalidInput, subject: "NSX snapshot", cause: "the format is \(format)",
        remedy: "this version reads nsx-snapshot/1")
    case .notASnapshot:
      Failure(
        .invalidInput, subject: "NSX snapshot", cause: "the document has no NSX objects",
        remedy: "give a file that `nsx-antrea pull` wrote or an answer of the hierarchical API")
    case .objectWithoutPath(let type, let offset):
      Failure(
        .invalidInput, subject: "NSX snapshot",
        cause: "a \(type) without path, id and name at byte \(offset)",
        remedy: "give it its path")
    case .objectWithoutType(let offset, let path):
      Failure(
        .invalidInput, subject: path ?? "NSX snapshot",
        cause: "an object without resource_type at byte \(offset)",
        remedy: "write the snapshot again with `nsx-antrea pull`")
    case .childWithoutObject(let type, let offset, let parent):
      Failure(
        .invalidInput, subject: parent ?? "NSX snapshot",
        cause: "a \(type) without its object at byte \(offset)",
        remedy: "read the hierarchical API again")
    case .conflictingObjects(let path):
      Failure(
        .invalidInput, subject: path, cause: "the snapshot has two different objects at this path",
        remedy: "leave one of them out, or give each its own id")
    }
  }
}
