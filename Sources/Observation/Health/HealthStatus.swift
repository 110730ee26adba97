/// How a part of a cluster is, in NSX's words (`AntreaClusterInfo.status`).
public enum HealthStatus: String, Sendable, Hashable, CaseIterable {
  /// It works.
  case healthy = "HEALTHY"
  /// It works in part.
  case degraded = "DEGRADED"
  /// Nobody knows: there is no sign of life.
  case unknown = "UNKNOWN"
  /// It does not work.
  case failed = "FAILED"

  /// The worst of several; healthy for none.
  static func worst(_ states: some Sequence<HealthStatus>) -> HealthStatus {
    let order = allCases
    return states.max { left, right in
      (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    } ?? .healthy
  }

  /// The word that the container-cluster status of NSX has for it: `DOWN` in the
  /// place of `FAILED`.
  public var containerClusterStatus: String { self == .failed ? "DOWN" : rawValue }
}
