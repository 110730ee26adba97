import Failures

/// What can be reported to NSX.
public enum ReportPart: String, Sendable, Hashable, CaseIterable {
  /// The objects of the cluster.
  case inventory
  /// How far policies are realized.
  case realization
  /// What was counted of policies.
  case statistics
  /// How the cluster is.
  case health
}

/// What `report` is asked for.
public struct ReportRequest: Sendable, Hashable {
  /// What is reported, in one pass.
  public var parts: Set<ReportPart>
  /// The clusters; empty for all.
  public var clusters: [String]
  /// Whether to send nothing.
  public var dryRun: Bool
  /// Whether groups of addresses that are configured are brought up to date as well.
  public var includesGroups = false

  /// Creates a request.
  public init(_ parts: Set<ReportPart>, clusters: [String] = [], dryRun: Bool = false) {
    self.parts = parts
    self.clusters = clusters
    self.dryRun = dryRun
  }

  /// The command, for messages and records.
  var command: String {
    if parts.count == 1, let part = parts.first { return "report \(part.rawValue)" }
    return "report all"
  }
}

extension Run {
  /// What `sync` reports at its end.
  ///
  /// - Throws: ``Failure`` of kind usage for a word that names no part.
  func syncedReportParts() throws -> Set<ReportPart> {
    var parts: Set<ReportPart> = settings.flag("inventory.enabled") ? [.inventory] : []
    for word in settings.list("report.parts") {
      guard let part = ReportPart(rawValue: word) else {
        throw Failure(
          .usage, subject: "report.parts", cause: "`\(word)` cannot be reported",
          remedy: "known are \(ReportPart.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      parts.insert(part)
    }
    return parts
  }
}
