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
    /// The kind.
    let kind: InventoryKind
    /// Whether the cluster has no such kind; else it may not be listed.
    let isAbsent: Bool
  }

  /// The objects, reduced to what an inventory asks for.
  var objects: [KubernetesObject] = []
  /// The kinds that were not read: nothing is deleted because of them.
  var gaps: [Gap] = []
  /// Whether each Node's Antrea Agent works, by the Node's name.
  var agents: [String: Bool] = [:]

  /// Kinds that every cluster has.
  static let core: Set<InventoryKind> = [.namespace, .node, .pod, .service]

  /// Why the inventory cannot be whole: a kind that every cluster has may not
  /// be listed.
  func shortfall(_ cluster: String) -> Failure? {
    let missing = gaps.filter { Self.core.contains($0.kind) }.map(\.kind.name)
    guard !missing.isEmpty else { return nil }
    return Failure(
      .permissionDenied, subject: "cluster \(cluster)",
      cause: "\(missing.joined(separator: ", ")) may not be listed",
      remedy: "give the rights of examples/rbac.yaml")
  }

  /// The kinds of ``gaps``.
  var incompleteKinds: Set<InventoryKind> { Set(gaps.map(\.kind)) }
}

extension Run {
  /// Lists that are read from one cluster at the same time.
  private static let inventoryLists = 4

  /// Reads what the inventory of a cluster is made from. A kind that the
  /// cluster does not have or that may not be listed is a gap, and no error.
  ///
  /// - Throws: ``KubernetesAPIError`` or `TransportError` for anything else.
  func inventorySource(_ cluster: ClusterSettings) async throws -> InventorySource {
    let client = try await connectCluster(cluster)
    var source = InventorySource()
    var lists: [InventoryKind: [KubernetesObject]?] = [:]
    var forbidden: Set<InventoryKind> = []
    try await withThrowingTaskGroup(of: (InventoryKind, [KubernetesObject]?, Bool).self) { group in
      var waiting = InventoryKind.allCases.filter { $0 != .endpoints }[...]
      func start() {
        guard let kind = waiting.popFirst() else { return }
        group.addTask {
          let (objects, isForbidden) = try await Self.list(kind, client)
          return (kind, objects, isForbidden)
        }
      }
      for _ in 0..<Self.inventoryLists { start() }
      while let (kind, objects, isForbidden) = try await group.next() {
        lists[kind] = objects
        if isForbidden { forbidden.insert(kind) }
        // The form before EndpointSlices, only where there are none.
        if kind == .endpointSlice, objects == nil, !isForbidden { waiting.append(.endpoints) }
        start()
      }
    }
    for kind in InventoryKind.allCases {
      if let objects = lists[kind] ?? nil {
        source.objects += objects
      } else if kind != .endpoints || lists.keys.contains(.endpoints) {
        source.gaps.append(.init(kind: kind, isAbsent: !forbidden.contains(kind)))
      } else if source.incompleteKinds.contains(.endpointSlice) {
        source.gaps.append(.init(kind: kind, isAbsent: false))
      }
    }
    if let gap = source.gaps.first(where: { $0.isAbsent && InventorySource.core.contains($0.kind) })
    {
      throw Failure(
        .invalidInput, subject: "cluster \(cluster.name)",
        cause: "the server does not serve \(gap.kind.name)",
        remedy: "check the server's URL: it is not that of a Kubernetes API")
    }
    source.agents = AgentHeartbeats.agents(in: source.objects, now: context.now())
    for gap in source.gaps where !gap.isAbsent && gap.kind != .endpoints {
      log.warning("cluster \(cluster.name): \(gap.kind.name) cannot be listed: permission denied")
    }
    return source
  }

  /// The objects of a kind in the newest version that the cluster serves; `nil`
  /// where it serves none, or where they may not be listed.
  private static func list(
    _ kind: InventoryKind, _ client: KubernetesClient
  ) async throws -> (objects: [KubernetesObject]?, isForbidden: Bool) {
    for resource in kind.resources {
      do {
        var objects: [KubernetesObject] = []
        try await client.list(resource) { page in
          if page.isRestart { objects.removeAll() }
          objects += page.objects.map(InventoryExtract.reduced)
        }
        return (objects, false)
      } catch let error as KubernetesAPIError where error.isNotFound {
        continue
      } catch let error as KubernetesAPIError where error.isForbidden {
        return (nil, true)
      }
    }
    return (nil, false)
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
