import Failures

/// Why a Lease is not ours.
public enum LeaseError: Error, Sendable, Hashable {
  /// Another run holds it.
  case held(lease: String, holder: String, secondsLeft: Int64)
  /// It was ours, and another run took it.
  case lost(lease: String, holder: String)
}

extension LeaseError: FailureConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    switch self {
    case .held(let lease, let holder, let seconds):
      Failure(
        .lockHeld, subject: "Lease \(lease)",
        cause: "\(holder) holds it for another \(seconds) s unless it renews it",
        remedy: "let the other run end, or wait until its lease has expired")
    case .lost(let lease, let holder):
      Failure(
        .lockHeld, subject: "Lease \(lease)", cause: "\(holder) took it from this run",
        remedy: "check that the clocks agree, and run again")
    }
  }
}
