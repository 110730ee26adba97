import AuditLog
import KubernetesClient

/// The audit log of a node, by way of its kubelet.
struct NodeAuditLog: Sendable {
  let node: String
  let client: KubernetesClient

  private func file(_ name: String) -> NodeLogFile {
    NodeLogFile(node: node, path: "\(AuditFolder.path)/\(name)")
  }

  /// The files of it.
  func folder() async throws -> AuditFolder {
    AuditFolder(
      try await client.nodeLogNames(in: NodeLogFile(node: node, path: AuditFolder.path)))
  }

  /// The size of `np.log`; `nil` where it can only be had as a whole.
  func size() async throws -> Int64? { try await client.nodeLogSize(file(AuditFolder.current)) }

  /// Hands over a file from some byte on.
  func transfer(
    _ name: String, from start: Int64, timeout: Duration,
    piece: @escaping @Sendable ([UInt8]) throws -> Void
  ) async throws {
    try await client.nodeLog(file(name), from: start, timeout: timeout, piece: piece)
  }

  /// Where in `np.log` the lines of the wanted window begin, found by halves: these
  /// files have hundreds of megabytes.
  func start(since: Int64?, size: Int64?) async throws -> Int64 {
    guard let since, let size else { return 0 }
    // Clocks are set, and zones have summer.
    let moment = (since - 2 * 3600) * 1_000_000
    var low: Int64 = 0
    var high = size
    while high - low > 256 << 10 {
      let middle = (low + high) / 2
      let part = try await client.nodeLogPart(
        file(AuditFolder.current), from: middle, count: 16 << 10)
      guard let time = Self.time(in: part) else { break }
      if time < moment { low = middle } else { high = middle }
    }
    return low
  }

  /// The time of the first whole line; `nil` where there is none of the audit's.
  private static func time(in part: [UInt8]) -> Int64? {
    guard let first = part.firstIndex(of: 0x0a) else { return nil }
    let rest = part[(first + 1)...]
    guard let end = rest.firstIndex(of: 0x0a) else { return nil }
    var parser = AuditLineParser()
    return rest[..<end].withUnsafeBytes { parser.parse($0)?.time }
  }
}
