import AntreaModel
import Documents
import NSXModel

/// Compares the groups of a cluster's policies with what runs there.
struct ClusterHygiene {
  private let snapshot: NSXSnapshot
  private let workloads: ClusterWorkloads
  private var membership: GroupMembership
  private var findings: Set<Finding> = []

  private init(_ snapshot: NSXSnapshot, _ workloads: ClusterWorkloads) {
    self.snapshot = snapshot
    self.workloads = workloads
    membership = GroupMembership(snapshot, workloads)
  }

  /// What the groups that policies use select in a cluster, as far as it is
  /// noteworthy.
  static func findings(
    _ policies: [SecurityPolicy], _ snapshot: NSXSnapshot, _ workloads: ClusterWorkloads
  ) -> [Finding] {
    var check = ClusterHygiene(snapshot, workloads)
    let used = References(policies).groups.filter { snapshot.groups[$0] != nil }
    for path in used.sorted(by: { utf8Order($0, $1) < 0 }) { check.readGroup(path) }
    return Array(check.findings)
  }

  private mutating func readGroup(_ path: String) {
    let groups = closure(of: path)
    if workloads.pods.isEmpty {
      for group in groups { readConditions(of: group) }
      return
    }
    if let nsx = membership.pods(of: path, .folded),
      let selectors = membership.pods(of: path, .exact)
    {
      let differing = nsx.symmetricDifference(selectors)
      if !differing.isEmpty { for group in groups { compareCase(of: group, differing) } }
      let hasOthers = groups.contains { group in
        hasOtherMembers(group.expression) || snapshot.memberIPs[group.path]?.isEmpty == false
      }
      if nsx.isEmpty, selectors.isEmpty, !hasOthers,
        groups.contains(where: { !LabelCondition.all(in: $0.expression).isEmpty })
      {
        findings.insert(
          Finding(
            .groupMatchesNothing, path: path,
            message: "selects no pod of the cluster"))
      }
    }
    for group in groups { readConditions(of: group) }
  }

  /// A group and those nested in it.
  private func closure(of path: String) -> [Group] {
    var seen: Set<String> = [path]
    var open = [path]
    var result: [Group] = []
    while let next = open.popLast() {
      guard let group = snapshot.groups[next], !group.common.isMarkedForDelete else { continue }
      result.append(group)
      for inner in GroupHygiene.paths(group.expression) where seen.insert(inner).inserted {
        open.append(inner)
      }
    }
    return result
  }

  private func hasOtherMembers(_ expression: [Expression]) -> Bool {
    expression.contains { element in
      switch element {
      case .addresses, .unknown: true
      case .nested(let inner): hasOtherMembers(inner)
      default: false
      }
    }
  }

  // MARK: Case

  /// Tells by which conditions of a group NSX and the selectors differ over
  /// pods that are in only one of the two.
  private mutating func compareCase(of group: Group, _ differing: PodSet) {
    for (condition, label) in LabelCondition.all(in: group.expression) {
      let nsx = membership.pods(label, .folded)
      let selectors = membership.pods(label, .exact)
      var causes = nsx.symmetricDifference(selectors)
      causes.formIntersection(differing)
      if causes.isEmpty { continue }
      // Pods with one spelling stand in one finding.
      var spellings: [String: [Int]] = [:]
      for position in causes.positions {
        spellings[spelling(label, of: workloads.pods[position]), default: []].append(position)
      }
      for (spelling, positions) in spellings {
        let isMissed = positions.first.map { nsx.contains($0) } ?? true
        let names = positions.map { "\(workloads.pods[$0].namespace)/\(workloads.pods[$0].name)" }
        let who =
          "\(names.count) pod\(names.count == 1 ? "" : "s") labelled \(spelling)"
        findings.insert(
          Finding(
            .labelCase, path: group.path,
            message: "\(text(condition)): "
              + (isMissed
                ? "NSX matches \(who), the selector does not"
                : "the selector matches \(who), NSX does not") + ": " + Hygiene.list(names)))
      }
    }
  }

  /// The label of a pod or its namespace that a condition is about, as written
  /// there.
  private func spelling(_ label: LabelCondition, of pod: ClusterWorkloads.Pod) -> String {
    let labels =
      label.isNamespace ? workloads.labels(ofNamespace: pod.namespace) : pod.labels
    let key = label.key.lowercased()
    // Several keys may differ by case alone.
    let found = labels.filter { $0.key.lowercased() == key }.sorted { $0.key < $1.key }
    return (label.isNamespace ? "by their namespace " : "")
      + found.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }

  // MARK: Nothing

  private mutating func readConditions(of group: Group) {
    for (condition, label) in LabelCondition.all(in: group.expression) where !label.isNegated {
      if matchesSomething(label) { continue }
      findings.insert(
        Finding(
          .conditionMatchesNothing, path: group.path,
          message: "\(text(condition)) matches no \(label.isNamespace ? "namespace" : "pod")"))
    }
    if !workloads.services.isEmpty { readServices(group.expression, of: group) }
  }

  /// Whether a label is there in any case; `true` where that is unknown.
  private func matchesSomething(_ label: LabelCondition) -> Bool {
    if !label.isNamespace {
      return workloads.pods.isEmpty || !membership.pods(label, .folded).isEmpty
    }
    if workloads.namespaces.isEmpty { return true }
    let key = label.key.lowercased()
    let values = label.values.map { $0.lowercased() }
    return workloads.namespaces.values.contains { labels in
      labels.contains {
        $0.key.lowercased() == key && (values.isEmpty || values.contains($0.value.lowercased()))
      }
    }
  }

  private mutating func readServices(_ expression: [Expression], of group: Group) {
    var names: [String] = []
    var namespaces: [String] = []
    func read() -> [String] {
      guard namespaces.count == 1 else { return [] }
      return names.map { "\(namespaces[0])/\($0)" }
    }
    var wanted: [String] = []
    for element in expression {
      switch element {
      case .nested(let inner): readServices(inner, of: group)
      case .conjunction(.or):
        wanted += read()
        (names, namespaces) = ([], [])
      case .condition(let condition) where condition.comparison == "EQUALS":
        let value = condition.value.lowercased()
        switch (condition.memberType, condition.key) {
        case ("Service", "Name"): names.append(value)
        case ("Namespace", "Name"): namespaces.append(value)
        default: continue
        }
      default: continue
      }
    }
    for name in wanted + read() where !workloads.services.contains(name) {
      findings.insert(
        Finding(
          .missingService, path: group.path,
          message: "Service \(name) is not in the cluster"))
    }
  }

  private func text(_ condition: Condition) -> String {
    "\(condition.memberType) \(condition.key) \(condition.comparison ?? condition.scopeComparison) "
      + condition.value
  }
}
