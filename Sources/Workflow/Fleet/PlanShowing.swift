import Documents
import Failures
import Planning
import Reporting

extension Run {
  /// Prints plans in the chosen form.
  func show(_ attempts: [ClusterAttempt<ClusterPlan>]) {
    guard !isJSON else {
      print(text: "", json: document(of: attempts))
      return
    }
    showAsText(attempts)
  }

  /// Prints plans as text or as events.
  ///
  /// - Parameters:
  ///   - heading: Whether a plan is named where it is the only one.
  ///   - withRefusals: Whether refusals are told, and not by errors that follow.
  func showAsText(
    _ attempts: [ClusterAttempt<ClusterPlan>], heading: Bool = false, withRefusals: Bool = true
  ) {
    for (index, attempt) in attempts.enumerated() {
      let name = heading || attempts.count > 1 ? attempt.name : nil
      guard let plan = attempt.value else { continue }
      if isNDJSON {
        context.writeOutput(
          PlanText.ndjson(plan.plan, connectivity: plan.connectivity, cluster: attempt.name))
        continue
      }
      let heading = name.map { "\(index > 0 ? "\n" : "")cluster \($0)\n\n" } ?? ""
      context.writeOutput(
        heading
          + PlanText.render(
            plan.plan, color: color, names: names(of: plan.desired),
            connectivity: plan.connectivity, approvedConnectivity: plan.approvedConnectivity,
            withRefusals: withRefusals))
    }
    guard attempts.count > 1, !isNDJSON else { return }
    context.writeOutput(
      "\n" + FleetText.plans(attempts.map { ($0.name, $0.value?.plan, $0.failure) }, color: color))
  }

  /// The plan file of some clusters; where one could not be planned for, with
  /// its failure in its place, which is no plan file any more.
  func document(of attempts: [ClusterAttempt<ClusterPlan>]) -> JSONValue {
    let document = PlanFile(attempts.compactMap(\.value?.saved)).document
    guard attempts.contains(where: { $0.failure != nil }), case .object(var object) = document
    else { return document }
    var parts = (object["clusters"]?.array ?? []).makeIterator()
    object["clusters"] = .array(
      attempts.map { attempt in
        guard let failure = attempt.failure else { return parts.next() ?? .null }
        return ["name": .string(attempt.name), "failure": failure.document]
      })
    object["format"] = nil
    object["digest"] = nil
    return .object(object)
  }
}
