import AntreaModel
import HTTPTransport
import Synchronization

/// One run at a time for a cluster: a Lease of `coordination.k8s.io/v1`.
///
/// Clocks of different machines are never compared to take a Lease from a
/// holder: it has expired when this run has seen it unchanged for its whole
/// duration. Every write bears the resourceVersion that was read, so of two runs
/// that take an expired Lease at once only one succeeds.
public actor LeaseLock {
  /// The resource of Leases.
  public static let resource = APIResource(
    group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases",
    isNamespaced: true)

  /// What is known of our hold on the Lease, for those who must stop with it.
  private struct Hold {
    var renewed: Duration?
    var loss: LeaseError?
  }

  private let client: KubernetesClient
  /// For a Lease that is ours.
  private let renewingClient: KubernetesClient
  private let namespace: String
  private let name: String
  private let holder: String
  private let isGone: @Sendable (String) -> Bool
  private let onWait: @Sendable (LeaseHolding) -> Void
  private nonisolated let timing: LeaseTiming
  private nonisolated let hold = Mutex(Hold())
  private var held: LeaseDocument?

  /// Creates a lock that is not yet taken.
  ///
  /// - Parameters:
  ///   - holder: Identity of this run, different for every run.
  ///   - isGone: Whether a holder is known to run no more, so that its Lease need
  ///     not expire first.
  ///   - onWait: Told once for each holder that is waited for.
  public init(
    client: KubernetesClient, namespace: String, name: String, holder: String,
    timing: LeaseTiming, isGone: @escaping @Sendable (String) -> Bool = { _ in false },
    onWait: @escaping @Sendable (LeaseHolding) -> Void = { _ in }
  ) {
    self.client = client
    renewingClient = client.limited(to: timing.renewTimeout)
    self.namespace = namespace
    self.name = name
    self.holder = holder
    self.timing = timing
    self.isGone = isGone
    self.onWait = onWait
  }

  /// Whether this run holds the Lease, as far as it knows.
  public var isHeld: Bool { held != nil }

  /// Why the Lease is lost for good; `nil` while it is not.
  public nonisolated var loss: LeaseError? {
    if let loss = hold.withLock({ $0.loss }) { return loss }
    guard let age, age >= timing.giveUp else { return nil }
    return .notRenewed(lease: "\(namespace)/\(name)", seconds: age.components.seconds)
  }

  /// Whether the Lease may have expired, so that nothing may be begun until it has
  /// been renewed.
  public nonisolated var isDoubtful: Bool { age.map { $0 >= timing.renewDeadline } ?? true }

  /// Waits until something may be begun under the Lease.
  ///
  /// - Returns: Why nothing may be; `nil` where it may.
  /// - Throws: `CancellationError`.
  public nonisolated func permission() async throws -> LeaseError? {
    while true {
      if let loss { return loss }
      if !isDoubtful { return nil }
      try await timing.sleep(.seconds(1))
    }
  }

  /// How long nobody else may take the Lease; what is begun in its name must have
  /// ended by then.
  public nonisolated var timeLeft: Duration {
    age.map { max(.zero, .seconds(timing.duration) - $0) } ?? .zero
  }

  private nonisolated var age: Duration? {
    hold.withLock { $0.renewed }.map { timing.now() - $0 }
  }

  /// Takes the Lease: a free one, our own, one whose holder is gone, or one that
  /// has expired.
  ///
  /// A Lease that looks expired is watched for its duration before it is taken,
  /// whatever the timeout.
  ///
  /// - Throws: ``LeaseError/held(_:)``, or an error of the client.
  public func acquire() async throws {
    let deadline = timing.now() + timing.timeout
    // What was seen last, and when it was seen first.
    var seen: (version: String, since: Duration)?
    var isAlive = false
    var told: String?
    while true {
      try Task.checkCancellation()
      let found: LeaseDocument?
      do {
        found = try await client.find(Self.resource, namespace: namespace, name: name)
          .map { LeaseDocument($0) }
        if try await take(found, seen: seen) { return }
      } catch let error as KubernetesAPIError
        where error.isConflict || error.isAlreadyExists || (error.isNotFound && error.name == name)
      {
        // Somebody was faster; the next look tells who.
        try await timing.sleep(.milliseconds(100))
        continue
      }
      guard let found else { continue }
      let now = timing.now()
      let version = found.version ?? found.renewed ?? ""
      if let seen, seen.version != version { isAlive = true }
      if seen?.version != version { seen = (version, now) }
      var end = deadline
      if !isAlive, let duration = found.duration, found.looksExpired(at: timing.wallClock()) {
        end = max(end, (seen?.since ?? now) + .seconds(duration))
      }
      let other = described(found)
      guard now < end else { throw LeaseError.held(other) }
      if told != other.holder {
        told = other.holder
        onWait(other)
      }
      try await timing.sleep(min(timing.pollInterval, end - now))
    }
  }

  /// Extends the Lease; call it every ``LeaseTiming/renewInterval``.
  ///
  /// - Throws: ``LeaseError/lost(lease:holder:)`` when another run has it.
  public func renew() async throws {
    guard let current = held else { return try await acquire() }
    do {
      try await write(current, with: renewingClient)
    } catch let error as KubernetesAPIError where error.isConflict || error.isNotFound {
      // A renewal whose answer was lost shows as a conflict with ourselves.
      let found = try await renewingClient.find(Self.resource, namespace: namespace, name: name)
        .map { LeaseDocument($0) }
      guard let found, found.holder == holder else {
        held = nil
        let other = found?.holder ?? ""
        let loss = LeaseError.lost(
          lease: "\(namespace)/\(name)", holder: other.isEmpty ? "another run" : other)
        hold.withLock { $0.loss = loss }
        throw loss
      }
      try await write(found, with: renewingClient)
    }
  }

  /// Renews the Lease until the task is cancelled or the Lease is lost; what fails
  /// otherwise is tried again, until ``loss`` says that it is too late. Nobody who
  /// took it meanwhile goes unnoticed: a renewal bears the version that we wrote.
  public func keep() async {
    while loss == nil {
      guard (try? await timing.sleep(timing.renewInterval)) != nil else { return }
      while loss == nil {
        do {
          try await renew()
          break
        } catch {
          guard (try? await timing.sleep(.seconds(1))) != nil else { return }
        }
      }
    }
  }

  /// Gives the Lease back; nothing happens when it is no longer ours.
  public func release() async throws {
    var current = held
    held = nil
    // Others may have written something else into it: the second look tells.
    for _ in 0..<2 {
      guard var document = current else { return }
      document.free(at: timing.wallClock())
      guard let free = KubernetesObject(document.document) else { return }
      do {
        _ = try await renewingClient.replace(free, as: Self.resource)
        return
      } catch let error as KubernetesAPIError where error.isConflict || error.isNotFound {
        current = try await renewingClient.find(Self.resource, namespace: namespace, name: name)
          .map { LeaseDocument($0) }
        if current?.holder != holder { return }
      }
    }
  }

  /// Takes the Lease where that is right.
  ///
  /// - Parameter seen: Since when it has been as it is.
  /// - Returns: Whether it is ours.
  private func take(
    _ found: LeaseDocument?, seen: (version: String, since: Duration)?
  ) async throws -> Bool {
    if let found, !found.holder.isEmpty, found.holder != holder, !isGone(found.holder) {
      guard let duration = found.duration, let seen,
        seen.version == found.version ?? found.renewed ?? "",
        timing.now() - seen.since >= .seconds(duration)
      else { return false }
    }
    try await write(
      found ?? LeaseDocument(namespace: namespace, name: name), isNew: found == nil, with: client)
    return true
  }

  private func write(
    _ current: LeaseDocument, isNew: Bool = false, with client: KubernetesClient
  ) async throws {
    var document = current
    document.take(by: holder, for: timing.duration, at: timing.wallClock())
    guard let desired = KubernetesObject(document.document) else {
      throw client.malformed("a Lease has no name")
    }
    // Others count from when they see it, which is later.
    let start = timing.now()
    // A write that has begun is finished, also when the run is stopped: else the
    // Lease might be ours and nobody would know.
    let write = Task {
      // One that exists after all is looked at again, and may be this one.
      isNew
        ? try await client.create(desired, as: Self.resource, mayRepeat: true)
        : try await client.replace(desired, as: Self.resource)
    }
    held = LeaseDocument(try await write.value)
    hold.withLock { $0.renewed = start }
  }

  private func described(_ lease: LeaseDocument) -> LeaseHolding {
    LeaseHolding(
      namespace: namespace, name: name, holder: lease.holder, since: lease.acquired,
      renewed: lease.renewed)
  }
}
