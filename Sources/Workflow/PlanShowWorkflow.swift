import Documents
import Failures
import Planning
import Reporting

extension Run {
  /// `plan show`: a saved plan, without any cluster.
  public func showPlan(_ path: String, exitCode: Bool, isMarkdown: Bool) throws -> ExitStatus {
    let file = try planFile(path)
    if isNDJSON {
      for entry in file.entries {
        context.writeOutput(PlanText.ndjson(entry.plan, cluster: entry.cluster))
      }
    } else if isMarkdown {
      context.writeOutput(PlanMarkdown.render(file))
    } else {
      let missing = file.missing.map { "cluster \($0.cluster): could not be planned for\n" }
      print(
        text: (file.entries.map { text(of: $0) } + missing).joined(separator: "\n"),
        json: file.document)
    }
    for missing in file.missing { tell(missing.failure, cluster: missing.cluster) }
    return status(of: file, exitCode: exitCode)
  }

  private func text(of entry: PlanFile.Entry) -> String {
    let origin = [("commit", "commit"), ("digest", "NSX state")].compactMap { key, word in
      entry.plan.bindings[key].map { "\(word) \($0)" }
    }
    return "cluster \(entry.cluster)"
      + (origin.isEmpty ? "" : ", from \(origin.joined(separator: ", "))") + "\n\n"
      + PlanText.render(
        entry.plan, color: color, names: Self.names(in: entry.names),
        approvedConnectivity: entry.connectivityText)
  }

  /// The status that a plan ends with, as when it was made.
  private func status(of file: PlanFile, exitCode: Bool) -> ExitStatus {
    let failures =
      file.missing.map(\.failure)
      + file.entries.map { entry -> Failure? in
        if let refusal = entry.plan.refusals.first { return refusal.failure }
        if entry.plan.bindings["incomplete"] != nil { return incompleteFailure(entry.cluster) }
        guard entry.plan.bindings["refusedRules"] != nil else { return nil }
        return Failure(
          .invalidInput, subject: "cluster \(entry.cluster)",
          cause: "rules were refused in translation")
      }
    let status = Self.status(of: failures, changed: false)
    if status != .success { return status }
    return exitCode && file.entries.contains(where: \.plan.hasDifferences)
      ? .differences : .success
  }
}
