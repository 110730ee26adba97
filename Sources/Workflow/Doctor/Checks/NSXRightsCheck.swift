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
  /// The role of NSX that the official adapter's principal has (NSX facts, 1.3).
  private static let writers: Set<String> = ["enterprise_admin"]

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
    var user = JSONValue.null
    do { user = try await connection.userInfo() } catch let error as NSXAPIError
      where error.reaction == .forbidden || error.reaction == .notFound
    {
      verdicts.append(.skipped("NSX does not tell our roles: \(error.failure.cause)"))
    }
    let lists =
      [user["roles"]]
      + (user["roles_for_paths"]?.array ?? []).filter { $0["path"]?.string == "/" }.map {
        $0["roles"]
      }
    let roles = Set(lists.flatMap { $0?.array ?? [] }.compactMap { $0["role"]?.string }).sorted()
    if run.settings.flag("inventory.enabled"), !user.isNull, Self.writers.isDisjoint(with: roles) {
      // Which other roles may is not documented.
      verdicts.append(
        .warning(
          "none of the user's roles is known to write the inventory: \(roles.joined(separator: ", "))",
          "give the user the role Enterprise Admin (enterprise_admin), as VMware's adapter has it, or switch inventory.enabled off"
        ))
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
