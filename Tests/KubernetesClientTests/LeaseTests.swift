import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Synchronization
import Testing

@Suite("Lease")
struct LeaseTests {
  /// One Lease, stored as the API server does: a write needs the version read.
  private final class Store: Sendable {
    struct State {
      var lease: JSONValue?
      var version = 0
      /// Answers to lose after the write has happened.
      var lost = 0
    }
    let state = Mutex(State())
    let clock = Mutex<Int64>(1_800_000_000)

    func handle(_ request: HTTPRequest) -> HTTPResponse {
      state.withLock { state in
        switch request.method {
        case .get: return state.lease.map { .json(200, $0) } ?? Self.missing
        case .post:
          if state.lease != nil { return .failure(409, "AlreadyExists") }
        case .put:
          guard let lease = state.lease else { return Self.missing }
          if request.json?[path: "metadata", "resourceVersion"]
            != lease[path: "metadata", "resourceVersion"]
          {
            return .failure(409, "Conflict")
          }
        default: return .failure(405, "MethodNotAllowed")
        }
        guard var object = request.json?.object else { return .failure(400, "BadRequest") }
        state.version += 1
        let version = JSONValue.string(String(state.version))
        object.update("metadata") { metadata in
          var members = metadata.object ?? JSONObject()
          members["resourceVersion"] = version
          metadata = .object(members)
        }
        state.lease = .object(object)
        if state.lost > 0 {
          state.lost -= 1
          return .failure(409, "Conflict")
        }
        return .json(200, .object(object))
      }
    }

    static let missing = HTTPResponse.failure(
      404, "NotFound", details: ["kind": "leases", "name": "nsx-antrea"])

    func lock(_ holder: String) -> LeaseLock {
      let http = ScriptedClient { [self] request, _ in handle(request) }
      return LeaseLock(
        client: KubernetesClient(http: http, server: server), namespace: "kube-system",
        name: "nsx-antrea", holder: holder, duration: 60,
        now: { [self] in clock.withLock { $0 } })
    }

    func pass(_ seconds: Int64) { clock.withLock { $0 += seconds } }
    func spec(_ key: String) -> JSONValue? {
      state.withLock { $0.lease?[path: "spec", key] }
    }
  }

  @Test func oneHolderAtATime() async throws {
    let store = Store()
    let (first, second) = (store.lock("one"), store.lock("two"))
    try await first.acquire()
    #expect(store.spec("renewTime") == "2027-01-15T08:00:00.000000Z")
    store.pass(40)
    try await first.renew()
    store.pass(40)
    let error = await #expect(throws: LeaseError.self) { try await second.acquire() }
    #expect(error == .held(lease: "kube-system/nsx-antrea", holder: "one", secondsLeft: 25))
    #expect(error?.failure.kind == .lockHeld)
    try await first.release()
    #expect(store.spec("holderIdentity") == "")
    try await second.acquire()
    #expect(store.spec("holderIdentity") == "two")
    #expect(store.spec("leaseTransitions") == 1)
  }

  @Test func onlyAnExpiredLeaseIsTaken() async throws {
    let store = Store()
    let (first, second) = (store.lock("one"), store.lock("two"))
    try await first.acquire()
    store.pass(66)
    try await second.acquire()
    let error = await #expect(throws: LeaseError.self) { try await first.renew() }
    #expect(error == .lost(lease: "kube-system/nsx-antrea", holder: "two"))
    #expect(await first.isHeld == false)
    // What is lost is not released.
    try await first.release()
    #expect(store.spec("holderIdentity") == "two")
  }

  @Test func aRenewalWhoseAnswerWasLost() async throws {
    let store = Store()
    let lock = store.lock("one")
    try await lock.acquire()
    store.state.withLock { $0.lost = 1 }
    try await lock.renew()
    #expect(await lock.isHeld)
    try await lock.release()
    #expect(store.spec("holderIdentity") == "")
  }

  @Test func onlyOneOfManyGetsIt() async throws {
    let store = Store()
    let winners = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<10 {
        group.addTask {
          do {
            try await store.lock("run-\(index)").acquire()
            return true
          } catch { return false }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
  }

  @Test func aLeaseWithoutTimesIsNotStolen() async throws {
    let store = Store()
    store.state.withLock {
      $0.lease = [
        "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
        "metadata": ["name": "nsx-antrea"], "spec": ["holderIdentity": "other"],
      ]
    }
    await #expect(throws: LeaseError.self) { try await store.lock("one").acquire() }
  }
}
