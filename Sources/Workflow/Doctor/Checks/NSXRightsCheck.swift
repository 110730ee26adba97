import Documents
import Failures
import NSXClient

extension NSXExamination {
  /// What is read, with the path of its list.
  private static let reads: [(what: String, path: String)] = {
    let domain = "/policy/api/v1/infra/domains/default"
    return [
      ("security policies", "\(domain)/security-policies"), ("groups", "\(domain)/groups"),
      ("services", "/policy/api/v1/infra/services"),
      ("context profiles", "/policy/api/v1/infra/context-profiles"),
    ]
  }()

  private static let planes =
    "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes"
  /// Roles of NSX that may write the container inventory: the official adapter's
  /// principal has the first (NSX facts, 1.3).
  private static let writers: Set<String> = ["enterprise_admin", "cloud_service_admin"]

  /// ``DoctorCheck/nsxRights``: the verdicts, and the control planes where they may
  /// be read.
  func nsxRights(
    _ connection: NSXConnection
  ) async throws -> (verdicts: [DoctorVerdict], controlPlanes: [JSONValue]?) {
    var verdicts: [DoctorVerdict] = []
    func missing(_ what: String, _ error: NSXAPIError) {
      verdicts.append(
        .failed(
          "may not read \(what): \(error.failure.cause)",
          "give the user the role Auditor (auditor), or one with the right to read it",
          kind: .permissionDenied))
    }
    for read in Self.reads {
      do {
        _ = try await connection.get(read.path, query: ["page_size": "1"])
      } catch let error as NSXAPIError where error.reaction == .forbidden {
        missing(read.what, error)
      }
    }
    var planes: [JSONValue]?
    do { planes = try await connection.list(Self.planes) } catch let error as NSXAPIError
      where error.reaction == .forbidden
    {
      missing("control planes", error)
    }
    let user = try await connection.userInfo()
    let roles = Set((user["roles"]?.array ?? []).compactMap { $0["role"]?.string }).sorted()
    if run.settings.flag("inventory.enabled"), Self.writers.isDisjoint(with: roles) {
      verdicts.append(
        .failed(
          "no role of the user may write the inventory: \(roles.joined(separator: ", "))",
          "give the user the role Enterprise Admin (enterprise_admin), or switch inventory.enabled off",
          kind: .permissionDenied))
    }
    if verdicts.isEmpty {
      verdicts = [
        .ok(
          "\(user["user_name"]?.string ?? "our user") may read all that is pulled; roles: \(roles.joined(separator: ", "))"
        )
      ]
    }
    return (verdicts, planes)
  }
}
