import AntreaModel
import Documents
import Planning

/// A plan for people.
public enum PlanText {
  /// One paragraph for each object that changes or is blocked, in the order of
  /// execution, then what that means for connectivity, then the refusals, then
  /// one line with the counts.
  ///
  /// - Parameter withRefusals: Whether the refusals are told; not where an error
  ///   that says the same ends the run.
  public static func render(
    _ plan: Plan, color: Bool, names: PlanNames = .none, connectivity: PlanConnectivity? = nil,
    approvedConnectivity: String? = nil, withRefusals: Bool = true
  ) -> String {
    let writer = PlanTextWriter(style: TextStyle(color: color), names: names, steps: plan.steps)
    var text = ""
    for step in plan.steps {
      if step.action == .unchanged { continue }
      text += writer.step(step)
    }
    if !text.isEmpty { text += "\n" }
    if let order = order(plan, writer.style) { text += order + "\n" }
    if let connectivity { text += ConnectivityText.render(connectivity, color: color) + "\n" }
    if connectivity == nil, let approvedConnectivity { text += approvedConnectivity + "\n" }
    for refusal in withRefusals ? plan.refusals : [] {
      // The counterexamples stand above.
      let hasExamples = connectivity != nil || approvedConnectivity != nil
      let refusal = hasExamples ? refusal.withoutExamples : refusal
      text += writer.style(.warning, "Refused: ") + refusal.failure.cause + "\n"
      if let remedy = refusal.failure.remedy { text += "  hint: \(remedy)\n" }
    }
    return text + summary(plan.counts) + "\n"
  }

  /// What is done, and what cannot be done, to keep a run without a gap between
  /// old and new policies, in lines; `nil` where the order of the steps is
  /// enough.
  static func order(_ plan: Plan, _ style: TextStyle = TextStyle(color: false)) -> String? {
    var text = ""
    let bridged = plan.counts.makeBeforeBreak
    if bridged > 0 {
      let subject = bridged == 1 ? "1 object needs" : "\(bridged) objects need"
      text += "Order: \(subject) another one beside it for a while (make before break).\n"
    }
    for gap in plan.gaps { text += style(.warning, "Gap: ") + gap.message + ".\n" }
    return text.isEmpty ? nil : text
  }

  /// The stable last line: `Plan: 3 to create, 1 to update, 0 to adopt, 2 to
  /// delete, 40 unchanged, 0 blocked.`
  public static func summary(_ counts: Plan.Counts) -> String {
    "Plan: \(counts.create) to create, \(counts.update) to update, \(counts.adopt) to adopt, "
      + "\(counts.delete) to delete, \(counts.unchanged) unchanged, \(counts.blocked) blocked."
  }

  /// One compact JSON document a line: each step that is not unchanged, then
  /// what that means for connectivity, then the summary with the digest.
  ///
  /// - Parameter cluster: Name of the cluster, for plans of several.
  public static func ndjson(
    _ plan: Plan, connectivity: PlanConnectivity? = nil, cluster: String? = nil
  ) -> String {
    let cluster = cluster.map { JSONValue.string($0) }
    var lines: [JSONValue] = []
    for step in plan.steps where step.action != .unchanged {
      guard case .object(var object) = step.document else { continue }
      object["schemaVersion"] = 1
      object["type"] = "step"
      object["cluster"] = cluster
      lines.append(.object(object))
    }
    let middle = connectivity.map { ConnectivityText.ndjson($0, cluster: cluster) } ?? ""
    var summary = JSONObject()
    summary["schemaVersion"] = 1
    summary["type"] = "summary"
    summary["cluster"] = cluster
    summary["counts"] = plan.counts.document
    summary["digest"] = .string(plan.digest)
    summary["refusals"] = .array(plan.refusals.map { .string($0.code.rawValue) })
    summary["gaps"] = .array(plan.gaps.map { .string($0.code.rawValue) })
    return lines.map { $0.description + "\n" }.joined() + middle
      + "\(JSONValue.object(summary))\n"
  }
}
