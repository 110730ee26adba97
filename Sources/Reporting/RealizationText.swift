import AntreaModel
import Planning

/// Realization in words.
public enum RealizationText {
  /// How far it is: `12 of 14 policies and 8 of 9 groups realized`.
  public static func progress(_ report: RealizationReport) -> String {
    var parts: [String] = []
    for (list, one, many) in [
      (report.policies, "policy", "policies"), (report.groups, "group", "groups"),
    ] where !list.isEmpty {
      let done = list.count { $0.isDone }
      parts.append("\(done) of \(list.count) \(list.count == 1 ? one : many)")
    }
    return parts.isEmpty ? "nothing to realize" : parts.joined(separator: " and ") + " realized"
  }

  /// What a policy does that is done, where that is not all there is to say: `2
  /// select no pod now, 1 has no rules`; `nil` where there is nothing.
  public static func remarks(_ report: RealizationReport) -> String? {
    let idle = report.policies.count { $0.state == .noTargets }
    let empty = report.policies.count { $0.state == .unreported }
    var parts: [String] = []
    if idle > 0 {
      parts.append("\(idle) \(idle == 1 ? "selects" : "select") nothing that runs now")
    }
    if empty > 0 {
      parts.append("\(empty) \(empty == 1 ? "has" : "have") no rules, which Antrea never reports")
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  /// One line for an object: `policy "Shop" (ClusterNetworkPolicy/shop-1a2b):
  /// realizing, 1 of 3 nodes`, with its conditions.
  public static func line(_ object: ObjectRealization, names: PlanNames = .none) -> String {
    let kind = object.reference.kind.hasSuffix("Group") ? "group" : "policy"
    let name =
      names.entry(of: object.reference).map {
        "\(kind) \"\(TextStyle.printable($0.displayName))\" (\(object.reference))"
      } ?? object.reference.description
    let conditions = object.conditions.map { condition in
      let detail = [condition.reason, condition.message].filter { !$0.isEmpty }
      return "; \(condition.type) is \(condition.status)"
        + (detail.isEmpty ? "" : " (\(detail.map(TextStyle.printable).joined(separator: ": ")))")
    }
    return "\(name): \(state(object))\(conditions.joined())"
  }

  /// The state with what can be counted: `1 of 3 nodes`.
  public static func state(_ object: ObjectRealization) -> String {
    let nodes = "\(object.currentNodes) of \(object.desiredNodes) nodes"
    switch object.state {
    case .missing: return "not in the cluster"
    case .pending:
      if object.reference.kind.hasSuffix("Group") { return "members not computed" }
      guard let observed = object.observedGeneration, let generation = object.generation,
        observed != generation
      else { return "pending" }
      return "pending (generation \(generation), Antrea is at \(observed))"
    case .realizing: return "realizing, \(nodes)"
    case .failed: return "failed, \(nodes)"
    case .realized: return object.reference.kind.hasSuffix("Group") ? "computed" : nodes
    case .noTargets: return "no targets"
    case .unreported: return "no rules"
    }
  }
}
