import AntreaModel
import Documents
import HTTPTransport

/// One run at a time for a cluster: a Lease of `coordination.k8s.io/v1`.
///
/// Every write bears the resourceVersion that was read, so of two runs that
/// take an expired Lease at once only one succeeds.
public actor LeaseLock {
  /// The resource of Leases.
  public static let resource = APIResource(
    group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases",
    isNamespaced: true)

  /// Seconds by which clocks may differ: a Lease counts as expired only this
  /// long after its end.
  private static let skew: Int64 = 5

  private let client: KubernetesClient
  private let namespace: String
  private let name: String
  private let holder: String
  private let duration: Int64
  private let now: @Sendable () -> Int64
  private var held: KubernetesObject?

  /// Creates a lock that is not yet taken.
  ///
  /// - Parameters:
  ///   - holder: Identity of this run, different for every run.
  ///   - duration: Seconds after which it may be taken from a run that died.
  ///   - now: Seconds since 1970.
  public init(
    client: KubernetesClient, namespace: String, name: String, holder: String,
    duration: Int64 = 60, now: @escaping @Sendable () -> Int64
  ) {
    self.client = client
    self.namespace = namespace
    self.name = name
    self.holder = holder
    self.duration = duration
    self.now = now
  }

  /// Whether this run holds the Lease, as far as it knows.
  public var isHeld: Bool { held != nil }

  /// Takes the Lease: a free, an expired or our own one.
  ///
  /// - Throws: ``LeaseError/held(lease:holder:secondsLeft:)``, or an error of the client.
  public func acquire() async throws {
    // A lost race shows in the second look.
    for _ in 0..<3 {
      do {
        held = try await attempt()
        return
      } catch let error as KubernetesAPIError where error.isConflict || error.isAlreadyExists {
        continue
      } catch let error as KubernetesAPIError where error.isNotFound && error.name == name {
        continue
      }
    }
    throw LeaseError.held(
      lease: "\(namespace)/\(name)", holder: "another run", secondsLeft: duration)
  }

  /// Extends the Lease; call it at a third of its duration.
  ///
  /// - Throws: ``LeaseError/lost(lease:holder:)`` when another run has it.
  public func renew() async throws {
    guard let current = held else { return try await acquire() }
    do {
      held = try await write(over: current)
    } catch let error as KubernetesAPIError where error.isConflict || error.isNotFound {
      // A renewal whose answer was lost shows as a conflict with ourselves.
      let found = try await client.find(Self.resource, namespace: namespace, name: name)
      guard let found, Self.holder(of: found) == holder else {
        held = nil
        let other = found.map { Self.holder(of: $0) } ?? ""
        throw LeaseError.lost(
          lease: "\(namespace)/\(name)", holder: other.isEmpty ? "another run" : other)
      }
      held = try await write(over: found)
    }
  }

  /// Gives the Lease back; nothing happens when it is no longer ours.
  public func release() async throws {
    guard let current = held else { return }
    held = nil
    var document = current.document
    Self.set(&document, "holderIdentity", "")
    Self.set(&document, "leaseDurationSeconds", 1)
    Self.set(&document, "renewTime", .string(Timestamp.text(now())))
    guard let free = KubernetesObject(document) else { return }
    do {
      _ = try await client.replace(free, as: Self.resource)
    } catch let error as KubernetesAPIError where error.isConflict || error.isNotFound {
      return
    }
  }

  private func attempt() async throws -> KubernetesObject {
    guard let found = try await client.find(Self.resource, namespace: namespace, name: name) else {
      return try await client.create(try fresh(), as: Self.resource)
    }
    let other = Self.holder(of: found)
    if !other.isEmpty, other != holder {
      let end = Self.end(of: found)
      guard end + Self.skew < now() else {
        throw LeaseError.held(
          lease: "\(namespace)/\(name)", holder: other, secondsLeft: end + Self.skew - now())
      }
    }
    return try await write(over: found)
  }

  private func write(over current: KubernetesObject) async throws -> KubernetesObject {
    var document = current.document
    let time = JSONValue.string(Timestamp.text(now()))
    if Self.holder(of: current) != holder {
      let transitions = document[path: "spec", "leaseTransitions"]?.integer ?? 0
      Self.set(&document, "leaseTransitions", .integer(transitions + 1))
      Self.set(&document, "acquireTime", time)
    }
    Self.set(&document, "holderIdentity", .string(holder))
    Self.set(&document, "leaseDurationSeconds", .integer(duration))
    Self.set(&document, "renewTime", time)
    guard let desired = KubernetesObject(document) else { return current }
    return try await client.replace(desired, as: Self.resource)
  }

  private func fresh() throws -> KubernetesObject {
    let time = JSONValue.string(Timestamp.text(now()))
    let document: JSONValue = [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "spec": [
        "holderIdentity": .string(holder), "leaseDurationSeconds": .integer(duration),
        "acquireTime": time, "renewTime": time, "leaseTransitions": 0,
      ],
    ]
    guard let object = KubernetesObject(document) else {
      throw client.malformed("a Lease needs a name")
    }
    return object
  }

  private static func holder(of lease: KubernetesObject) -> String {
    lease.document[path: "spec", "holderIdentity"]?.string ?? ""
  }

  /// Seconds since 1970 at which a Lease ends. One without readable times never
  /// ends: it is not stolen.
  private static func end(of lease: KubernetesObject) -> Int64 {
    guard let text = lease.document[path: "spec", "renewTime"]?.string,
      let renewed = Timestamp.seconds(text),
      let duration = lease.document[path: "spec", "leaseDurationSeconds"]?.integer
    else { return .max / 2 }
    return renewed + duration
  }

  private static func set(_ document: inout JSONValue, _ key: String, _ value: JSONValue) {
    guard var object = document.object else { return }
    object.update("spec") { spec in
      var members = spec.object ?? JSONObject()
      members[key] = value
      spec = .object(members)
    }
    document = .object(object)
  }
}
