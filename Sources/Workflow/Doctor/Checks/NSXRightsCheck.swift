import Documents
import Failures
import NSXClient

extension NSXExamination {
  /// What is read, with the path of its list.
  private static let reads: [Read] = {
    let domain = "/policy/api/v1/infra/domains/default"
    return [
      Read("security policies", "\(domain)/security-policies"), Read("groups", "\(domain)/groups"),
      Read("services", "/policy/api/v1/infra/services"),
      Read("context profiles", "/policy/api/v1/infra/context-profiles"),
      Read("L7 access profiles", "/policy/api/v1/infra/l7-access-profiles", isOfLater: true),
    ]
  }()
  private static let inventory = "/api/v1/fabric/container-clusters"

  /// A list that is read.
  private struct Read {
    let what: String
    let path: String
    /// Whether older NSX have no such list.
    let isOfLater: Bool

    init(_ what: String, _ path: String, isOfLater: Bool = false) {
      self.what = what
      self.path = path
      self.isOfLater = isOfLater
    }
  }

  private static let planes =
    "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes"
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
    var reads = Self.reads
    if !NSXWrite.needed(run.settings).isDisjoint(with: [.inventory, .status]) {
      reads.append(Read("the inventory of container clusters", Self.inventory))
    }
    for read in reads {
      do {
        _ = try await connection.get(read.path, query: ["page_size": "1"])
      } catch let error as NSXAPIError where error.reaction == .forbidden {
        missing(read.what, error)
      } catch let error as NSXAPIError where error.reaction == .notFound && read.isOfLater {
        // NSX before 4 has none.
        continue
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
    if !user.isNull { verdicts += missingWrites(roles) }
    if verdicts.isEmpty {
      let name = user["user_name"]?.string ?? "our user"
      let more =
        NSXWrite.policies.isLikely(roles)
        ? "" : "; `import` would need \(NSXWrite.policies.roleText)"
      verdicts = [
        .ok(
          "\(name) may read all that is pulled, and write what is reported; roles: \(roles.joined(separator: ", "))\(more)"
        )
      ]
    }
    return (verdicts, planes)
  }

  /// What the settings have us write, and no role of ours is known to allow.
  private func missingWrites(_ roles: [String]) -> [DoctorVerdict] {
    NSXWrite.allCases.filter {
      NSXWrite.needed(run.settings).contains($0) && !$0.isLikely(roles)
    }.map { write in
      // What roles of the site's own may is not told.
      .warning(
        "none of the user's roles is known to write \(write.what): \(roles.joined(separator: ", "))",
        "give the user the role \(write.roleText), or switch \(write.setting) off")
    }
  }
}
