import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Observation
import Translation

extension Run {
  /// Does the work of a command and then lets the clusters remember how it ended,
  /// also when it failed. A run that a signal stopped has not ended, and leaves the
  /// record of the one before.
  ///
  /// - Parameters:
  ///   - names: The clusters that the command was given; empty for all.
  ///   - part: The part that it is, for what ends before any cluster is asked.
  func recorded(
    _ command: String, _ part: ToolRun.Part, clusters names: [String],
    _ body: () async throws -> ExitStatus
  ) async throws -> ExitStatus {
    let status: ExitStatus
    do { status = try await body() } catch {
      guard !(error is CancellationError), !Task.isCancelled else { throw error }
      let kind = (error as? any FailureConvertible)?.failure.kind ?? .failed
      // What was typed wrong or not confirmed is not the clusters' business, and where
      // another run is at work, that one will tell.
      if [.unreachable, .permissionDenied, .failed, .partial].contains(kind) {
        await record(command, part, clusters: names, endOfAll: ExitStatus(kind))
      }
      throw error
    }
    if !Task.isCancelled { await record(command, part, clusters: names, endOfAll: nil) }
    return status
  }

  /// Writes what the journal has to the clusters. Nothing that goes wrong here is a
  /// failure of the run.
  ///
  /// - Parameter endOfAll: The status for clusters that the run did not get to.
  private func record(
    _ command: String, _ part: ToolRun.Part, clusters names: [String], endOfAll: ExitStatus?
  ) async {
    guard settings.flag("health.recordRuns"), !settings.clusters.isEmpty,
      let clusters = try? clusterSettings(names, in: nil)
    else { return }
    let ends = clusters.compactMap { cluster -> (ClusterSettings, [ToolRun])? in
      let runs = ToolRun.Part.allCases.compactMap { each -> ToolRun? in
        let entry = journal.entry(each, of: cluster.name)
        guard let status = entry?.status ?? (each == part ? endOfAll : nil),
          status != .lockHeld
        else { return nil }
        return ToolRun(
          part: each, command: command, time: context.now(), exitCode: status.rawValue,
          outcome: status.meaning, version: Self.version, digest: entry?.digest)
      }
      return runs.isEmpty ? nil : (cluster, runs)
    }
    _ = await eachCluster(ends, name: \.0.name) { run, end in
      do { try await run.record(end.1, in: end.0) } catch let error as KubernetesAPIError
        where error.isForbidden
      {
        run.log.notice(
          "cluster \(end.0.name): the end of this run is not recorded there, so `health` will not know of it: \(error.failure.cause)"
        )
      } catch {
        run.log.info("cluster \(end.0.name): the end of this run is not recorded there: \(error)")
      }
    }
  }

  private func record(_ runs: [ToolRun], in cluster: ClusterSettings) async throws {
    let client = try await connectCluster(cluster) { $0.requestTimeout = Self.recordTimeout }
    let namespace = settings.text("apply.lockNamespace") ?? "kube-system"
    let live = try await client.find(Self.configMaps, namespace: namespace, name: RunRecord.name)
    let source = runSource(of: cluster.name)
    var interval = settings.duration("health.recordInterval")?.components.seconds ?? 600
    // A record must not look overdue while runs come as they should.
    if healthRules.runInterval > 0 { interval = min(interval, healthRules.runInterval) }
    for run in runs {
      let key = RunRecord.key(run.part, cluster: cluster.name, source: source)
      if let text = live?.document[path: "data", key]?.string,
        let record = RunRecord.run(run.part, text),
        run.isCovered(by: record, interval: interval)
      {
        continue
      }
      let object = KubernetesObject([
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
          "name": .string(RunRecord.name), "namespace": .string(namespace),
          "labels": [Ownership.managedByLabel: .string(Ownership.managedByValue)],
        ],
        "data": [key: .string(RunRecord.text(run))],
      ])
      guard let object else { continue }
      // A manager for each key: an apply takes away what its manager does not name.
      _ = try await client.apply(
        object, as: Self.configMaps,
        options: WriteOptions(
          fieldManager:
            "\(Ownership.fieldManager)-\(run.part.rawValue)-\(Naming.shortHash(key))",
          force: true))
    }
  }

  /// What tells the runs of one source for a cluster from those of another: the NSX of
  /// the configuration, else that of the configured tree; `nil` where neither is known.
  func runSource(of cluster: String) -> String? {
    if let manager = settings.list("nsx.managers").first {
      return Naming.owner(manager: manager, cluster: cluster)
    }
    return provenance(of: cluster, in: nil)?["owner"]?.string
  }

  /// A record is worth little waiting.
  private static let recordTimeout = Duration.seconds(5)
}
