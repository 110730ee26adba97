import KubernetesClient

/// Reads the audit log of one node, and goes on with what is written to it.
struct NodeLogReading: Sendable {
  let log: NodeAuditLog
  let stream: NodeLogStream
  let since: Int64?
  let until: Int64?
  let tail: Int?
  /// How long one answer may take.
  let timeout: Duration

  /// How far a node's log was read. Where reading fails, it can be gone on with.
  struct Position: Sendable {
    /// The names of those that were put away and are done with; `nil` before the first
    /// look.
    var rotated: Set<String>?
    /// The bytes that were read of the file that comes next.
    var offset: Int64 = 0
    /// Whether `np.log` has been begun.
    var hasStarted = false
    /// Whether its last lines have been shown, where only they are wanted.
    var hasTail = false
    /// Whether parts of it can be had.
    var hasParts = true
  }

  /// Reads what was written since the last time, at first all that is wanted.
  func read(_ position: inout Position) async throws {
    let folder = try await log.folder()
    if position.rotated == nil {
      let wanted = tail == nil ? folder.rotated(since: since, until: until) : []
      position.rotated = Set(folder.rotated.map(\.name)).subtracting(wanted.map(\.name))
    }
    for rotated in folder.rotated where position.rotated?.contains(rotated.name) == false {
      guard try await read(rotated, &position) else { return }
      position.rotated?.insert(rotated.name)
      position.offset = 0
    }
    guard folder.hasCurrent else {
      // All that will be in it is new.
      position.hasTail = true
      return stream.flushTail()
    }
    do {
      if let tail, !position.hasTail {
        try await readEnd(tail, &position)
      } else {
        try await readCurrent(&position)
      }
    } catch NodeLogRefusal.absent {
      // It was put away just now, and is found at the next look.
    }
  }

  /// Reads one that was put away.
  ///
  /// - Returns: Whether what is later may be wanted, too.
  private func read(
    _ rotated: AuditFolder.Rotated, _ position: inout Position
  ) async throws -> Bool {
    try stream.begin(isCompressed: rotated.isCompressed, skipping: position.offset)
    do {
      try await transfer(rotated.fileName, from: 0)
      try stream.end()
      return true
    } catch is NodeLogStream.PastTheEnd {
      stream.drop()
      return false
    } catch NodeLogRefusal.absent {
      // It was compressed meanwhile, or was the oldest of too many.
      guard !rotated.isCompressed else { return true }
      var compressed = rotated
      compressed.isCompressed = true
      return try await read(compressed, &position)
    } catch {
      position.offset = max(position.offset, stream.position)
      throw error
    }
  }

  private func readCurrent(_ position: inout Position) async throws {
    if !position.hasStarted {
      let size = try await log.size()
      position.hasParts = size != nil
      position.offset = try await log.start(since: since, size: size)
      position.hasStarted = true
      try stream.begin(start: position.offset, isAmidLine: position.offset > 0)
    } else if position.hasParts {
      try stream.begin(start: position.offset)
    } else {
      try stream.begin(skipping: position.offset)
    }
    defer { position.offset = max(position.offset, stream.position) }
    do {
      try await transfer(AuditFolder.current, from: position.hasParts ? position.offset : 0)
    } catch is NodeLogStream.PastTheEnd {
      stream.drop()
    }
  }

  private func transfer(_ name: String, from start: Int64) async throws {
    let stream = stream
    try await log.transfer(name, from: start, timeout: timeout) { try stream.add($0) }
  }

  /// Reads the last lines of `np.log`: more and more from its end, until there are as
  /// many.
  private func readEnd(_ tail: Int, _ position: inout Position) async throws {
    let size = try await log.size()
    position.hasParts = size != nil
    var wanted = Int64(min(max(tail, 1), 1 << 32)) * 512
    while true {
      let start = max(0, (size ?? 0) - wanted)
      stream.drop()
      try stream.begin(start: start, isAmidLine: start > 0)
      try await transfer(AuditFolder.current, from: start)
      if start == 0 || stream.kept >= tail { break }
      wanted *= 8
    }
    position.offset = stream.position
    position.hasStarted = true
    position.hasTail = true
    stream.flushTail()
  }
}
