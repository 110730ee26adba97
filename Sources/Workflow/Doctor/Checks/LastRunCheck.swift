import AntreaModel
import Documents
import Reporting

extension ClusterExamination {
  /// ``DoctorCheck/lastRun``: by the time at which the Lease was given back.
  func lastRun(_ facts: Facts) async throws -> [DoctorVerdict] {
    let times = try await leases(facts).compactMap {
      $0.document[path: "spec", "renewTime"]?.string.flatMap { KubernetesTime.seconds($0) }
    }
    guard let last = times.max() else {
      let text = "no run has written here under the lock"
      return [maxAge == nil ? .skipped(text) : .warning(text)]
    }
    let age = max(run.context.now() - last, 0)
    let text =
      "the last run that wrote ended on \(UTCTime.text(seconds: last)), \(age / 60) minutes ago"
    if let maxAge, Duration.seconds(age) > maxAge {
      return [.warning("\(text): longer than \(maxAge.components.seconds / 60) minutes")]
    }
    return [.ok(text)]
  }
}
