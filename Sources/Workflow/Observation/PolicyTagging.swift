import AntreaModel
import Documents
import Failures
import NSXClient

extension Run {
  /// The scope of the tags that say how far a policy is realized in a cluster.
  static let tagScope = "nsx-antrea"

  /// Says on the NSX policies themselves how far they are realized, where that is
  /// switched on: a tag with scope `nsx-antrea:<cluster>`.
  ///
  /// A tag is a change of the policy: its `_revision` grows, NSX publishes it anew,
  /// and its audit log has an entry. Therefore it has few words, and is only written
  /// when another one is right. A policy that is locked, or that somebody changes at
  /// the same time, is left alone and told.
  func tagPolicies(
    _ seen: ClusterObservations, of cluster: ClusterSettings, to connection: NSXConnection,
    _ report: inout ClusterReport
  ) async {
    guard settings.flag("report.policyTags"),
      !seen.failures.contains(where: { [.realization, .inventory].contains($0.part) })
    else { return }
    let scope = "\(Self.tagScope):\(cluster.name)"
    var states: [String: [Bool]] = [:]
    for (uid, policy) in seen.policies {
      guard let path = policy.annotations[Ownership.pathAnnotation],
        let isHealthy = seen.inventory.policies[uid]?.isHealthy
      else { continue }
      states[path, default: []].append(isHealthy)
    }
    do {
      // Stale ones as well: a policy that left the cluster keeps no tag of it.
      for policy in try await taggedPolicies(scope, connection) where states[policy] == nil {
        states[policy] = []
      }
    } catch {
      report.problems.append(
        "NSX policies with an old tag were not looked for: \((error as? any FailureConvertible)?.failure.cause ?? "\(error)")"
      )
    }
    for (path, parts) in states.sorted(by: { $0.key < $1.key }) {
      if Task.isCancelled { return }
      let tag = parts.isEmpty ? nil : parts.allSatisfy { $0 } ? "realized" : "not-realized"
      do {
        var end = try await setTag(tag, scope: scope, on: path, connection)
        // Other clusters of this run may write the same policy.
        for _ in 0..<5 {
          guard case .overtaken = end else { break }
          end = try await setTag(tag, scope: scope, on: path, connection)
        }
        switch end {
        case .changed: report.tagged += 1
        case .same: break
        case .overtaken:
          report.untagged.append("policy \(path) is not tagged: others change it all the time")
        case .skipped(let reason): report.untagged.append("policy \(path) is not tagged: \(reason)")
        }
      } catch {
        report.problems.append(
          "policy \(path) is not tagged: \((error as? any FailureConvertible)?.failure.cause ?? "\(error)")"
        )
      }
    }
  }

  private enum Tagging { case changed, same, overtaken, skipped(String) }

  /// Paths of the policies that bear a tag of a scope.
  private func taggedPolicies(_ scope: String, _ connection: NSXConnection) async throws -> [String]
  {
    try await connection.list("/policy/api/v1/infra/domains/default/security-policies")
      .filter { policy in
        (policy["tags"]?.array ?? []).contains { $0["scope"]?.string == scope }
      }.compactMap { $0["path"]?.string }
  }

  private func setTag(
    _ tag: String?, scope: String, on path: String, _ connection: NSXConnection
  ) async throws -> Tagging {
    let place = "/policy/api/v1" + path
    let policy: JSONValue
    do { policy = try await connection.get(place) } catch let error as NSXAPIError
      where error.reaction == .notFound
    {
      return .skipped("NSX has it no more")
    }
    let tags = policy["tags"]?.array ?? []
    let others = tags.filter { $0["scope"]?.string != scope }
    let wanted = others + (tag.map { [["scope": .string(scope), "tag": .string($0)]] } ?? [])
    if Set(tags) == Set(wanted), tags.count == wanted.count { return .same }
    if policy["locked"]?.bool == true { return .skipped("it is locked in NSX") }
    guard wanted.count <= 30 else { return .skipped("it has 30 tags already") }
    // A PUT deletes the rules that it does not name, and a page may not have all.
    guard policy["rules"]?.array.map({ $0.count < 1000 }) == true else {
      return .skipped("it has too many rules to be written back")
    }
    guard var body = policy.object, body["_revision"] != nil else {
      return .skipped("NSX gives no _revision of it")
    }
    body["tags"] = .array(wanted)
    do {
      // With its rules and its _revision, as it was read: a PUT replaces the whole.
      _ = try await connection.json(.put, place, body: .object(body))
      return .changed
    } catch let error as NSXAPIError where error.reaction == .staleRevision {
      return .overtaken
    }
  }
}
