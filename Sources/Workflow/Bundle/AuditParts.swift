import Documents
import Failures
import KubernetesClient

extension Run {
  /// The most bytes of a node's audit log that are kept, from its end.
  private static let mostAuditBytes: Int64 = 16 << 20

  /// A log that is too long to be kept, and cannot be had in parts.
  private struct TooLong: FailureConvertible {
    var failure: Failure {
      Failure(
        .failed, subject: "np.log",
        cause: "the kubelet gives it as a whole only, and it is longer than 16 MiB")
    }
  }

  /// Adds the audit lines that agents wrote on their nodes.
  func addAuditLogs(
    _ archive: BundleArchive, _ folder: String, _ cluster: String, _ client: KubernetesClient,
    _ question: BundleQuestion
  ) async throws {
    let nodes: [String]
    do {
      nodes = try await agentNodes(client, cluster: cluster, question.nodes)
    } catch is KubernetesAPIError {
      // The logs of containers are missing for the same reason, which is told there.
      return
    }
    var gaps: [NodeLogGap: [String]] = [:]
    for node in nodes {
      try Task.checkCancellation()
      do {
        let text = try await auditLog(
          NodeAuditLog(node: node, client: client), question, archive.spool())
        if text.isEmpty { continue }
        try await archive.add(
          "\(folder)/audit/\(node)/np.log", text: text,
          what: "the node's audit lines, at most 16 MiB from the end")
      } catch {
        guard !(error is CancellationError), let gap = NodeLogGap(error) else { throw error }
        gaps[gap, default: []].append(node)
      }
    }
    for (gap, nodes) in gaps {
      await archive.miss(
        BundleGap(
          cluster: cluster, what: "audit logs of \(nodes.joined(separator: ", "))",
          reason: gap.cause, hint: gap.remedy))
    }
  }

  private func auditLog(
    _ log: NodeAuditLog, _ question: BundleQuestion, _ spool: Spool
  ) async throws -> [UInt8] {
    // It comes with the first line.
    guard try await log.folder().hasCurrent else { return [] }
    let size = try await log.size()
    let since = question.since.map { context.now() - $0.components.seconds }
    let start = max(
      try await log.start(since: since, size: size), (size ?? 0) - Self.mostAuditBytes)
    try await log.transfer(AuditFolder.current, from: start, timeout: question.wait) { piece in
      // What is written meanwhile comes on top.
      guard spool.size < 2 * Self.mostAuditBytes else { throw TooLong() }
      try spool.add(piece)
    }
    var bytes: [UInt8] = []
    try spool.read { bytes += $0 }
    guard start > 0, let end = bytes.firstIndex(of: 0x0a) else { return bytes }
    return Array(bytes[(end + 1)...])
  }
}
