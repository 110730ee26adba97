import Documents

/// One run of the tool for one cluster, as the cluster remembers it.
///
/// It stands in the place of VMware's two adapter parts: the one that receives
/// policies, and the one that reports.
public struct ToolRun: Sendable, Hashable {
  /// The part of the tool that ran.
  public enum Part: String, Sendable, Hashable, CaseIterable {
    /// NSX to cluster: `apply`, `sync` and `rollback`.
    case policies
    /// Cluster to NSX: `report`, and `sync` where it reports.
    case reporting
  }

  /// The part.
  public var part: Part
  /// The command, for example `sync`.
  public var command: String
  /// When it ended, in seconds since 1970.
  public var time: Int64
  /// Its exit status for this cluster.
  public var exitCode: Int32
  /// What that status means.
  public var outcome: String
  /// Version of the tool.
  public var version: String
  /// Digest of the NSX objects that the cluster's policies are made from; `nil`
  /// where it did not come to that.
  public var digest: String?

  /// Creates a run.
  public init(
    part: Part, command: String, time: Int64, exitCode: Int32, outcome: String, version: String,
    digest: String? = nil
  ) {
    self.part = part
    self.command = command
    self.time = time
    self.exitCode = exitCode
    self.outcome = outcome
    self.version = version
    self.digest = digest
  }

  /// Whether it did what it should.
  public var isSuccess: Bool { exitCode == 0 }

  /// Whether a later run has nothing new to tell: the same end, and it ended so
  /// little later that the age of the record says the same.
  ///
  /// - Parameter interval: Seconds within which a record counts as fresh.
  public func isCovered(by record: ToolRun, interval: Int64) -> Bool {
    exitCode == record.exitCode && digest == record.digest && time >= record.time
      && time - record.time < interval
  }
}

/// The runs of the tool as a ConfigMap holds them.
///
/// Each part of each source of each cluster has a key of its own, so that several
/// sources and commands do not write over each other.
public enum RunRecord {
  /// Name of the ConfigMap.
  public static let name = "nsx-antrea-last-run"

  /// The key of a part.
  ///
  /// - Parameters:
  ///   - cluster: Name of the cluster in the configuration, which is made of
  ///     characters that a key may have.
  ///   - source: The owner's mark of the NSX that the run is about; `nil` where it is
  ///     not known.
  public static func key(_ part: ToolRun.Part, cluster: String, source: String?) -> String {
    ([cluster] + (source.map { [$0] } ?? []) + [part.rawValue]).joined(separator: ".")
  }

  /// The value of a key.
  public static func text(_ run: ToolRun) -> String {
    var object = JSONObject()
    object["command"] = .string(run.command)
    object["time"] = .string(UTCTime.text(seconds: run.time))
    object["exitCode"] = .integer(Int64(run.exitCode))
    object["outcome"] = .string(run.outcome)
    object["version"] = .string(run.version)
    object["digest"] = run.digest.map { .string($0) }
    return "\(JSONValue.object(object))"
  }

  /// Reads the value of a key; `nil` for one that is none of ours.
  public static func run(_ part: ToolRun.Part, _ text: String) -> ToolRun? {
    guard let value = try? JSONValue(json: Array(text.utf8)),
      let command = value["command"]?.string,
      let time = value["time"]?.string.flatMap(UTCTime.seconds),
      let exitCode = value["exitCode"]?.integer.flatMap({ Int32(exactly: $0) })
    else { return nil }
    return ToolRun(
      part: part, command: command, time: time, exitCode: exitCode,
      outcome: value["outcome"]?.string ?? "", version: value["version"]?.string ?? "",
      digest: value["digest"]?.string)
  }

  /// The runs that a ConfigMap holds of a cluster and source: at most one of each
  /// part.
  ///
  /// - Parameter source: `nil` for whichever: the worst counts then, and among the
  ///   equally good the oldest.
  public static func runs(in data: JSONValue?, cluster: String, source: String?) -> [ToolRun] {
    ToolRun.Part.allCases.compactMap { part in
      func run(_ key: String) -> ToolRun? { data?[key]?.string.flatMap { self.run(part, $0) } }
      if let source, let known = run(key(part, cluster: cluster, source: source)) { return known }
      let unsourced = run(key(part, cluster: cluster, source: nil))
      if source != nil { return unsourced }
      let others = (data?.object?.keys ?? []).filter { isKey($0, of: part, cluster: cluster) }
        .compactMap(run)
      return (others + [unsourced].compactMap(\.self)).min { left, right in
        left.isSuccess == right.isSuccess ? left.time < right.time : !left.isSuccess
      }
    }
  }

  /// Whether a key is that of a part and any source: 16 hexadecimal digits.
  private static func isKey(_ key: String, of part: ToolRun.Part, cluster: String) -> Bool {
    guard key.hasPrefix("\(cluster)."), key.hasSuffix(".\(part.rawValue)") else { return false }
    let source = key.dropFirst(cluster.count + 1).dropLast(part.rawValue.count + 1)
    return source.utf8.count == 16 && source.utf8.allSatisfy { $0 &- 48 < 10 || $0 &- 97 < 6 }
  }
}
