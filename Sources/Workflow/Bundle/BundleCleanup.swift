extension Run {
  /// Does something, and what has to be done after it in any case, also when the run
  /// is stopped: that is not cancelled with the rest, and told whether it is so.
  func cleaningUp<Value>(
    _ cleanup: @escaping @Sendable (_ isStopped: Bool) async -> Void,
    _ body: () async throws -> Value
  ) async throws -> Value {
    do {
      let value = try await body()
      await Task { await cleanup(false) }.value
      return value
    } catch {
      let isStopped = Task.isCancelled
      await Task { await cleanup(isStopped) }.value
      throw error
    }
  }

  /// Does something that is finished once it has begun: a request whose answer nobody
  /// awaits may have made something that nobody knows of.
  func finishing<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    return try await Task { try await body() }.value
  }
}
