import Documents

extension PullReader {
  /// Reads the spans of listed policies, and those policies that are chosen.
  mutating func readPolicies(_ paths: Set<String>) async throws {
    let listed = lists.policies ?? [:]
    let connection = connection
    for path in paths {
      spans[path] = nil
      policies[path] = nil
      unmark(Self.spanType, path)
      unmark("SecurityPolicy", path)
    }
    let wanted = paths.filter { listed[$0] != nil }.sorted()
    let read = try await concurrentMap(wanted, width: connection.concurrency) { path in
      try await outcome {
        try await connection.listing(NSXPullOptions.api + path + "/container-cluster-span")
      }
    }
    for (path, outcome) in zip(wanted, read) {
      spans[path] = []
      switch outcome {
      case .success(let listing):
        if !listing.isStable { mark(Self.spanType, path, listing.driftReason) }
        spans[path] = listing.items.filter { $0["marked_for_delete"]?.bool != true }
          .map { $0.completed(type: Self.spanType, parent: path) }
      // Perhaps deleted since it was listed: when it is gone at the second
      // look, the mark goes as well.
      case .failure(let error) where error.reaction == .notFound:
        mark(Self.spanType, path, "listed, but not found")
      case .failure(let error): try fail(Self.spanType, path, error)
      }
    }
    try await readChosen(wanted)
  }

  static let spanType = "SecurityPolicyContainerCluster"

  private mutating func readChosen(_ paths: [String]) async throws {
    let listed = lists.policies ?? [:]
    let chosen = paths.filter { path in
      listed[path].map {
        selection.chooses($0, spans: spans[path] ?? [], controlPlanes: controlPlanes)
      } ?? false
    }
    let connection = connection
    let read = try await concurrentMap(chosen, width: connection.concurrency) { path in
      try await outcome {
        try await connection.policyWithRules(path, announced: listed[path]?["rule_count"]?.integer)
      }
    }
    for (path, outcome) in zip(chosen, read) {
      switch outcome {
      case .success(let reading):
        policies[path] = reading.policy.completed(type: "SecurityPolicy", parent: nil)
        if let reason = reading.incompleteness { mark("SecurityPolicy", path, reason) }
      case .failure(let error) where error.reaction == .notFound:
        mark("SecurityPolicy", path, "listed, but not found")
      case .failure(let error): try fail("SecurityPolicy", path, error)
      }
    }
    connection.notify(.read(type: "policies with rules", count: policies.count))
  }
}

/// The outcome of one request of many: an error that concerns only it is a
/// value, any other is thrown.
func outcome<Output: Sendable>(
  _ body: () async throws -> Output
) async throws -> Result<Output, NSXAPIError> {
  do {
    return .success(try await body())
  } catch let error as NSXAPIError where !error.endsPull {
    return .failure(error)
  }
}

/// A policy as it was read, and why it may lack rules.
struct PolicyReading: Sendable {
  var policy: JSONValue
  var incompleteness: String?
}

extension NSXConnection {
  /// Reads a policy with all its rules. The policy itself holds them, but not
  /// surely more than a page of them.
  ///
  /// - Parameter announced: `rule_count` of the list.
  func policyWithRules(_ path: String, announced: Int64?) async throws -> PolicyReading {
    let policy = try await get(NSXPullOptions.api + path)
    let inline = policy["rules"]?.array
    let count = inline?.count ?? 0
    let expected = policy["rule_count"]?.integer ?? announced
    // Without a count, a full page or a missing list is no proof of the end.
    let suspicious = expected.map { Int64(count) < $0 } ?? (inline == nil || count >= 1000)
    guard var object = policy.object else { return PolicyReading(policy: policy) }
    guard suspicious else {
      // NSX leaves an empty list out; in a snapshot that would say that the rules
      // were not read.
      if inline == nil { object["rules"] = [] }
      return PolicyReading(policy: .object(object))
    }
    let listing = try await listing(NSXPullOptions.api + path + "/rules")
    object["rules"] = .array(listing.items)
    var reason: String?
    if !listing.isStable {
      reason = listing.driftReason
    } else if let expected, Int64(listing.items.count) < expected {
      reason = "\(expected) rules announced, \(listing.items.count) read"
    }
    return PolicyReading(policy: .object(object), incompleteness: reason)
  }

  /// The error of a list that did not stand still.
  func driftError(_ listing: NSXListing, path: String) -> NSXAPIError {
    NSXAPIError(
      invalidAnswer: listing.driftReason, status: 200, manager: currentManager,
      request: "GET \(path)")
  }
}
