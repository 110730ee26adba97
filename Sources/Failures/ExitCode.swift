/// The exit statuses of `nsx-antrea`: the one table, checked against
/// `docs/operate.md` by a test.
public enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything was done, or there was nothing to do.
  case success = 0
  /// The command failed and nothing was changed.
  case failed = 1
  /// `plan`, `diff` or `status` with `--exit-code` found differences, `health` with
  /// it a cluster that is not healthy, or `reach --expect` another answer; `traceflow`
  /// another way than predicted or expected.
  case differences = 2
  /// A safety rule refused the step.
  case refused = 3
  /// Something changed and something failed.
  case partial = 4
  /// Another run holds the lock.
  case lockHeld = 5
  /// The command line or the configuration is wrong (`EX_USAGE`).
  case usage = 64
  /// The input is invalid or not translatable (`EX_DATAERR`).
  case invalidInput = 65
  /// NSX, a cluster or a remote is unreachable (`EX_UNAVAILABLE`).
  case unreachable = 69
  /// Credentials are wrong or insufficient (`EX_NOPERM`).
  case permissionDenied = 77
  /// SIGINT, after a clean stop.
  case interrupted = 130
  /// SIGTERM, after a clean stop.
  case terminated = 143

  /// The status that reports a failure of this class.
  public init(_ kind: Failure.Kind) {
    switch kind {
    case .usage: self = .usage
    case .invalidInput: self = .invalidInput
    case .unreachable: self = .unreachable
    case .permissionDenied: self = .permissionDenied
    case .refused: self = .refused
    case .partial: self = .partial
    case .lockHeld: self = .lockHeld
    case .failed: self = .failed
    case .interrupted: self = .interrupted
    case .terminated: self = .terminated
    }
  }

  /// What the status means, in one line.
  public var meaning: String {
    switch self {
    case .success: "success"
    case .failed: "failed, nothing changed"
    case .differences:
      "differences exist (`plan`, `diff`, `status` and `health` with `--exit-code`, `reach --expect`, `traceflow`)"
    case .refused: "refused by a safety rule"
    case .partial: "partial: something changed, something failed"
    case .lockHeld: "lock not obtained"
    case .usage: "usage"
    case .invalidInput: "input invalid or not translatable"
    case .unreachable: "NSX or cluster unreachable"
    case .permissionDenied: "permission denied"
    case .interrupted: "interrupted (SIGINT) after a clean stop"
    case .terminated: "terminated (SIGTERM) after a clean stop"
    }
  }
}
