import Failures
import Observation
import Synchronization

/// How a run ended for each cluster, until the clusters are told.
final class RunJournal: Sendable {
  /// What is known of one part of the run for one cluster.
  struct Entry: Sendable {
    /// The exit status for this cluster alone; `nil` while it is not over.
    var status: ExitStatus?
    /// Digest of the NSX objects that the cluster's policies are made from.
    var digest: String?
  }

  private struct Key: Hashable {
    var cluster: String
    var part: ToolRun.Part
  }

  private let entries = Mutex<[Key: Entry]>([:])

  /// Notes how a part ended for a cluster.
  func end(_ part: ToolRun.Part, of cluster: String, _ failure: Failure?) {
    let status = failure.map { ExitStatus($0.kind) } ?? .success
    entries.withLock { $0[Key(cluster: cluster, part: part), default: Entry()].status = status }
  }

  /// Notes what a cluster's policies are made from.
  func note(digest: String?, of cluster: String) {
    entries.withLock {
      $0[Key(cluster: cluster, part: .policies), default: Entry()].digest = digest
    }
  }

  /// What is known of a part for a cluster.
  func entry(_ part: ToolRun.Part, of cluster: String) -> Entry? {
    entries.withLock { $0[Key(cluster: cluster, part: part)] }
  }
}
