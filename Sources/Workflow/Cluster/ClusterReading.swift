import AntreaModel
import Failures
import KubernetesClient

extension Run {
  /// Reads a cluster in one pass: every kind once, in pages, all kinds at the
  /// same time.
  ///
  /// A kind that may not be listed is a gap of the result, unless nothing can be
  /// done without it.
  ///
  /// - Parameter withConnectivity: Whether pods and everything else that decides
  ///   who reaches whom are read, or only what a plan is made from.
  func readCluster(
    _ client: KubernetesClient, withConnectivity: Bool
  ) async throws -> ClusterContents {
    let kinds = ClusterKind.policies + (withConnectivity ? ClusterKind.connectivity : [])
    let parts = try await withThrowingTaskGroup(of: (Int, ClusterContents).self) { group in
      for (index, kind) in kinds.enumerated() where kind.need != .rare {
        group.addTask { (index, try await read(kind, client)) }
      }
      // Hardly any cluster has these: one request tells.
      let rare = kinds.enumerated().filter { $0.element.need == .rare }
      if !rare.isEmpty {
        group.addTask {
          var contents = ClusterContents(objects: [])
          for kind in await served(rare.map(\.element), client) {
            let part = try await read(kind, client)
            contents.objects += part.objects
            contents.gaps += part.gaps
            contents.unseen += part.unseen
          }
          return (kinds.count, contents)
        }
      }
      var parts: [(Int, ClusterContents)] = []
      for try await part in group { parts.append(part) }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
    return ClusterContents(
      objects: parts.flatMap(\.objects), gaps: parts.flatMap(\.gaps),
      unseen: parts.flatMap(\.unseen))
  }

  /// The kinds whose version the cluster serves; all where that cannot be told.
  private func served(_ kinds: [ClusterKind], _ client: KubernetesClient) async -> [ClusterKind] {
    var versions: [String: Set<String>] = [:]
    for group in Set(kinds.map(\.resource.group)) {
      versions[group] = try? await client.versions(of: group)
    }
    return kinds.filter { versions[$0.resource.group]?.contains($0.resource.version) ?? true }
  }

  private func read(_ kind: ClusterKind, _ client: KubernetesClient) async throws
    -> ClusterContents
  {
    var objects: [KubernetesObject] = []
    do {
      try await client.list(kind.resource) { page in
        if page.isRestart { objects.removeAll() }
        objects += page.objects.map(InventoryReduction.reduced)
      }
    } catch let error as KubernetesAPIError where kind.need != .required {
      if error.isNotFound { return ClusterContents(objects: []) }
      if error.isForbidden, kind.need == .rare {
        return ClusterContents(
          objects: [], unseen: [.init(kind: kind.plural, reason: "may not be listed")])
      }
      guard error.isForbidden else { throw error }
      return ClusterContents(
        objects: [], gaps: [.init(kind: kind.plural, reason: "may not be listed")])
    }
    return ClusterContents(objects: objects)
  }

  /// Objects from a file or folder in place of a cluster; the kinds that it does
  /// not hold are gaps.
  func readClusterFile(_ path: String) throws -> ClusterContents {
    let objects = try ObjectFiles.read(path)
    let held = Set(objects.map { "\($0.reference.group)/\($0.kind)" })
    var contents = ClusterContents(objects: objects.map(InventoryReduction.reduced))
    for kind in ClusterKind.policies + ClusterKind.connectivity
    where kind.need == .wanted && !held.contains("\(kind.resource.group)/\(kind.resource.kind)") {
      contents.gaps.append(.init(kind: kind.plural, reason: "are not in \(path)"))
    }
    return contents
  }
}
