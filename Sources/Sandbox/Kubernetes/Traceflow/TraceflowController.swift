import AntreaModel
import Documents

/// The parts of antrea-controller and of the Agents that work on Traceflows. They
/// move when a Traceflow is read: to `Running`, then to an end.
struct TraceflowController: Sendable {
  /// The resource.
  static let resource = "traceflows.crd.antrea.io"
  /// Antrea looks for traces that are out of time this often, in seconds.
  static let timeoutCheck: Int64 = 10

  /// What becomes of traces.
  let behaviour: TraceflowBehaviour
  /// The traffic that live traces catch.
  let traffic: [LiveConnection]
  /// When each began, by UID.
  private var starts: [String: Int64] = [:]

  init(behaviour: TraceflowBehaviour, traffic: [LiveConnection]) {
    self.behaviour = behaviour
    self.traffic = traffic
  }

  /// Takes one step before a read.
  ///
  /// - Parameter now: seconds since 1970.
  mutating func step(in store: inout ObjectStore, now: Int64) {
    let objects = store.list(Self.resource)
    if objects.isEmpty { return }
    var used = Set(
      objects.map { TraceflowStatus($0["status"]) }.filter { $0.phase == .running }.map(\.tag))
    var evaluation: TraceflowEvaluation?
    // The older first.
    let revision = { (object: JSONValue) in
      Int64(object.text("metadata", "resourceVersion")) ?? 0
    }
    for object in objects.sorted(by: { revision($0) < revision($1) }) {
      switch TraceflowStatus(object["status"]).phase {
      case .pending:
        guard behaviour != .idle,
          let tag = (1...TraceflowSpec.tags).first(where: { !used.contains($0) })
        else { continue }
        used.insert(tag)
        starts[object.text("metadata", "uid")] = now
        write(
          [
            "phase": "Running", "dataplaneTag": .integer(Int64(tag)),
            "startTime": .string(Timestamps.text(now)),
          ], to: object, in: &store, now)
      case .running:
        let known = evaluation ?? TraceflowEvaluation(store)
        evaluation = known
        end(object, known, in: &store, now)
      default: break
      }
    }
  }

  private mutating func end(
    _ object: JSONValue, _ evaluation: TraceflowEvaluation, in store: inout ObjectStore,
    _ now: Int64
  ) {
    let uid = object.text("metadata", "uid")
    let spec = TraceflowSpec(object["spec"] ?? .null)
    var status = object["status"] ?? .null
    var outcome = evaluation.trace(
      spec, seed: TraceflowStatus(status).tag, behaviour: behaviour, traffic: traffic, now: now)
    // A trace that is out of time is found by the next look.
    let due = (Int64(spec.timeout) + Self.timeoutCheck - 1) / Self.timeoutCheck * Self.timeoutCheck
    if outcome.phase == .running, now - (starts[uid] ?? now) >= due {
      outcome.phase = .failed
      outcome.reason = "Traceflow timeout"
    }
    if !outcome.results.isEmpty { status.setMember(at: ["results"], to: .array(outcome.results)) }
    if let packet = outcome.packet { status.setMember(at: ["capturedPacket"], to: packet) }
    if outcome.phase != .running {
      status.setMember(at: ["phase"], to: .string(outcome.phase.name))
      status.setMember(at: ["dataplaneTag"], to: nil)
      if !outcome.reason.isEmpty {
        status.setMember(at: ["reason"], to: .string(outcome.reason))
      }
      starts[uid] = nil
    }
    write(status, to: object, in: &store, now)
  }

  private func write(
    _ status: JSONValue, to object: JSONValue, in store: inout ObjectStore, _ now: Int64
  ) {
    store.putStatus(
      status, of: object, Self.resource, manager: "antrea-controller", at: Timestamps.text(now))
  }
}

/// How far a trace comes.
struct TraceflowOutcome: Sendable {
  /// The phase after it.
  var phase = TraceflowStatus.Phase.running
  /// Why it failed.
  var reason = ""
  /// `results`.
  var results: [JSONValue] = []
  /// `capturedPacket`.
  var packet: JSONValue?
}

extension ObjectStore {
  /// Stores a status as a controller does, with its managed fields; nothing where
  /// it is the same.
  mutating func putStatus(
    _ status: JSONValue, of object: JSONValue, _ resource: String, manager: String, at time: String
  ) {
    if object["status"] == status { return }
    var changed = object
    changed.setMember(at: ["status"], to: status)
    var managed = ManagedFields(of: object)
    managed.update(
      .init(
        name: manager, operation: "Update", apiVersion: object.text("apiVersion"),
        subresource: "status"), from: object, to: changed, time: time)
    managed.write(to: &changed)
    _ = put(resource, changed)
  }
}
