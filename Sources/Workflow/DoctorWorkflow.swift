import Documents
import Failures
import KubernetesClient
import Reporting

extension Run {
  /// `doctor`: looks at everything that makes such an integration fail, and goes on
  /// after a failure. It changes nothing.
  ///
  /// - Parameters:
  ///   - names: The clusters; empty for all of the configuration.
  ///   - strict: Whether a warning counts as a failure.
  ///   - maxAge: How long ago the last run may have been; `nil` for any time.
  /// - Returns: The status of the first failure, or success.
  public func doctor(
    clusters names: [String], strict: Bool = false, maxAge: Duration? = nil
  ) async throws -> ExitStatus {
    let report = try await examine(clusters: names, maxAge: maxAge)
    if isNDJSON {
      for result in report.results {
        var object = result.document.object ?? JSONObject()
        object["schemaVersion"] = 1
        context.writeOutput("\(JSONValue.object(object))\n")
      }
    } else {
      print(text: report.text(style: TextStyle(color: color)), json: report.document)
    }
    return report.status(strict: strict)
  }

  /// What `doctor` finds.
  func examine(clusters names: [String], maxAge: Duration?) async throws -> DoctorReport {
    var report = DoctorReport()
    report.results += try await SiteExamination(run: self).results()
    let nsx = try await NSXExamination(run: self).results()
    report.results += nsx.results
    guard !settings.clusters.isEmpty || !names.isEmpty else { return report }
    let clusters = try clusterSettings(names, in: nil)
    let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
      try await ClusterExamination(
        run: run, cluster: cluster, controlPlanes: nsx.controlPlanes,
        adapterStatuses: nsx.adapterStatuses, maxAge: maxAge
      ).results()
    }
    try Task.checkCancellation()
    for attempt in attempts {
      switch attempt.result {
      case .success(let results): report.results += results
      case .failure(let failure):
        report.results.append(
          DoctorResult(check: .clusterReachable, subject: attempt.name, verdict: .failed(failure)))
      }
    }
    return report
  }
}

/// Makes checks of one subject, each of which may fail without ending the others.
enum DoctorExamining {
  /// Makes one check.
  ///
  /// A right that is missing keeps the check from looking, and is told as that:
  /// whether it is needed otherwise is the business of the checks of rights.
  static func results(
    _ check: DoctorCheck, _ subject: String, _ body: () async throws -> [DoctorVerdict]
  ) async throws -> [DoctorResult] {
    let verdicts: [DoctorVerdict]
    do { verdicts = try await body() } catch is CancellationError {
      throw CancellationError()
    } catch {
      verdicts = [verdict(of: error, subject)]
    }
    return verdicts.map { DoctorResult(check: check, subject: subject, verdict: $0) }
  }

  /// Says of checks that they were not made.
  static func skipped(
    _ checks: some Sequence<DoctorCheck>, _ subject: String, _ reason: String
  ) -> [DoctorResult] {
    checks.map { DoctorResult(check: $0, subject: subject, verdict: .skipped(reason)) }
  }

  private static func verdict(of error: any Error, _ subject: String) -> DoctorVerdict {
    if let error = error as? KubernetesAPIError, error.isForbidden {
      return .skipped(
        "may not look: \(error.failure.cause)",
        "examples/rbac.yaml and examples/rbac-troubleshoot.yaml have the right")
    }
    // Which kinds are served is told by a check of its own.
    if let error = error as? KubernetesAPIError, error.isNotFound, error.name == nil {
      return .skipped("the cluster does not serve it: \(error.failure.subject)")
    }
    let failure =
      (error as? any FailureConvertible)?.failure
      ?? Failure(.failed, subject: subject, cause: "\(error)")
    return .failed(failure)
  }
}
