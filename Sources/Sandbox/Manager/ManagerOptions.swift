/// How the sandbox's NSX Manager behaves.
public struct ManagerOptions: Sendable {
  /// Users with their passwords.
  public var users: [String: String] = ["admin": "Sandbox!2026"]
  /// Bearer tokens that are let in, each with its user.
  public var tokens: [String: String] = ["sandbox-nsx-token": "admin"]
  /// Principal identities by the common names of their certificates.
  public var principals: Set<String> = ["nsx-antrea"]
  /// The roles of every user; with `auditor` alone, nothing may be written.
  public var roles = ["enterprise_admin"]
  /// What may not be read: beginnings of paths.
  public var unreadable: [String] = []
  /// Wrong passwords in a row after which the user is locked.
  public var lockoutThreshold = 5
  /// Whether users may send their password with every request.
  public var basicAuthentication = true
  /// Whether sessions can be created.
  public var cookieAuthentication = true
  /// Requests a second and user, 0 for any number; more are refused with 429.
  public var rateLimit = 100
  /// Requests in flight, 0 for any number; more are refused with 503.
  public var concurrencyLimit = 40
  /// How long a request takes at least.
  public var latency: Duration = .zero
  /// The largest page of a list, whatever the client asks for; a page that is
  /// shorter than asked for is no end.
  public var maximumPageSize = 1000
  /// How long a deleted object's path stays taken.
  public var pendingDeletion: Duration = .seconds(1)
  /// `product_version` and `node_version`.
  public var version = "9.1.0.0.24881234"
  /// Ids of the control planes whose adapters have sent no heartbeat for long:
  /// their status is UNKNOWN.
  public var silentControlPlanes: Set<String> = []
  /// The clock, in milliseconds since 1970.
  public var now: @Sendable () -> Int64 = { SystemTime.milliseconds() }

  /// Creates the defaults.
  public init() {}
}
