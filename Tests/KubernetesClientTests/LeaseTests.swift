import Documents
import Failures
import HTTPTransport
import KubernetesClient
import Synchronization
import Testing

/// One Lease, stored as the API server does: a write needs the version read. Time
/// passes only in sleeps, in which others may write as well.
private final class LeaseStore: Sendable {
  struct State {
    var lease: JSONValue?
    var version = 0
    /// Answers to lose after the write has happened.
    var lost = 0
    /// Whether nothing gets through.
    var isDown = false
    /// The requests, with the limits that they bear.
    var requests: [(method: HTTPRequest.Method, timeout: Duration?, isIdempotent: Bool)] = []
  }
  let state = Mutex(State())
  let clock = Mutex<Int64>(0)
  /// What happens in each second of a sleep.
  let onSecond = Mutex<(@Sendable (Int64) -> Void)?>(nil)

  /// 2027-01-15T08:00:00Z.
  static let start: Int64 = 1_800_000_000
  static let missing = HTTPResponse.failure(
    404, "NotFound", details: ["kind": "leases", "name": "nsx-antrea"])

  func handle(_ request: HTTPRequest) throws -> HTTPResponse {
    try state.withLock { state in
      state.requests.append((request.method, request.timeout, request.isIdempotent))
      if state.isDown {
        throw TransportError(
          .timedOut, endpoint: "https://k8s.test:6443", detail: "down",
          requestMayHaveBeenSent: false)
      }
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
      guard let object = request.json?.object else { return .failure(400, "BadRequest") }
      Self.store(object, in: &state)
      if state.lost > 0 {
        state.lost -= 1
        return .failure(409, "Conflict")
      }
      return .json(200, state.lease ?? .null)
    }
  }

  private static func store(_ object: JSONObject, in state: inout State) {
    var object = object
    state.version += 1
    let version = JSONValue.string(String(state.version))
    object.update("metadata") { metadata in
      var members = metadata.object ?? JSONObject()
      members["resourceVersion"] = version
      metadata = .object(members)
    }
    state.lease = .object(object)
  }

  /// Another run holds it, or renews it.
  func hold(_ holder: String, renewed: String, duration: Int64? = 30) {
    let spec: JSONValue = [
      "holderIdentity": .string(holder), "acquireTime": "2027-01-15T07:00:00.000000Z",
      "renewTime": .string(renewed),
      "leaseDurationSeconds": duration.map { .integer($0) } ?? .null,
    ]
    var object = JSONObject()
    object["apiVersion"] = "coordination.k8s.io/v1"
    object["kind"] = "Lease"
    object["metadata"] = ["name": "nsx-antrea", "namespace": "kube-system"]
    object["spec"] = spec
    let lease = object
    state.withLock { Self.store(lease, in: &$0) }
  }

  func lock(
    _ holder: String, timeout: Int64 = 0, skew: Int64 = 0, gone: Set<String> = []
  ) -> LeaseLock {
    let http = ScriptedClient { [self] request, _ in try handle(request) }
    var timing = LeaseTiming(
      now: { [self] in .seconds(clock.withLock { $0 }) },
      sleep: { [self] duration in
        try Task.checkCancellation()
        let seconds = duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
        for _ in 0..<seconds {
          let now = clock.withLock { clock in
            clock += 1
            return clock
          }
          onSecond.withLock { $0 }?(now)
        }
      },
      wallClock: { [self] in Self.start + skew + clock.withLock { $0 } })
    timing.timeout = .seconds(timeout)
    return LeaseLock(
      client: KubernetesClient(http: http, server: server), namespace: "kube-system",
      name: "nsx-antrea", holder: holder, timing: timing, isGone: { gone.contains($0) })
  }

  func pass(_ seconds: Int64) { clock.withLock { $0 += seconds } }
  func spec(_ key: String) -> JSONValue? { state.withLock { $0.lease?[path: "spec", key] } }
  var time: Int64 { clock.withLock { $0 } }
}

@Suite("Lease")
struct LeaseTests {
  @Test("one holder at a time; who it is and since when is told at once")
  func oneHolder() async throws {
    let store = LeaseStore()
    let (first, second) = (store.lock("one"), store.lock("two"))
    try await first.acquire()
    #expect(store.spec("renewTime") == "2027-01-15T08:00:00.000000Z")
    store.pass(20)
    try await first.renew()
    store.pass(20)
    let error = await #expect(throws: LeaseError.self) { try await second.acquire() }
    #expect(
      error
        == .held(
          LeaseHolding(
            namespace: "kube-system", name: "nsx-antrea", holder: "one",
            since: "2027-01-15T08:00:00.000000Z", renewed: "2027-01-15T08:00:20.000000Z")))
    #expect(error?.failure.kind == .lockHeld)
    #expect(error?.failure.remedy?.contains("delete lease nsx-antrea") == true)
    #expect(store.time == 40, "nobody waited")
    try await first.release()
    #expect(store.spec("holderIdentity") == "")
    try await second.acquire()
    #expect(store.spec("holderIdentity") == "two")
    #expect(store.spec("leaseTransitions") == 1)
  }

  @Test("a run that waits gets it when the other ends")
  func waiting() async throws {
    let store = LeaseStore()
    let (first, second) = (store.lock("one"), store.lock("two", timeout: 120))
    try await first.acquire()
    store.onSecond.withLock { hook in
      hook = { now in
        if now == 40 { store.hold("", renewed: "2027-01-15T08:00:40.000000Z", duration: 1) }
        if now < 40, now % 10 == 0 {
          store.hold("one", renewed: "2027-01-15T08:00:\(now).000000Z")
        }
      }
    }
    try await second.acquire()
    #expect(store.spec("holderIdentity") == "two")
    #expect((40...42).contains(store.time), "\(store.time)")
  }

  @Test("a dead holder's is taken after its duration has been watched, not before")
  func expired() async throws {
    let store = LeaseStore()
    store.hold("one", renewed: "2027-01-15T07:59:00.000000Z")
    try await store.lock("two").acquire()
    #expect(store.spec("holderIdentity") == "two")
    #expect(store.time == 30)
  }

  @Test("a live holder whose clock is an hour behind keeps it")
  func skewedAndAlive() async throws {
    let store = LeaseStore()
    store.hold("one", renewed: "2027-01-15T07:00:00.000000Z")
    store.onSecond.withLock { hook in
      hook = { now in
        if now % 10 == 5 { store.hold("one", renewed: "2027-01-15T07:00:0\(now % 10).\(now)Z") }
      }
    }
    let error = await #expect(throws: LeaseError.self) { try await store.lock("two").acquire() }
    guard case .held = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(store.time < 10, "it is alive: there is nothing to wait for")
    // However long it waits.
    await #expect(throws: LeaseError.self) {
      try await store.lock("two", timeout: 200).acquire()
    }
    #expect(store.spec("holderIdentity") == "one")
  }

  @Test("a dead holder whose clock is an hour ahead loses it where somebody waits for it")
  func skewedAndDead() async throws {
    let store = LeaseStore()
    store.hold("one", renewed: "2027-01-15T09:00:00.000000Z")
    await #expect(throws: LeaseError.self) { try await store.lock("two").acquire() }
    #expect(store.time == 0)
    try await store.lock("two", timeout: 60).acquire()
    #expect(store.time == 30)
  }

  @Test("one whose process is known to be gone is not waited for")
  func gone() async throws {
    let store = LeaseStore()
    store.hold("one", renewed: "2027-01-15T08:00:00.000000Z")
    try await store.lock("two", gone: ["one"]).acquire()
    #expect(store.spec("holderIdentity") == "two")
    #expect(store.time == 0)
  }

  @Test("what was taken by another is lost, and not released")
  func lost() async throws {
    let store = LeaseStore()
    let first = store.lock("one")
    try await first.acquire()
    #expect(first.loss == nil)
    store.hold("two", renewed: "2027-01-15T08:00:10.000000Z")
    let error = await #expect(throws: LeaseError.self) { try await first.renew() }
    #expect(error == .lost(lease: "kube-system/nsx-antrea", holder: "two"))
    #expect(first.loss == error)
    #expect(await first.isHeld == false)
    try await first.release()
    #expect(store.spec("holderIdentity") == "two")
  }

  @Test("one that could not be renewed is doubtful before others may take it")
  func notRenewed() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    store.pass(19)
    #expect(!lock.isDoubtful)
    store.pass(1)
    #expect(lock.isDoubtful && lock.loss == nil)
    // The server was only away.
    try await lock.renew()
    #expect(!lock.isDoubtful)
    store.pass(120)
    #expect(lock.loss == .notRenewed(lease: "kube-system/nsx-antrea", seconds: 120))
  }

  @Test("work waits while it is doubtful, and goes on when it was renewed")
  func permission() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    #expect(try await lock.permission() == nil)
    #expect(store.time == 0)
    store.pass(25)
    let renewal = Task { try await lock.renew() }
    try await renewal.value
    #expect(try await lock.permission() == nil)
    store.pass(25)
    // Nobody renews it.
    #expect(
      try await lock.permission()
        == .notRenewed(lease: "kube-system/nsx-antrea", seconds: 120))
  }

  @Test("a renewal is given up in time for another; taking it has all the time there is")
  func limits() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    try await lock.renew()
    try await lock.release()
    let requests = store.state.withLock { $0.requests }
    #expect(requests.map(\.method) == [.get, .post, .put, .put])
    #expect(requests.map(\.timeout) == [nil, nil, .seconds(15), .seconds(15)])
    var timing = LeaseTiming(now: { .zero }, sleep: { _ in }, wallClock: { 0 })
    timing.requestTimeout = .seconds(3)
    #expect(timing.renewTimeout == .seconds(3))
    // One that was created and not heard of is found to be ours.
    #expect(requests.allSatisfy { $0.isIdempotent })
  }

  @Test("what is begun under it must end before others may take it")
  func timeLeft() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    #expect(lock.timeLeft == .zero)
    try await lock.acquire()
    #expect(lock.timeLeft == .seconds(30))
    store.pass(29)
    #expect(lock.timeLeft == .seconds(1))
    store.pass(5)
    #expect(lock.timeLeft == .zero)
  }

  @Test("one that another took while it could not be renewed is lost")
  func takenMeanwhile() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    store.pass(60)
    store.hold("two", renewed: "2027-01-15T08:00:40.000000Z")
    store.hold("", renewed: "2027-01-15T08:00:50.000000Z")
    await #expect(throws: LeaseError.self) { try await lock.renew() }
    #expect(
      try await lock.permission() == .lost(lease: "kube-system/nsx-antrea", holder: "another run"))
  }

  @Test("renewals go on through an outage, and end with a long one")
  func keeping() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    store.onSecond.withLock { hook in
      hook = { now in
        let isDown = (10..<45).contains(now) || now >= 100
        store.state.withLock { $0.isDown = isDown }
        if now == 60 { #expect(!lock.isDoubtful) }
      }
    }
    await lock.keep()
    guard case .notRenewed = lock.loss else {
      Issue.record("\(String(describing: lock.loss))")
      return
    }
    #expect((200...230).contains(store.time), "\(store.time)")
  }

  @Test("a renewal or a release whose answer was lost is no loss")
  func lostAnswer() async throws {
    let store = LeaseStore()
    let lock = store.lock("one")
    try await lock.acquire()
    store.state.withLock { $0.lost = 1 }
    try await lock.renew()
    #expect(await lock.isHeld)
    store.hold("one", renewed: "2027-01-15T08:00:00.500000Z")
    try await lock.release()
    #expect(store.spec("holderIdentity") == "")
  }

  @Test("a creation whose answer was lost is ours")
  func lostCreation() async throws {
    let store = LeaseStore()
    store.state.withLock { $0.lost = 1 }
    try await store.lock("one").acquire()
    #expect(store.spec("holderIdentity") == "one")
  }

  @Test("of many only one gets it")
  func race() async throws {
    let store = LeaseStore()
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

  @Test("one that says nothing about its duration is not stolen")
  func withoutTimes() async throws {
    let store = LeaseStore()
    store.hold("other", renewed: "2027-01-15T07:00:00.000000Z", duration: nil)
    await #expect(throws: LeaseError.self) {
      try await store.lock("one", timeout: 600).acquire()
    }
    #expect(store.spec("holderIdentity") == "other")
  }
}
