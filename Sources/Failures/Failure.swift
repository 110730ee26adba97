/// An error that a person can act on: what it is about, why it happened and
/// the way out.
///
/// Modules throw this or a typed error of their own that conforms to
/// ``FailureConvertible``. Nothing decides by the text of a message.
public struct Failure: Error, Sendable, Hashable {
  /// The class of a failure. ``ExitCode`` gives the exit status of each.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The command line or the configuration asks for something impossible.
    case usage
    /// An input (snapshot, kubeconfig, manifest, repository) is invalid, or an
    /// NSX construct cannot be translated.
    case invalidInput
    /// NSX, a cluster or a git remote cannot be reached or does not answer
    /// sensibly.
    case unreachable
    /// The credentials are wrong or do not suffice.
    case permissionDenied
    /// A safety rule forbids the step (deletion budget, ownership, staleness).
    case refused
    /// Something changed and something failed.
    case partial
    /// Another run holds the lock.
    case lockHeld
    /// The step failed and nothing was changed.
    case failed
    /// SIGINT stopped the run cleanly.
    case interrupted
    /// SIGTERM stopped the run cleanly.
    case terminated
  }

  /// The class that decides the exit status.
  public var kind: Kind
  /// What the failure is about, first in the message, for example
  /// `ClusterNetworkPolicy/shop-web-1a2b3c4d` or a file name.
  public var subject: String
  /// Why it happened, one sentence without a full stop.
  public var cause: String
  /// What the reader can do about it; `nil` where nobody knows.
  public var remedy: String?

  /// Creates a failure.
  public init(_ kind: Kind, subject: String, cause: String, remedy: String? = nil) {
    self.kind = kind
    self.subject = subject
    self.cause = cause
    self.remedy = remedy
  }
}

extension Failure: CustomStringConvertible {
  /// `subject: cause` and, on a second line, the way out.
  public var description: String {
    guard let remedy else { return "\(subject): \(cause)" }
    return "\(subject): \(cause)\n  hint: \(remedy)"
  }
}

/// A typed error of one module that can be shown to a person.
public protocol FailureConvertible: Error {
  /// The error in the words and the class that the command line reports.
  var failure: Failure { get }
}

extension Failure: FailureConvertible {
  /// The failure itself.
  public var failure: Failure { self }
}
