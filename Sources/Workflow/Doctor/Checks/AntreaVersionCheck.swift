import AntreaModel

extension ClusterExamination {
  /// The first release that serves what is written.
  private static let first = AntreaRelease(1, 13)
  /// How many minor versions agents may be behind the controller (antrea facts, 13.3).
  private static let skew = 4

  /// The number of a minor version: 2.0 came after 1.15.
  private static func place(_ release: AntreaRelease) -> Int {
    release.major < 2 ? release.minor : 16 + release.minor
  }

  /// ``DoctorCheck/antreaVersion``.
  func antreaVersion(_ facts: Facts) throws -> [DoctorVerdict] {
    guard let text = try facts.controller.get()?.document["version"]?.string, !text.isEmpty else {
      return [.failed("there is no AntreaControllerInfo: Antrea does not run here")]
    }
    guard let release = AntreaRelease(text) else {
      return [.warning("Antrea says that it is \(text), which is no version that can be compared")]
    }
    var verdicts: [DoctorVerdict] =
      release < Self.first ? [.failed("Antrea \(text)")] : [.ok("Antrea \(text)")]
    let agents: [KubernetesObject]
    do { agents = try facts.agents.get() } catch {
      return verdicts + [
        .skipped(
          "whether its agents are as new was not seen: AntreaAgentInfos cannot be listed",
          "nsx-antrea-read of examples/rbac.yaml has the right")
      ]
    }
    let ahead = agents.filter { agent in
      guard let other = agent.document["version"]?.string.flatMap({ AntreaRelease($0) }) else {
        return false
      }
      return Self.place(other) > Self.place(release)
    }
    if let one = ahead.first {
      verdicts.append(
        .warning(
          "\(ahead.count) agents are newer than the controller: \(one.name) has \(one.document["version"]?.string ?? "?")",
          "upgrade antrea-controller first: it must not be older than its agents"))
    }
    let behind = agents.filter { agent in
      guard let other = agent.document["version"]?.string.flatMap({ AntreaRelease($0) }) else {
        return false
      }
      return Self.place(release) - Self.place(other) > Self.skew
    }
    if let one = behind.first {
      verdicts.append(
        .warning(
          "\(behind.count) agents are more than \(Self.skew) minor versions behind: \(one.name) has \(one.document["version"]?.string ?? "?")"
        ))
    }
    return verdicts
  }
}
