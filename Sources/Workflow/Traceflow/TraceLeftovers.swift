import AntreaModel
import Documents
import Failures
import KubernetesClient
import Reporting

extension TraceSession {
  /// How much longer than its timeout a trace of a run that still works may
  /// stand, in seconds; clocks that differ are in it.
  private static let patience: Int64 = 300

  /// Deletes what runs that were killed have left: objects of ours whose process
  /// is gone, or that are far older than their timeouts.
  func removeLeftovers() async throws {
    let label = "\(Ownership.managedByLabel)=\(Ownership.managedByValue)"
    let list: [KubernetesObject]
    do {
      list = try await client.list(Self.resource, labelSelector: label).objects
    } catch let error as KubernetesAPIError where error.isNotFound {
      // The creation says what is missing.
      return
    }
    for object in list where isLeftover(object) {
      do {
        var options = DeleteOptions()
        options.uid = object.uid
        try await client.delete(Self.resource, name: object.name, options: options)
        run.talk("cluster \(cluster): deleted Traceflow/\(object.name), which an earlier run left")
      } catch let error as KubernetesAPIError where error.isNotFound || error.isConflict {
        continue
      } catch let error as KubernetesAPIError where !error.isUnauthorized {
        run.log.warning("cluster \(cluster): Traceflow/\(object.name) was not deleted: \(error)")
      }
    }
  }

  private func isLeftover(_ object: KubernetesObject) -> Bool {
    if let holder = object.annotations[Ownership.holderAnnotation],
      holder != run.context.holder, run.context.isGone(holder)
    {
      return true
    }
    guard let created = object.document[path: "metadata", "creationTimestamp"]?.string,
      let seconds = UTCTime.seconds(created)
    else { return false }
    let timeout = TraceflowSpec(object.document["spec"] ?? .null).timeout
    return run.context.now() - seconds > Int64(timeout) + Self.patience
  }
}
