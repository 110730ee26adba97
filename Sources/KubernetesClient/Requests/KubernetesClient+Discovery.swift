import Documents
import HTTPTransport

extension KubernetesClient {
  private static let aggregated =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"

  /// Legacy discovery requests in flight.
  private static let concurrency = 8

  /// What the server serves: two requests with aggregated discovery
  /// (Kubernetes 1.26 and later), else one for each group and version.
  ///
  /// A group whose server is down is told in ``ServerDiscovery/incomplete``.
  ///
  /// - Parameter groups: Restricts legacy discovery to these groups; `nil` for all.
  /// - Throws: ``KubernetesAPIError`` or `TransportError` when the list of
  ///   groups itself cannot be had.
  public func discovery(groups wanted: Set<String>? = nil) async throws -> ServerDiscovery {
    async let core = json(Call(path: "/api", accept: Self.aggregated))
    async let named = json(Call(path: "/apis", accept: Self.aggregated))
    var result = ServerDiscovery(groups: [], resources: [])
    var legacy: [(group: String, version: String)] = []
    for answer in [try await core, try await named] {
      switch answer["kind"]?.string {
      case "APIGroupDiscoveryList": try readAggregated(answer, into: &result)
      case "APIVersions":
        let versions = (answer["versions"]?.array ?? []).compactMap(\.string)
        result.groups.append(.init(name: "", versions: versions))
        legacy += versions.map { ("", $0) }
      case "APIGroupList":
        guard let list = answer["groups"]?.array else {
          throw malformed("the list of API groups has no groups")
        }
        for group in list {
          let name = group["name"]?.string ?? ""
          var versions = (group["versions"]?.array ?? []).compactMap { $0["version"]?.string }
          if let preferred = group[path: "preferredVersion", "version"]?.string,
            let index = versions.firstIndex(of: preferred)
          {
            versions.insert(versions.remove(at: index), at: 0)
          }
          result.groups.append(.init(name: name, versions: versions))
          legacy += versions.map { (name, $0) }
        }
      default: throw malformed("discovery was answered with neither groups nor versions")
      }
    }
    legacy.removeAll { entry in wanted.map { !$0.contains(entry.group) } ?? false }
    try await readLegacy(legacy, into: &result)
    return result
  }

  /// The versions of one API group, by one request; none where the server has no
  /// such group.
  ///
  /// - Throws: ``KubernetesAPIError`` or `TransportError`.
  public func versions(of group: String) async throws -> Set<String> {
    do {
      let answer = try await json(Call(path: "/apis/\(group)"))
      guard let versions = answer["versions"]?.array else {
        throw malformed("an API group has no versions")
      }
      return Set(versions.compactMap { $0["version"]?.string })
    } catch let error as KubernetesAPIError where error.isNotFound {
      return []
    }
  }

  /// What all versions of an API group serve, by one request for each; nothing
  /// where the server has no such group, `nil` where it cannot tell.
  ///
  /// - Throws: ``KubernetesAPIError`` or `TransportError`.
  public func resources(of group: String) async throws -> [APIResource]? {
    var result: [APIResource] = []
    for version in try await versions(of: group).sorted() {
      guard let resources = try await resources(group, version) else { return nil }
      result += resources
    }
    return result
  }

  private func readAggregated(_ list: JSONValue, into result: inout ServerDiscovery) throws {
    guard let items = list["items"]?.array else {
      throw malformed("aggregated discovery has no items")
    }
    for item in items {
      let group = item[path: "metadata", "name"]?.string ?? ""
      var versions: [String] = []
      for entry in item["versions"]?.array ?? [] {
        guard let version = entry["version"]?.string else { continue }
        versions.append(version)
        if entry["freshness"]?.string == "Stale" {
          result.incomplete.insert(group.isEmpty ? version : "\(group)/\(version)")
        }
        for resource in entry["resources"]?.array ?? [] {
          guard let plural = resource["resource"]?.string,
            let kind = resource[path: "responseKind", "kind"]?.string, !kind.isEmpty
          else { continue }
          result.resources.append(
            APIResource(
              group: group, version: version, kind: kind, plural: plural,
              isNamespaced: resource["scope"]?.string == "Namespaced",
              verbs: Set((resource["verbs"]?.array ?? []).compactMap(\.string))))
        }
      }
      result.groups.append(.init(name: group, versions: versions))
    }
  }

  private func readLegacy(
    _ entries: [(group: String, version: String)], into result: inout ServerDiscovery
  ) async throws {
    let found = try await withThrowingTaskGroup(of: (Int, [APIResource]?).self) { tasks in
      var found: [[APIResource]?] = Array(repeating: nil, count: entries.count)
      var next = 0
      func start() {
        guard next < entries.count else { return }
        let (index, entry) = (next, entries[next])
        next += 1
        tasks.addTask { (index, try await resources(entry.group, entry.version)) }
      }
      for _ in 0..<Self.concurrency { start() }
      while let (index, resources) = try await tasks.next() {
        found[index] = resources
        start()
      }
      return found
    }
    for (entry, resources) in zip(entries, found) {
      if let resources {
        result.resources += resources
      } else {
        result.incomplete.insert(
          entry.group.isEmpty ? entry.version : "\(entry.group)/\(entry.version)")
      }
    }
  }

  /// The resources of one version; `nil` where the server cannot tell.
  private func resources(_ group: String, _ version: String) async throws -> [APIResource]? {
    let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    let answer: JSONValue
    do {
      answer = try await json(Call(path: path))
    } catch let error as KubernetesAPIError where error.isUnauthorized {
      throw error
    } catch is KubernetesAPIError {
      return nil
    } catch is TransportError {
      return nil
    }
    guard let list = answer["resources"]?.array else { return nil }
    return list.compactMap { entry in
      guard let plural = entry["name"]?.string, !plural.contains("/"),
        let kind = entry["kind"]?.string
      else { return nil }
      return APIResource(
        group: group, version: version, kind: kind, plural: plural,
        isNamespaced: entry["namespaced"]?.bool == true,
        verbs: Set((entry["verbs"]?.array ?? []).compactMap(\.string)))
    }
  }
}
