import AntreaModel
import Documents
import Failures
import HTTPTransport
import KubernetesClient

/// The Traceflow objects of a run in one cluster: each is gone when its trace is
/// over, however that ends.
struct TraceSession: Sendable {
  /// Traceflows.
  static let resource = APIResource(
    group: "crd.antrea.io", version: "v1beta1", kind: "Traceflow", plural: "traceflows",
    isNamespaced: false)
  /// How much later than a trace's own timeout its end may be seen: Antrea looks
  /// every 10 s.
  private static let slack = Duration.seconds(15)
  /// How long an interrupted run waits for the answer to a creation before it
  /// deletes what may have come of it.
  private static let grace = Duration.seconds(2)

  /// How long a request that nobody waits for any more may take to have its
  /// effect: the API server waits 5 s for a webhook.
  private static let settling = Duration.seconds(6)

  /// What came of a trace.
  struct Outcome: Sendable {
    /// Where it was when it ended.
    var status: TraceflowStatus
    /// How long it took.
    var elapsed: Duration
    /// Why its object may still be there; `nil` where it is gone.
    var leftover: Failure?
  }

  let run: Run
  let cluster: String
  let client: KubernetesClient
  /// Whether each phase is told as it comes.
  var tellsPhases = false

  /// A name that no other trace has.
  func newName(_ trace: PlannedTrace) -> String {
    let random = String(run.context.random(), radix: 16)
    let token = String(repeating: "0", count: max(0, 16 - random.count)) + random
    return "nsx-antrea-\(Self.slug(trace.from))-to-\(Self.slug(trace.to))-\(token)"
  }

  private static func slug(_ label: String) -> String {
    let name = label.split(separator: "/").last.map { String($0.prefix { $0 != " " }) } ?? ""
    var text = ""
    for character in name.lowercased().prefix(40) {
      let isPlain = character.isASCII && (character.isLetter || character.isNumber)
      text.append(isPlain ? character : "-")
    }
    while text.hasSuffix("-") { text.removeLast() }
    while text.hasPrefix("-") { text.removeFirst() }
    return text.isEmpty ? "any" : text
  }

  /// Runs a trace to its end or deadline, and deletes its object.
  ///
  /// - Throws: An error of the client, or `CancellationError`; the object is gone
  ///   then too, or was never made.
  func trace(_ spec: TraceflowSpec, name: String) async throws -> Outcome {
    try Task.checkCancellation()
    do {
      try await create(spec, name)
    } catch let error as KubernetesAPIError
      where !error.isTransient && !error.isAlreadyExists && !error.isConflict
    {
      // The server has refused it: there is none.
      throw refusal(error)
    } catch {
      // The name is nobody else's: what exists is what a request of ours made
      // whose answer was lost.
      let isUncertain = (error as? TransportError)?.requestMayHaveBeenSent ?? true
      if let leftover = await remove(name, mayAppear: isUncertain) {
        run.tell(leftover, cluster: cluster)
      }
      throw error
    }
    let start = run.context.clock.now()
    do {
      let status = try await wait(spec, name)
      let elapsed = run.context.clock.now() - start
      return Outcome(status: status, elapsed: elapsed, leftover: await remove(name))
    } catch {
      if let leftover = await remove(name) { run.tell(leftover, cluster: cluster) }
      throw error
    }
  }

  /// Creates the object. An interruption does not cut this short, because what
  /// the server does with a request that nobody waits for any more cannot be
  /// known.
  private func create(_ spec: TraceflowSpec, _ name: String) async throws {
    let document: JSONValue = [
      "apiVersion": .string(antreaAPIVersion), "kind": "Traceflow",
      "metadata": [
        "name": .string(name),
        "labels": [Ownership.managedByLabel: .string(Ownership.managedByValue)],
        "annotations": [Ownership.holderAnnotation: .string(run.context.holder)],
      ],
      "spec": spec.document,
    ]
    guard let object = KubernetesObject(document) else { return }
    let client = client
    let creation = Task { _ = try await client.create(object, as: Self.resource) }
    let result = await withTaskCancellationHandler {
      await creation.result
    } onCancel: {
      Task {
        try? await Task.sleep(for: Self.grace)
        creation.cancel()
      }
    }
    try result.get()
  }

  private func refusal(_ error: KubernetesAPIError) -> any Error {
    guard error.isNotFound else { return error }
    return Failure(
      .invalidInput, subject: "cluster \(cluster)",
      cause: "does not know Traceflow of \(antreaAPIVersion)",
      remedy: "it needs Antrea 1.13 or later with its CustomResourceDefinitions")
  }

  /// Looks at the object until it is finished or out of time.
  private func wait(_ spec: TraceflowSpec, _ name: String) async throws -> TraceflowStatus {
    let clock = run.context.clock
    let limit = Duration.seconds(spec.timeout) + Self.slack
    var start = clock.now()
    var pause = Duration.milliseconds(125)
    var status = TraceflowStatus(nil)
    while true {
      pause = min(pause * 2, .seconds(1))
      try await clock.sleep(pause)
      do {
        let object = try await client.get(Self.resource, name: name)
        let isWaiting = status.phase == .pending
        status = TraceflowStatus(object.document["status"])
        if isWaiting, tellsPhases { tell(status.phase, spec, name) }
        if status.isFinished { return status }
        // The timeout counts from here, however long it waited for a tag.
        if isWaiting, status.phase == .running { start = clock.now() }
      } catch let error as KubernetesAPIError {
        guard error.isTransient else { throw error }
        run.log.info("cluster \(cluster): Traceflow \(name) was not read: \(error)")
      } catch let error as TransportError {
        // It may come back; if not, the deadline tells.
        guard clock.now() - start < limit else { throw error }
        run.log.info("cluster \(cluster): Traceflow \(name) was not read: \(error)")
      }
      if clock.now() - start >= limit { return status }
    }
  }

  /// Tells whoever waits what is waited for.
  private func tell(_ phase: TraceflowStatus.Phase, _ spec: TraceflowSpec, _ name: String) {
    guard phase == .running else { return }
    let what = spec.isLive ? "waiting for a packet of others" : "the packet is sent"
    run.context.writeProgress(
      "Traceflow \(name): \(phase.name), \(what) (at most \(spec.timeout) s)\n")
  }

  /// Deletes the object, also where the run was stopped.
  ///
  /// - Parameter mayAppear: Whether the answer to its creation was lost, so that
  ///   the object may come into being after a deletion that did not find it.
  /// - Returns: Why it may still be there; `nil` where it is gone.
  private func remove(_ name: String, mayAppear: Bool = false) async -> Failure? {
    let command = "kubectl delete traceflow \(name)"
    if mayAppear {
      run.talk(
        "cluster \(cluster): whether Traceflow/\(name) was made is not known; deleting it (if this run is ended meanwhile: \(command))"
      )
    }
    let client = client
    let clock = run.context.clock
    // A task of its own is not cancelled with the run.
    let removal = Task {
      let start = clock.now()
      while true {
        do {
          _ = try await client.delete(Self.resource, name: name)
          return
        } catch let error as KubernetesAPIError where error.isNotFound {
          guard mayAppear, clock.now() - start < Self.settling else { return }
        }
        try await clock.sleep(.milliseconds(500))
      }
    }
    do {
      try await removal.value
      return nil
    } catch {
      return Failure(
        .partial, subject: "Traceflow/\(name)",
        cause:
          "was not deleted: \((error as? any FailureConvertible)?.failure.cause ?? "\(error)")",
        remedy: "the next traceflow does it, or `\(command)`")
    }
  }
}
