extension ClusterExamination {
  /// The groups that antrea-controller serves, with what comes from each.
  private static let served = [
    ("stats.antrea.io", "statistics"),
    ("controlplane.antrea.io", "members of groups"), ("system.antrea.io", "support bundles"),
  ]

  /// ``DoctorCheck/antreaAPIs``.
  func antreaAPIs(_ facts: Facts) throws -> [DoctorVerdict] {
    let discovery = try facts.discovery.get()
    var verdicts: [DoctorVerdict] = []
    for (group, use) in Self.served {
      if !discovery.isComplete(group: group) {
        verdicts.append(.warning("\(group) does not answer: no \(use)"))
      } else if discovery.servedVersions(group: group).isEmpty {
        verdicts.append(.warning("\(group) is not registered: no \(use)"))
      }
    }
    return verdicts.isEmpty
      ? [.ok(Self.served.map(\.0).joined(separator: ", ") + " answer")] : verdicts
  }
}
