import Planning

/// Where policies have got to, as tables.
public enum StatusText {
  /// The policies of one cluster, and a line that sums them up.
  ///
  /// - Parameter commit: The commit that the tree is from.
  public static func render(
    _ status: ClusterStatus, cluster: String, commit: String?, color: Bool
  ) -> String {
    let asksNSX = status.policies.contains { $0.isInNSX != nil }
    var table = TextTable(
      ["POLICY", "TIER"] + (asksNSX ? ["NSX"] : []) + ["GIT", "CLUSTER", "REALIZED"])
    for policy in status.policies {
      table.add(
        [policy.displayName, policy.tier] + (asksNSX ? [policy.isInNSX == true ? "yes" : "no"] : [])
          + [word(policy.git), word(policy.cluster), realized(policy)])
    }
    let place = commit.map { ", at commit \($0.prefix(10))" } ?? ""
    let good = status.policies.count { $0.isGood }
    var notes = [
      "\(good) of \(status.policies.count) policies are in git, in the cluster and realized\(place)."
    ]
    let groups = status.groups.groups
    let computed = groups.count { $0.isDone }
    if computed < groups.count {
      notes.append("The members of \(computed) of \(groups.count) groups are computed.")
    }
    let idle = status.policies.count { $0.isGood && $0.slowest?.state == .noTargets }
    if idle > 0 {
      notes.append("\(idle) of them \(idle == 1 ? "selects" : "select") nothing that runs now.")
    }
    let text = table.render(style: TextStyle(color: color))
    return text + "\(cluster): " + notes.joined(separator: " ") + "\n"
  }

  /// One row for each cluster.
  public static func summary(
    _ rows: [(name: String, status: ClusterStatus?, failure: String?)], color: Bool
  ) -> String {
    var table = TextTable(["CLUSTER", "POLICIES", "IN GIT", "IN CLUSTER", "REALIZED", "RESULT"])
    for row in rows {
      guard let policies = row.status?.policies else {
        table.add([row.name, "-", "-", "-", "-", row.failure ?? "-"])
        continue
      }
      let realized = policies.count { policy in
        !policy.objects.isEmpty && policy.objects.allSatisfy(\.isDone)
      }
      let counts = [
        policies.count, policies.count { $0.git == .current },
        policies.count { $0.cluster == .current }, realized,
      ]
      table.add(
        [row.name] + counts.map(String.init) + [row.status?.isGood == true ? "ok" : "not yet"])
    }
    return table.render(style: TextStyle(color: color))
  }

  private static func word(_ state: PolicyStatus.GitState) -> String {
    switch state {
    case .current: "yes"
    case .outdated: "outdated"
    case .missing: "no"
    case .stale: "gone from NSX"
    case .refused: "refused"
    }
  }

  private static func word(_ state: PolicyStatus.ClusterState) -> String {
    switch state {
    case .current: "yes"
    case .different: "differs"
    case .missing: "no"
    case .stale: "gone from git"
    case .blocked: "blocked"
    case .absent: "-"
    }
  }

  private static func realized(_ policy: PolicyStatus) -> String {
    guard let slowest = policy.slowest else { return "-" }
    let parts = policy.objects.count > 1 ? " (slowest of \(policy.objects.count) objects)" : ""
    let groups = policy.pendingGroups.count
    let waiting =
      groups == 0 ? "" : ", members of \(groups) \(groups == 1 ? "group" : "groups") not computed"
    let conditions = slowest.conditions.map { "; \($0.type): \($0.reason)" }.joined()
    return RealizationText.state(slowest) + parts + waiting + conditions
  }
}
