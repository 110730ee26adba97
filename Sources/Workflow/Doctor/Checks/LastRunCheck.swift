import AntreaModel
import Documents
import KubernetesClient
import Observation
import Reporting

extension ClusterExamination {
  /// ``DoctorCheck/lastRun``: by what runs leave at their end in the cluster.
  func lastRun(_ facts: Facts) async throws -> [DoctorVerdict] {
    guard run.settings.flag("health.recordRuns") else {
      return [unknownRun("runs leave no record: health.recordRuns is off", "switch it on")]
    }
    let namespace = run.settings.text("apply.lockNamespace") ?? "kube-system"
    let place = "ConfigMap \(namespace)/\(RunRecord.name)"
    let map: KubernetesObject?
    do {
      map = try await facts.client.find(Run.configMaps, namespace: namespace, name: RunRecord.name)
    } catch let error as KubernetesAPIError where error.isForbidden {
      return [
        unknownRun(
          "\(place) may not be read: \(error.failure.cause)",
          "nsx-antrea-read of examples/rbac.yaml has the right")
      ]
    }
    let data = map?.document["data"]
    var verdicts: [DoctorVerdict] = []
    let source = run.runSource(of: cluster.name)
    let runs = RunRecord.runs(in: data, cluster: cluster.name, source: source)
    for part in ToolRun.Part.allCases {
      if let ended = runs.first(where: { $0.part == part }) {
        verdicts.append(verdict(on: ended))
      } else if [source, nil].contains(where: {
        data?[RunRecord.key(part, cluster: cluster.name, source: $0)] != nil
      }) {
        verdicts.append(
          .warning(
            "the record of the last run (\(part.rawValue)) in \(place) cannot be read",
            "delete the ConfigMap; the next run makes it anew"))
      }
    }
    if verdicts.isEmpty {
      return [
        .warning(
          "no run has ended for this cluster yet: \(place) knows of none",
          "`nsx-antrea sync` is one; see that the job runs, and may write the ConfigMap (nsx-antrea-lock of examples/rbac.yaml)"
        )
      ]
    }
    return verdicts
  }

  /// What cannot be known is no comfort to who asks for an age.
  private func unknownRun(_ reason: String, _ hint: String) -> DoctorVerdict {
    maxAge == nil ? .skipped(reason, hint) : .warning(reason, hint)
  }

  private func verdict(on ended: ToolRun) -> DoctorVerdict {
    let age = run.context.now() - ended.time
    let text =
      "\(ended.command) (\(ended.part.rawValue)) ended on \(UTCTime.text(seconds: ended.time)), "
      + "\(Self.words(of: age)), with exit code \(ended.exitCode)"
    if !ended.isSuccess {
      let failed = "\(text): \(ended.outcome)"
      let hint = "look at that run's log, and run `nsx-antrea \(ended.command)` by hand"
      // What stands in the cluster is enforced all the same where only NSX was not told.
      return ended.part == .policies ? .failed(failed, hint) : .warning(failed, hint)
    }
    guard let limit = longestAge, Duration.seconds(age) > limit else { return .ok(text) }
    return .warning(
      "\(text): longer ago than \(Self.words(ofLimit: limit.components.seconds))",
      maxAge == nil
        ? "see that the job runs; health.runInterval says how often it should (0s: its age says nothing)"
        : nil)
  }

  /// After how long a run is missed: what was asked for, else three of the
  /// intervals that `health` judges by.
  private var longestAge: Duration? {
    if let maxAge { return maxAge }
    let interval = run.healthRules.runInterval
    return interval > 0 ? .seconds(3 * interval) : nil
  }

  /// `60 minutes`.
  private static func words(ofLimit seconds: Int64) -> String {
    seconds < 120 ? "\(seconds) s" : "\(seconds / 60) minutes"
  }

  /// `5 minutes ago`.
  static func words(of age: Int64) -> String {
    switch age {
    case ..<(-60): "\(-age) s in the future by our clock"
    case ..<120: "\(max(age, 0)) s ago"
    case ..<7200: "\(age / 60) minutes ago"
    case ..<172_800: "\(age / 3600) hours ago"
    default: "\(age / 86_400) days ago"
    }
  }
}
