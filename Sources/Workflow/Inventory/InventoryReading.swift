import AntreaModel
import Documents
import Failures
import Inventory
import KubernetesClient
import Reporting

/// What of a cluster was read for its inventory.
struct InventorySource: Sendable {
  /// A kind that was not read.
  struct Gap: Sendable, Hashable {
    /// Why it was not read.
    enum Reason: String, Sendable, Hashable {
      /// The cluster has no such kind, and so no objects of it.
      case absent = "not served"
      /// It may not be listed.
      case forbidden = "not permitted"
      /// The cluster has it, in a version that we do not know.
      case unknownVersion = "no known version"
      /// The server answered with an error of its own.
      case unavailable = "not available"
    }

    /// The kind.
    let kind: InventoryKind
    /// Why it was not read.
    let reason: Reason
    /// Whether NSX may have objects of the kind that exist.
    var mayHaveObjects: Bool { reason != .absent }
  }

  /// The objects, reduced to what an inventory asks for.
  var objects: [KubernetesObject] = []
  /// The kinds that were not read.
  var gaps: [Gap] = []
  /// What tells this cluster from another (``InventoryIdentity``); `nil` where
  /// it may not be read.
  var uid: String?
  /// Whether each Node's Antrea Agent works, by the Node's name.
  var agents: [String: Bool] = [:]

  /// Kinds that every cluster has.
  static let core: Set<InventoryKind> = [.namespace, .node, .pod, .service]

  /// Why the inventory cannot be whole: a kind that every cluster has may not
  /// be listed, or one could not be read this time.
  func shortfall(_ cluster: String) -> Failure? {
    func names(_ gaps: [Gap]) -> String {
      gaps.map(\.kind).filter { $0 != .endpoints }.map(\.name).joined(separator: ", ")
    }
    let forbidden = gaps.filter { $0.reason == .forbidden && Self.core.contains($0.kind) }
    if !forbidden.isEmpty {
      return Failure(
        .permissionDenied, subject: "cluster \(cluster)",
        cause: "\(names(forbidden)) may not be listed",
        remedy: "give the rights of examples/rbac.yaml")
    }
    let unavailable = gaps.filter { $0.reason == .unavailable }
    guard !unavailable.isEmpty else { return nil }
    return Failure(
      .unreachable, subject: "cluster \(cluster)",
      cause: "\(names(unavailable)) could not be listed: the API server has an error of its own",
      remedy: "the next report reads it again")
  }

  /// The kinds of which there may be more than was read: nothing is deleted
  /// because of them. Without EndpointSlices, what they would tell is unknown.
  var incompleteKinds: Set<InventoryKind> {
    Set(
      gaps.filter { $0.mayHaveObjects || [.endpointSlice, .endpoints].contains($0.kind) }
        .map(\.kind))
  }
}

extension Run {
  /// Lists that are read from one cluster at the same time.
  private static let inventoryLists = 4

  /// How the list of a kind ended.
  private enum KindReading: Sendable {
    case objects([KubernetesObject])
    /// 404 for all versions that we know.
    case missing
    case gap(InventorySource.Gap.Reason)
  }

  /// Reads what the inventory of a cluster is made from. A kind that the
  /// cluster does not have, that may not be listed, or that it cannot list although
  /// it can list what every cluster has, is a gap, and no error.
  ///
  /// - Throws: ``KubernetesAPIError`` or `TransportError` for anything else.
  func inventorySource(_ cluster: ClusterSettings) async throws -> InventorySource {
    let client = try await connectCluster(cluster)
    var source = InventorySource()
    var readings: [InventoryKind: KindReading] = [:]
    try await withThrowingTaskGroup(of: (InventoryKind, KindReading).self) { group in
      var waiting = InventoryKind.allCases.filter { $0 != .endpoints }[...]
      func start() {
        guard let kind = waiting.popFirst() else { return }
        group.addTask { (kind, try await Self.list(kind, client)) }
      }
      for _ in 0..<Self.inventoryLists { start() }
      while let (kind, reading) = try await group.next() {
        readings[kind] = reading
        // The form before EndpointSlices, only where there are none.
        if kind == .endpointSlice, case .missing = reading { waiting.append(.endpoints) }
        start()
      }
    }
    for kind in InventoryKind.allCases {
      switch readings[kind] {
      case .objects(let objects): source.objects += objects
      case .missing:
        source.gaps.append(
          .init(kind: kind, reason: try await isServed(kind, client) ? .unknownVersion : .absent))
      case .gap(let reason): source.gaps.append(.init(kind: kind, reason: reason))
      case nil:
        // Endpoints that were not asked for, beside slices that were not read.
        if case .gap(let reason) = readings[.endpointSlice] {
          source.gaps.append(.init(kind: kind, reason: reason))
        }
      }
    }
    if let gap = source.gaps.first(where: {
      $0.reason != .forbidden && InventorySource.core.contains($0.kind)
    }) {
      throw Failure(
        .invalidInput, subject: "cluster \(cluster.name)",
        cause: "the server does not serve \(gap.kind.name)",
        remedy: "check the server's URL: it is not that of a Kubernetes API")
    }
    source.agents = AgentHeartbeats.agents(in: source.objects, now: context.now())
    source.uid =
      source.incompleteKinds.contains(.namespace)
      ? try await identity(of: client)
      : source.objects.first {
        InventoryKind($0.reference) == .namespace && $0.name == InventoryIdentity.namespace
      }?.uid
    for gap in source.gaps where gap.mayHaveObjects && gap.kind != .endpoints {
      log.warning(
        "cluster \(cluster.name): \(gap.kind.name) cannot be listed: \(gap.reason.rawValue)")
    }
    return source
  }

  /// Whether the cluster serves a kind of which no known version can be listed: in
  /// one that came later. Where that cannot be told it counts as served, so that
  /// nothing is deleted.
  ///
  /// - Throws: `TransportError`.
  private func isServed(_ kind: InventoryKind, _ client: KubernetesClient) async throws -> Bool {
    // Of these no object of NSX is made.
    guard kind.isReported, let group = kind.resources.first?.group, !group.isEmpty else {
      return false
    }
    do {
      guard let resources = try await client.resources(of: group) else { return true }
      return resources.contains { $0.kind == kind.name }
    } catch is KubernetesAPIError {
      return true
    }
  }

  /// The objects of a kind in the newest version that the cluster serves.
  private static func list(
    _ kind: InventoryKind, _ client: KubernetesClient
  ) async throws -> KindReading {
    for resource in kind.resources {
      do {
        var objects: [KubernetesObject] = []
        try await client.list(resource) { page in
          if page.isRestart { objects.removeAll() }
          objects += page.objects.map(InventoryExtract.reduced)
        }
        return .objects(objects)
      } catch let error as KubernetesAPIError where error.isNotFound {
        continue
      } catch let error as KubernetesAPIError where error.isForbidden {
        return .gap(.forbidden)
      } catch let error as KubernetesAPIError
        where error.code >= 500 && !InventorySource.core.contains(kind)
      {
        return .gap(.unavailable)
      }
    }
    return .missing
  }
}

/// Whether Antrea's Agents work, by what they last reported.
enum AgentHeartbeats {
  /// Agents report every minute; one that has been silent for five times as
  /// long does not work.
  private static let silence: Int64 = 300

  /// By the names of the Nodes. An Agent that has never reported does not work,
  /// nor does one whose connection to the Controller or to Open vSwitch is down.
  ///
  /// - Parameter now: Seconds since 1970.
  static func agents(in objects: [KubernetesObject], now: Int64) -> [String: Bool] {
    var result: [String: Bool] = [:]
    for object in objects where InventoryKind(object.reference) == .agentInfo {
      let node = object.document[path: "nodeRef", "name"]?.string ?? object.name
      let conditions = object.document["agentConditions"]?.array ?? []
      result[node] =
        !conditions.isEmpty
        && conditions.allSatisfy { condition in
          let beat = condition["lastHeartbeatTime"]?.string.flatMap(UTCTime.seconds)
          return condition["status"]?.string == "True" && beat.map { now - $0 <= silence } ?? true
        }
    }
    return result
  }
}
