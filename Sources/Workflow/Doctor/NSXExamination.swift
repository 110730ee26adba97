import Documents
import Failures
import NSXClient

/// The checks of the NSX Managers.
struct NSXExamination {
  let run: Run
  static let subject = "NSX"

  /// What was found, and what NSX knows of clusters.
  struct Findings: Sendable {
    var results: [DoctorResult]
    /// The control planes; `nil` where NSX could not be asked.
    var controlPlanes: [JSONValue]?
    /// What it hears from their adapters (AntreaClusterInfo); `nil` where it does
    /// not tell.
    var adapterStatuses: [JSONValue]?
  }

  /// Makes every check of NSX.
  func results() async throws -> Findings {
    let checks = DoctorCheck.allCases.filter { $0.area == .nsx }
    let connection: NSXConnection
    do { connection = try run.connectNSX() } catch {
      let failure =
        (error as? any FailureConvertible)?.failure
        ?? Failure(.failed, subject: Self.subject, cause: "\(error)")
      let first = DoctorResult(
        check: .nsxReachable, subject: Self.subject, verdict: .failed(failure))
      return Findings(
        results: [first]
          + DoctorExamining.skipped(
            checks.filter { $0 != .nsxReachable }, Self.subject, "no connection can be made"))
    }
    do {
      let found = try await results(connection)
      await connection.close()
      return found
    } catch {
      await connection.close()
      throw error
    }
  }

  private func results(_ connection: NSXConnection) async throws -> Findings {
    func check(
      _ check: DoctorCheck, _ body: () async throws -> [DoctorVerdict]
    ) async throws -> [DoctorResult] {
      try await DoctorExamining.results(check, Self.subject, body)
    }
    var version: NSXVersion?
    var results = try await check(.nsxReachable) {
      version = try await connection.version()
      return [.ok("\(connection.currentManager), version \(version?.text ?? "?")")]
    }
    // What servers show without a login tells also why a login is not possible.
    results += try await check(.nsxCertificate) { try await nsxCertificate() }
    results += try await check(.nsxClock) { try await nsxClock() }
    guard let version else {
      let rest: [DoctorCheck] = [.nsxNodes, .nsxVersion, .nsxRights, .nsxLimits]
      return Findings(
        results: results
          + DoctorExamining.skipped(rest, Self.subject, "no manager answers our login"))
    }
    results += try await check(.nsxNodes) { try await nsxNodes(connection) }
    results += try await check(.nsxVersion) { nsxVersion(version) }
    var planes: [JSONValue]?
    results += try await check(.nsxRights) {
      let found = try await nsxRights(connection)
      planes = found.controlPlanes
      return found.verdicts
    }
    results += try await check(.nsxLimits) { try await nsxLimits(connection) }
    return Findings(
      results: results, controlPlanes: planes,
      adapterStatuses: planes == nil ? nil : try await adapterStatuses(connection))
  }

  private static let statuses =
    "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes-status"

  /// What NSX hears from adapters; `nil` where it does not tell us.
  private func adapterStatuses(_ connection: NSXConnection) async throws -> [JSONValue]? {
    do { return try await connection.list(Self.statuses) } catch is CancellationError {
      throw CancellationError()
    } catch {
      run.log.info("NSX does not tell the status of control planes: \(error)")
      return nil
    }
  }
}
