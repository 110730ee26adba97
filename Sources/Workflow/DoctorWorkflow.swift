import Documents
import Failures
import GitRepository
import KubernetesClient
import NSXClient
import Reporting

/// One check of `doctor`.
struct DoctorCheck: Sendable {
  /// How a check ended.
  enum State: String, Sendable { case ok, warning, failed }

  let subject: String
  let state: State
  let message: String
  var hint: String?

  var document: JSONValue {
    [
      "subject": .string(subject), "state": .string(state.rawValue), "message": .string(message),
      "hint": hint.map { .string($0) } ?? .null,
    ]
  }
}

extension Run {
  /// `doctor`: checks everything that a sync needs, and goes on after a
  /// failure.
  ///
  /// - Returns: The status of the first failure, or success.
  public func doctor(clusters names: [String]) async throws -> ExitStatus {
    var checks: [DoctorCheck] = []
    var first: Failure?
    func check(_ subject: String, _ body: () async throws -> [DoctorCheck]) async throws {
      do { checks += try await body() } catch is CancellationError {
        throw CancellationError()
      } catch {
        let failure =
          (error as? any FailureConvertible)?.failure
          ?? Failure(.failed, subject: subject, cause: "\(error)")
        first = first ?? failure
        checks.append(
          DoctorCheck(
            subject: subject, state: .failed, message: "\(failure.subject): \(failure.cause)",
            hint: failure.remedy))
      }
    }
    try await check("configuration") {
      let message =
        settings.file.map { "read from \($0)" } ?? "no file; settings by flags and environment"
      return [DoctorCheck(subject: "configuration", state: .ok, message: message)]
    }
    var planes: [JSONValue] = []
    try await check("NSX") {
      try await withNSX { connection in
        let version = try await connection.version()
        planes = try await connection.list(
          "/policy/api/v1/infra/sites/default/enforcement-points/default/cluster-control-planes")
        return try await nsxChecks(connection, version: version)
      }
    }
    for cluster in try settings.clusters.isEmpty && names.isEmpty
      ? [] : clusterSettings(names, in: nil)
    {
      try await check("cluster \(cluster.name)") {
        try await clusterChecks(
          cluster, planes: planes,
          nsxIsKnown: checks.contains { $0.subject == "NSX" && $0.state == .ok })
      }
    }
    if settings.clusters.isEmpty, names.isEmpty {
      checks.append(
        DoctorCheck(
          subject: "clusters", state: .warning, message: "none is configured",
          hint: "list them in the configuration"))
    }
    try await check("repository") { try await repositoryChecks() }
    var table = TextTable(["", "SUBJECT", "MESSAGE"])
    for check in checks {
      table.add([check.state.rawValue, check.subject, check.message])
      if let hint = check.hint { table.add(["", "", "hint: \(hint)"]) }
    }
    print(
      text: table.render(style: TextStyle(color: color)),
      json: ["schemaVersion": 1, "checks": .array(checks.map(\.document))])
    return first.map { ExitStatus($0.kind) } ?? .success
  }

  private func nsxChecks(_ connection: NSXConnection, version: NSXVersion) async throws
    -> [DoctorCheck]
  {
    var checks = [
      DoctorCheck(
        subject: "NSX", state: .ok, message: "\(connection.currentManager), version \(version)")
    ]
    if settings.flag("nsx.insecureSkipVerify") {
      checks.append(
        DoctorCheck(
          subject: "NSX", state: .warning, message: "its certificate is not checked",
          hint: "set nsx.caFile or nsx.thumbprints"))
    }
    for health in try await connection.nodeHealth() where !health.isHealthy {
      checks.append(
        DoctorCheck(
          subject: "NSX", state: .warning,
          message: "\(health.manager) is not healthy: \(health.detail ?? "")"))
    }
    let policies = try await connection.list(
      "/policy/api/v1/infra/domains/default/security-policies")
    checks.append(
      DoctorCheck(
        subject: "NSX", state: .ok, message: "security policies can be read: \(policies.count)"))
    return checks
  }

  private func clusterChecks(
    _ cluster: ClusterSettings, planes: [JSONValue], nsxIsKnown: Bool
  ) async throws -> [DoctorCheck] {
    let subject = "cluster \(cluster.name)"
    let client = try await connectCluster(cluster)
    let version = try await client.version()
    var checks = [
      DoctorCheck(subject: subject, state: .ok, message: "Kubernetes \(version.gitVersion)")
    ]
    let wanted = cluster.controlPlane ?? cluster.name
    let known = planes.contains {
      [$0["id"]?.string, $0["display_name"]?.string, $0["path"]?.string].contains(wanted)
    }
    if nsxIsKnown, cluster.select == nil, !known {
      checks.append(
        DoctorCheck(
          subject: subject, state: .warning, message: "NSX has no control plane \(wanted)",
          hint:
            "known: \(planes.compactMap { $0["id"]?.string }.joined(separator: ", ")); or choose policies by `select`"
        ))
    }
    let served = try await client.discovery(groups: ["crd.antrea.io"])
    for resource in Self.antreaResources {
      if let found = served.resource(group: resource.group, kind: resource.kind) {
        let isRight = found.version == resource.version
        checks.append(
          DoctorCheck(
            subject: subject, state: isRight ? .ok : .warning,
            message: "\(resource.kind) is served as \(found.apiVersion)",
            hint: isRight ? nil : "nsx-antrea writes \(resource.apiVersion): Antrea 1.13 or later"))
      } else {
        checks.append(
          DoctorCheck(
            subject: subject, state: .failed,
            message: "\(resource.kind) of \(resource.group) is not served",
            hint: "install Antrea 1.13 or later"))
      }
    }
    return checks + (try await rightsChecks(client, subject))
  }

  /// The rights of apply and of the lock.
  private func rightsChecks(
    _ client: KubernetesClient, _ subject: String
  ) async throws -> [DoctorCheck] {
    let namespace = settings.text("apply.lockNamespace") ?? "kube-system"
    var needed = Self.antreaResources.flatMap { resource in
      // Nothing of a tier could be another's.
      (["list", "get", "create", "patch", "delete"] + (resource.kind == "Tier" ? [] : ["update"]))
        .map { ($0, resource, String?.none) }
    }
    if settings.flag("apply.lock") {
      needed += ["get", "create", "update"].map { ($0, LeaseLock.resource, namespace) }
    }
    needed += ["get", "create", "patch"].map { ($0, Self.configMaps, namespace) }
    var checks: [DoctorCheck] = []
    for (verb, resource, namespace) in needed {
      let allowed = try await client.selfSubjectAccessReview(
        verb: verb, group: resource.group, resource: resource.plural, namespace: namespace)
      if allowed { continue }
      let place = namespace.map { " in \($0)" } ?? ""
      checks.append(
        DoctorCheck(
          subject: subject, state: .warning,
          message: "may not \(verb) \(resource.plural)\(place)",
          hint: "examples/rbac.yaml has the rights that are needed"))
    }
    return checks
  }

  private func repositoryChecks() async throws -> [DoctorCheck] {
    guard let path = repositoryPath(nil) else {
      return [
        DoctorCheck(
          subject: "repository", state: .warning, message: "none is configured",
          hint: "set repository.path")
      ]
    }
    guard Files.exists(path) else {
      return [
        DoctorCheck(
          subject: "repository", state: .warning, message: "\(path) is not there yet; sync makes it"
        )
      ]
    }
    let repository = try GitRepository.open(at: path)
    let branch = settings.text("repository.branch") ?? repository.headBranch
    var checks = [
      DoctorCheck(subject: "repository", state: .ok, message: "\(path), branch \(branch)")
    ]
    if let remote = settings.text("repository.remote") {
      let tip = try await repository.fetch(remote, branch: branch, access: try remoteAccess())
      checks.append(
        DoctorCheck(
          subject: "repository", state: .ok,
          message: tip == nil ? "the remote has no branch \(branch) yet" : "the remote can be read")
      )
    }
    return checks
  }
}
