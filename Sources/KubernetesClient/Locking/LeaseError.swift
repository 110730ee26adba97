import Failures

/// Why a Lease is not ours.
public enum LeaseError: Error, Sendable, Hashable {
  /// Another run holds it.
  case held(LeaseHolding)
  /// It was ours, and another run took it.
  case lost(lease: String, holder: String)
  /// It was ours, and could not be renewed in time, so that it may be another's.
  case notRenewed(lease: String, seconds: Int64)
}

/// Who holds a Lease, as it says itself.
public struct LeaseHolding: Sendable, Hashable {
  /// Namespace of the Lease.
  public var namespace: String
  /// Name of the Lease.
  public var name: String
  /// The holder's identity.
  public var holder: String
  /// When the holder took it, by the holder's clock; `nil` where it does not say.
  public var since: String?
  /// When the holder renewed it last, by the holder's clock.
  public var renewed: String?

  /// Creates a description.
  public init(
    namespace: String, name: String, holder: String, since: String? = nil, renewed: String? = nil
  ) {
    self.namespace = namespace
    self.name = name
    self.holder = holder
    self.since = since
    self.renewed = renewed
  }
}

extension LeaseError: FailureConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    switch self {
    case .held(let holding):
      let since = holding.since.map { " since \($0)" } ?? ""
      let renewed = holding.renewed.map { ", renewed at \($0)" } ?? ""
      return Failure(
        .lockHeld, subject: "Lease \(holding.namespace)/\(holding.name)",
        cause: "\(holding.holder) holds it\(since)\(renewed)",
        remedy: "let that run end, or wait for it with --lock-timeout; one that died loses it by "
          + "itself. If you know better: kubectl --namespace \(holding.namespace) delete lease "
          + holding.name)
    case .lost(let lease, let holder):
      return Failure(
        .lockHeld, subject: "Lease \(lease)",
        cause: "\(holder) took it from this run, which stopped writing",
        remedy: "let the other run end, and run again")
    case .notRenewed(let lease, let seconds):
      return Failure(
        .lockHeld, subject: "Lease \(lease)",
        cause: "could not be renewed for \(seconds) s, so this run stopped writing",
        remedy: "check the connection to the cluster, and run again")
    }
  }
}
