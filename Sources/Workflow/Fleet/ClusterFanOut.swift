import Failures

/// What came of one cluster's part of a run.
struct ClusterAttempt<Value: Sendable>: Sendable {
  /// Name of the cluster.
  let name: String
  /// The value, or why there is none.
  var result: Result<Value, Failure>

  /// Takes a value or the failure to make one.
  init(name: String, result: Result<Value, Failure>) {
    self.name = name
    self.result = result
  }

  /// Tries to make a value.
  init(name: String, _ make: () throws -> Value) {
    self.name = name
    do { result = .success(try make()) } catch {
      result = .failure(Run.failure(error, cluster: name))
    }
  }

  /// The same, failed where there is a reason to refuse the value.
  func refused(_ reason: (Value) throws -> Failure?) rethrows -> Self {
    guard let value, let failure = try reason(value) else { return self }
    return ClusterAttempt(name: name, result: .failure(failure))
  }

  /// The value; `nil` where it failed.
  var value: Value? { try? result.get() }
  /// Why it failed; `nil` where it did not.
  var failure: Failure? {
    if case .failure(let failure) = result { return failure }
    return nil
  }
}

extension Run {
  /// Works on clusters, several at a time. One that fails does not keep the
  /// others from going on; what they print does not mix.
  ///
  /// - Parameters:
  ///   - items: What is worked on, in the order of the results and the output.
  ///   - name: Name of the cluster of an item.
  ///   - body: The work; it prints through the run that it is given.
  func eachCluster<Item: Sendable, Value: Sendable>(
    _ items: [Item], name: (Item) -> String,
    _ body: @escaping @Sendable (Run, Item) async throws -> Value
  ) async -> [ClusterAttempt<Value>] {
    let lanes = OutputLanes(items.count) { [context] stream, text in
      switch stream {
      case .output: context.writeOutput(text)
      case .talk: context.writeTalk(text)
      }
    }
    let names = items.map(name)
    let limit = max(1, settings.number("parallel") ?? 8)
    return await withTaskGroup(of: (Int, ClusterAttempt<Value>).self) { group in
      var next = 0
      func startOne() {
        guard next < items.count else { return }
        let lane = next
        let run = run(in: lane, of: lanes)
        let item = items[lane]
        let name = names[lane]
        next += 1
        group.addTask {
          var result: Result<Value, Failure>
          do {
            try Task.checkCancellation()
            result = .success(try await body(run, item))
          } catch {
            result = .failure(Self.failure(error, cluster: name))
          }
          lanes.end(lane)
          return (lane, ClusterAttempt(name: name, result: result))
        }
      }
      for _ in 0..<min(limit, items.count) { startOne() }
      var results: [(Int, ClusterAttempt<Value>)] = []
      while let result = await group.next() {
        results.append(result)
        startOne()
      }
      return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func run(in lane: Int, of lanes: OutputLanes) -> Run {
    var context = context
    context.writeOutput = { lanes.print($0, to: .output, lane: lane) }
    context.writeTalk = { lanes.print($0, to: .talk, lane: lane) }
    context.writeProgress = { lanes.printNow($0, lane: lane) }
    return Run(
      context: context, settings: settings, nsxGate: nsxGate, journal: journal,
      inventoryClaims: inventoryClaims)
  }

  /// An error of one cluster's part as a failure that names the cluster.
  static func failure(_ error: any Error, cluster: String) -> Failure {
    (error as? any FailureConvertible)?.failure
      ?? Failure(
        .failed, subject: "cluster \(cluster)",
        cause: error is CancellationError ? "the run was stopped" : "\(error)")
  }

  /// The status of a run over clusters: partial where something changed or some
  /// cluster succeeded, else what all have in common.
  ///
  /// - Parameters:
  ///   - failures: One for each cluster; `nil` where it succeeded.
  ///   - changed: Whether anything was changed anywhere.
  static func status(of failures: [Failure?], changed: Bool) -> ExitStatus {
    let kinds = failures.compactMap { $0?.kind }
    guard let first = kinds.first else { return .success }
    if changed || kinds.count < failures.count { return .partial }
    return kinds.allSatisfy { $0 == first } ? ExitStatus(first) : .failed
  }

  /// Tells on standard error why a cluster's part failed.
  func tell(_ failure: Failure, cluster: String) {
    var failure = failure
    if failure.subject != "cluster \(cluster)" {
      failure.subject = "cluster \(cluster): \(failure.subject)"
    }
    context.writeTalk(Self.line(failure, json: settings.text("logFormat") == "json"))
  }
}
