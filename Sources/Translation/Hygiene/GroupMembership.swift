import NSXModel

/// The pods of a cluster that NSX groups select.
struct GroupMembership {
  private let snapshot: NSXSnapshot
  private let table: LabelTable
  private let count: Int
  /// The groups that stand in others, for each reading.
  private var nested: [LabelTable.Reading: [String: PodSet?]] = [:]

  init(_ snapshot: NSXSnapshot, _ workloads: ClusterWorkloads) {
    self.snapshot = snapshot
    let keys = snapshot.groups.values.flatMap { LabelCondition.all(in: $0.expression) }
      .map { $0.label.key.lowercased() }
    table = LabelTable(workloads, keys: Set(keys))
    count = workloads.pods.count
  }

  /// The pods that meet a condition.
  func pods(_ condition: LabelCondition, _ reading: LabelTable.Reading) -> PodSet {
    table.pods(condition, reading)
  }

  /// The pods that the labels in a group and in those nested in it select;
  /// `nil` where they do not tell: behind Services, or by something unknown.
  mutating func pods(of path: String, _ reading: LabelTable.Reading) -> PodSet? {
    guard let group = snapshot.groups[path], !group.common.isMarkedForDelete,
      !group.hasExtendedExpression
    else { return nil }
    return pods(of: group.expression, reading)
  }

  private mutating func nestedPods(_ path: String, _ reading: LabelTable.Reading) -> PodSet? {
    if let known = nested[reading]?[path] { return known }
    // A circle ends here: inside it, nothing can be told.
    nested[reading, default: [:]][path] = .some(nil)
    let result = pods(of: path, reading)
    nested[reading, default: [:]][path] = .some(result)
    return result
  }

  private mutating func pods(
    of expression: [Expression], _ reading: LabelTable.Reading
  ) -> PodSet? {
    var result = PodSet(count: count)
    var run: PodSet?
    for element in expression {
      switch element {
      case .conjunction(.and): continue
      case .conjunction(.or):
        if let run { result.formUnion(run) }
        run = nil
      case .conjunction(.unknown), .unknown: return nil
      case .condition(let condition):
        guard let label = LabelCondition(condition) else { return nil }
        let found = table.pods(label, reading)
        run = run.map { intersection($0, found) } ?? found
      case .nested(let inner):
        guard let found = pods(of: inner, reading) else { return nil }
        run = run.map { intersection($0, found) } ?? found
      case .addresses: run = run ?? PodSet(count: count)
      case .paths(let paths):
        var found = PodSet(count: count)
        for path in paths {
          guard let inner = nestedPods(path, reading) else { return nil }
          found.formUnion(inner)
        }
        run = run.map { intersection($0, found) } ?? found
      }
    }
    if let run { result.formUnion(run) }
    return result
  }

  private func intersection(_ left: PodSet, _ right: PodSet) -> PodSet {
    var result = left
    result.formIntersection(right)
    return result
  }
}
