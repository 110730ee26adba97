/// How old a sign of life may be.
public struct HealthRules: Sendable, Hashable {
  /// How often Antrea's parts report, in seconds. Antrea writes once a minute.
  public var heartbeat: Int64
  /// How often the tool is run, in seconds; 0 where the age of a run says nothing.
  public var runInterval: Int64

  /// Creates rules.
  public init(heartbeat: Int64 = 60, runInterval: Int64 = 3600) {
    self.heartbeat = heartbeat
    self.runInterval = runInterval
  }

  /// As for NSX, three missed reports make a part unknown.
  static let missed: Int64 = 3

  /// Whether a sign of life is too old to count.
  func isSilent(_ last: Int64?, now: Int64) -> Bool {
    guard let last else { return true }
    return now - last > Self.missed * heartbeat
  }

  /// Whether a run is so old that it is not known whether the tool still runs.
  func isOverdue(_ last: Int64, now: Int64) -> Bool {
    runInterval > 0 && now - last > Self.missed * runInterval
  }
}

/// A span of time in the unit that suits it.
enum Age {
  static func text(_ seconds: Int64) -> String {
    switch max(0, seconds) {
    case ..<120: "\(max(0, seconds)) s"
    case ..<7200: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3600) h"
    default: "\(seconds / 86_400) days"
    }
  }
}
