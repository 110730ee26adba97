import AntreaModel
import Documents
import Failures
import Inventory
import KubernetesClient
import NSXClient
import Observation

extension Run {
  /// `report`: tells NSX of the clusters, in one pass and with one set of inventory
  /// changes for each.
  public func report(_ request: ReportRequest) async throws -> ExitStatus {
    if request.parts == [.inventory], request.dryRun {
      return try await reportInventory(clusters: request.clusters, dryRun: true)
    }
    if request.dryRun { return try await reported(request) }
    return try await recorded(request.command, .reporting, clusters: request.clusters) {
      request.parts == [.inventory]
        ? try await reportInventory(clusters: request.clusters, dryRun: false)
        : try await reported(request)
    }
  }

  private func reported(_ request: ReportRequest) async throws -> ExitStatus {
    let clusters = try clusterSettings(request.clusters, in: nil)
    if isIdle(request.clusters) { return .success }
    try refuseSharedInventories(clusters)
    return try await withNSX { connection in
      // First, since how they end belongs to the health.
      let groups =
        request.includesGroups
        ? await reportGroups(of: clusters, to: connection, dryRun: request.dryRun) : []
      let attempts = await eachCluster(clusters, name: \.name) { run, cluster in
        try await run.report(
          request, of: cluster, to: connection,
          groupFailure: groups.first { $0.name == cluster.name }?.shortfall)
      }
      try Task.checkCancellation()
      show(attempts, groups)
      let failures = attempts.map { attempt in
        attempt.failure ?? attempt.value?.shortfall
          ?? groups.first { $0.name == attempt.name }?.shortfall
      }
      for (attempt, failure) in zip(attempts, failures) {
        if let failure { tell(failure, cluster: attempt.name) }
        journal.end(.reporting, of: attempt.name, failure)
      }
      return Self.status(
        of: failures,
        changed: attempts.contains { $0.value?.changed == true }
          || groups.contains { ($0.value?.written ?? 0) > 0 })
    }
  }

  /// Reports one cluster.
  ///
  /// - Parameters:
  ///   - runs: Runs that end with this report.
  ///   - groupFailure: Why groups of addresses could not be brought up to date.
  /// - Throws: ``Failure`` of kind refused where VMware's adapter owns the inventory, or
  ///   where it is another cluster's.
  func report(
    _ request: ReportRequest, of cluster: ClusterSettings, to connection: NSXConnection,
    ending runs: [ToolRun] = [], groupFailure: Failure? = nil
  ) async throws -> ClusterReport {
    let target = try await inventoryTarget(of: cluster, connection)
    let client: KubernetesClient
    let seen: ClusterObservations
    do {
      client = try await connectCluster(cluster)
      if request.parts != [.inventory] {
        try await refuseOtherInventories(
          of: cluster, uid: try await identity(of: client), target, connection)
      }
      seen = try await observe(request.parts, of: cluster, client)
    } catch {
      try await reportUnknown(error, request, of: cluster, to: target, connection)
      throw error
    }
    var report = ClusterReport(name: cluster.name, parts: request.parts, seen)
    report.isDryRun = request.dryRun
    if let groupFailure { report.fail("a group of addresses", groupFailure) }
    if request.parts.contains(.inventory) {
      do {
        report.inventory = try await reportInventory(
          of: cluster, to: connection, dryRun: request.dryRun, observations: seen.inventory)
      } catch {
        // The cluster's health is worth telling all the same.
        guard request.parts.contains(.health), !(error is CancellationError) else { throw error }
        report.fail(ReportPart.inventory.rawValue, Self.failure(error, cluster: cluster.name))
      }
    } else if request.parts != [.health] {
      if seen.failures.count == request.parts.count, let failure = seen.failures.first?.failure {
        throw failure
      }
      try await send(
        seen.inventory, of: cluster, to: target, connection, request.dryRun, &report)
    }
    if request.parts.contains(.health) {
      try await reportHealth(request, of: cluster, client, to: target, connection, runs, &report)
    }
    if request.parts.contains(.realization), !request.dryRun {
      await tagPolicies(seen, of: cluster, to: connection, &report)
    }
    return report
  }

  /// Reports the health, last of all: how the other parts ended belongs to it.
  private func reportHealth(
    _ request: ReportRequest, of cluster: ClusterSettings, _ client: KubernetesClient,
    to target: InventoryTarget, _ connection: NSXConnection, _ runs: [ToolRun],
    _ report: inout ClusterReport
  ) async throws {
    var ending = runs
    if request.parts != [.health] {
      let status = report.shortfall.map { ExitStatus($0.kind) } ?? .success
      ending.append(
        ToolRun(
          part: .reporting, command: request.command, time: context.now(),
          exitCode: status.rawValue, outcome: status.meaning, version: Self.version))
    }
    let health: ClusterHealth
    do { health = try await self.health(of: cluster, client, ending: ending) } catch {
      try await reportUnknown(error, request, of: cluster, to: target, connection)
      guard request.parts != [.health], !(error is CancellationError) else { throw error }
      report.fail(ReportPart.health.rawValue, Self.failure(error, cluster: cluster.name))
      return
    }
    report.health = health
    // The inventory may have been made just now.
    var target = target
    if target.existing == nil, !request.dryRun {
      target.existing = try await connection.containerCluster(target.id)
    }
    if target.existing != nil || request.parts == [.health] {
      try await send(
        InventoryObservations(cluster: InventoryObservation(health)), of: cluster, to: target,
        connection, request.dryRun, &report)
    }
    try await send(health, of: target.id, connection, request.dryRun, &report)
  }

  /// Tells NSX that a cluster's health is not known, and why: it would go on showing
  /// what was reported last.
  ///
  /// Not where the cluster is not the one that NSX knows, which is refused.
  private func reportUnknown(
    _ error: any Error, _ request: ReportRequest, of cluster: ClusterSettings,
    to target: InventoryTarget, _ connection: NSXConnection
  ) async throws {
    try Task.checkCancellation()
    let failure = Self.failure(error, cluster: cluster.name)
    guard request.parts.contains(.health), failure.kind != .refused, !request.dryRun,
      target.existing != nil
    else { return }
    let health = ClusterHealth(unreachable: failure.cause)
    var report = ClusterReport(name: cluster.name, parts: [.health], ClusterObservations())
    do {
      try await send(
        InventoryObservations(cluster: InventoryObservation(health)), of: cluster, to: target,
        connection, false, &report)
      try await send(health, of: target.id, connection, false, &report)
    } catch {
      try Task.checkCancellation()
      report.problems.append("\(error)")
    }
    for problem in report.problems {
      talk("warning: cluster \(cluster.name): its health was not reported: \(problem)")
    }
  }

  /// Brings observations into what the inventory has already.
  private func send(
    _ observations: InventoryObservations, of cluster: ClusterSettings,
    to target: InventoryTarget, _ connection: NSXConnection, _ dryRun: Bool,
    _ report: inout ClusterReport
  ) async throws {
    let id = target.id
    guard let existing = target.existing else {
      throw Failure(
        .failed, subject: "cluster \(cluster.name)",
        cause: "NSX has no inventory of it (\(id)) that this could be written into",
        remedy: "report that first: `nsx-antrea report inventory`, or all with `report all`")
    }
    var current = [existing]
    if !observations.policies.isEmpty {
      current += try await connection.listInventory(.networkPolicy, clusterID: id)
    }
    let known = Set(current.compactMap { $0["external_id"]?.string })
    report.unlisted += observations.policies.keys.count { !known.contains($0) }
    let updates = InventoryDelta.observed(current: current, observations: observations)
    report.planned += updates.count
    if dryRun || updates.isEmpty { return }
    let outcome = try await sendInventory(updates, to: id, connection)
    report.accepted += outcome.accepted
    report.problems += outcome.problems(names: InventoryReport.names(current, []))
  }

  /// Sends the health by the public status call, which NSX has for NCP. It is a sign
  /// of life, and therefore sent each time.
  private func send(
    _ health: ClusterHealth, of id: String, _ connection: NSXConnection, _ dryRun: Bool,
    _ report: inout ClusterReport
  ) async throws {
    guard settings.flag("report.clusterStatus") else { return }
    report.statusSent = health.status.containerClusterStatus
    if dryRun { return }
    var detail = health.reasons.joined(separator: "; ")
    if detail.unicodeScalars.count > 1000 {
      detail = String(String.UnicodeScalarView(detail.unicodeScalars.prefix(999))) + "…"
    }
    do {
      _ = try await connection.json(
        .post, "/api/v1/systemhealth/container-cluster/ncp/status",
        body: [
          "cluster_id": .string(id), "status": .string(health.status.containerClusterStatus),
          "detail": .string(detail),
        ], isIdempotent: true)
      report.isStatusTaken = true
    } catch let error as NSXAPIError {
      report.statusSent = nil
      report.problems.append("the cluster's status was not taken: \(error.failure)")
    }
  }

  private func show(
    _ attempts: [ClusterAttempt<ClusterReport>], _ groups: [ClusterAttempt<GroupReport>]
  ) {
    for attempt in attempts {
      warn(attempt.value?.problems ?? [], of: attempt.name)
    }
    print(
      text: (attempts.compactMap(\.value?.text) + groups.compactMap(\.value?.text)).joined(),
      json: [
        "schemaVersion": 1,
        "clusters": .array(
          attempts.map { attempt in
            var object = attempt.value?.document.object ?? JSONObject()
            object["name"] = .string(attempt.name)
            if let failure = attempt.failure { object["failure"] = failure.document }
            if let group = groups.first(where: { $0.name == attempt.name }) {
              object["groups"] = group.value?.document["groups"] ?? []
              object["groupFailure"] = group.shortfall?.document ?? .null
            }
            return .object(object)
          }),
      ])
  }
}
