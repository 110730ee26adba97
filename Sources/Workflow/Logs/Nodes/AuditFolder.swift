import KubernetesClient

/// The audit logs that an agent keeps on its node: `np.log`, which it writes, and
/// those that it put away when they were full, named by the time at which that
/// happened (`np-2026-02-03T04-05-06.000.log`, compressed after a while).
struct AuditFolder: Sendable, Hashable {
  /// A log that was put away.
  struct Rotated: Sendable, Hashable {
    /// Without `.gz`: the same before and after it is compressed.
    var name: String
    var isCompressed: Bool
    /// When it was put away, in seconds since 1970.
    var time: Int64

    /// The name of the file.
    var fileName: String { isCompressed ? "\(name).gz" : name }
  }

  /// Where Antrea keeps them, below `/var/log`.
  static let path = "antrea/networkpolicy"
  static let current = "np.log"

  /// Whether there is `np.log`: it comes with the first line.
  let hasCurrent: Bool
  /// Those that were put away, the earliest first.
  let rotated: [Rotated]

  /// - Parameter names: The files of the folder.
  init(_ names: [String]) {
    hasCurrent = names.contains(Self.current)
    var found: [String: Rotated] = [:]
    for name in names {
      let isCompressed = name.hasSuffix(".gz")
      let plain = isCompressed ? String(name.dropLast(3)) : name
      guard let time = Self.time(plain) else { continue }
      // One that is just being compressed is there twice, and cut.
      if isCompressed, found[plain] != nil { continue }
      found[plain] = Rotated(name: plain, isCompressed: isCompressed, time: time)
    }
    rotated = found.values.sorted { ($0.time, $0.name) < ($1.time, $1.name) }
  }

  /// Those that may hold lines of a time. Names have the time in UTC and lines in the
  /// node's zone, so that a day lies between what is surely too early, or too late.
  func rotated(since: Int64?, until: Int64?) -> [Rotated] {
    let day: Int64 = 86_400
    var wanted: [Rotated] = []
    for (index, file) in rotated.enumerated() {
      if let since, file.time < since - day { continue }
      // Its first line was written after the one before was put away.
      if let until, index > 0, rotated[index - 1].time > until + day { break }
      wanted.append(file)
    }
    return wanted
  }

  /// The time in a name.
  private static func time(_ name: String) -> Int64? {
    guard name.hasPrefix("np-"), name.hasSuffix(".log") else { return nil }
    let parts = name.dropFirst(3).dropLast(4).split(separator: "T")
    guard parts.count == 2 else { return nil }
    let clock = parts[1].prefix(8).split(separator: "-")
    guard clock.count == 3 else { return nil }
    return KubernetesTime.seconds("\(parts[0])T\(clock.joined(separator: ":"))Z")
  }
}
