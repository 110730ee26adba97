import Documents

/// Reads what a selection needs, step by step, and looks again at the end.
struct PullReader {
  let connection: NSXConnection
  let selection: NSXSelection
  let options: NSXPullOptions

  var controlPlanes: [JSONValue] = []
  var lists = PullLists()
  /// Spans by policy path, of every policy that was listed.
  var spans: [String: [JSONValue]] = [:]
  /// Chosen policies with their rules, by path.
  var policies: [String: JSONValue] = [:]
  /// Referenced objects that stand in no list, by path; `null` for one that
  /// NSX does not have.
  var referenced: [String: JSONValue] = [:]
  var memberIPs: [String: [String]] = [:]
  /// Why something was not read to its end: by type, then by the path read.
  /// Reading the path again takes the reason back.
  var incomplete: [String: [String: String]] = [:]
  /// What among that was denied, by path.
  var denied: Set<String> = []

  init(connection: NSXConnection, selection: NSXSelection, options: NSXPullOptions) {
    self.connection = connection
    self.selection = selection
    self.options = options
  }

  /// The rounds of reading again what changed, before the pull gives up.
  static let maximumRounds = 2

  mutating func run() async throws -> NSXPull {
    let version = try await connection.version()
    controlPlanes = try await readList("ClusterControlPlane", options.controlPlanesPath) ?? []
    lists = try await readLists()
    try await readPolicies(Set((lists.policies ?? [:]).keys))
    try await readReferences()
    try await readMembers()
    for round in 1... {
      let changed = try await lookAgain()
      if changed.isEmpty { break }
      if round > Self.maximumRounds {
        for path in changed { mark(type(of: path), path, "changed whenever it was read") }
        break
      }
      connection.notify(.changedDuringPull(round: round, objects: changed.count))
      try await readAgain(changed)
    }
    return result(version)
  }

  /// Notes that a type is not complete; in a strict pull, throws.
  mutating func fail(_ type: String, _ path: String, _ error: NSXAPIError) throws {
    if options.isStrict { throw error }
    mark(type, path, error.cause)
    if error.reaction.kind == .permissionDenied { denied.insert(path) }
  }

  mutating func mark(_ type: String, _ path: String, _ reason: String) {
    incomplete[type, default: [:]][path] = reason
    connection.notify(.incomplete(type: type, reason: "\(path): \(reason)"))
  }

  /// Takes a reason back before the path is read again.
  mutating func unmark(_ type: String, _ path: String) { incomplete[type]?[path] = nil }

  /// Reads a list; `nil` where it failed. Objects that are being deleted are
  /// left out: they are no longer meant.
  mutating func readList(
    _ type: String, _ path: String, query: [String: String] = [:]
  ) async throws -> [JSONValue]? {
    unmark(type, path)
    do {
      let listing = try await connection.listing(path, query: query)
      if !listing.isStable {
        if options.isStrict { throw connection.driftError(listing, path: path) }
        mark(type, path, listing.driftReason)
      }
      let items = listing.items.filter { $0["marked_for_delete"]?.bool != true }
        .map { $0.completed(type: type, parent: nil) }
      connection.notify(.read(type: type, count: items.count))
      return items
    } catch let error as NSXAPIError where !error.endsPull {
      try fail(type, path, error)
      return nil
    }
  }

  mutating func readLists() async throws -> PullLists {
    func byPath(_ items: [JSONValue]?) -> [String: JSONValue]? {
      guard let items else { return nil }
      return Dictionary(
        items.compactMap { item in item["path"]?.string.map { ($0, item) } },
        uniquingKeysWith: { _, last in last })
    }
    return PullLists(
      policies: byPath(
        try await readList(
          "SecurityPolicy", options.policiesPath, query: ["include_rule_count": "true"])),
      groups: byPath(try await readList("Group", options.groupsPath)),
      services: byPath(try await readList("Service", options.servicesPath)))
  }

  private func type(of path: String) -> String {
    path.contains("/security-policies/")
      ? "SecurityPolicy" : PullReferences.resourceType(of: path) ?? "Group"
  }

  private func result(_ version: NSXVersion) -> NSXPull {
    var objects: [String: JSONValue] = [:]
    func add(_ items: some Sequence<JSONValue>) {
      for item in items { if let path = item["path"]?.string { objects[path] = item } }
    }
    add(controlPlanes)
    add((lists.groups ?? [:]).values)
    add((lists.services ?? [:]).values)
    add(referenced.values)
    add(policies.values)
    for path in policies.keys { add(spans[path] ?? []) }
    return NSXPull(
      version: version,
      objects: objects.sorted { utf8Order($0.key, $1.key) < 0 }.map(\.value),
      memberIPs: memberIPs,
      incompleteTypes: incomplete.filter { !$0.value.isEmpty }.mapValues { reasons in
        reasons.map { "\($0.key): \($0.value)" }.sorted()
      },
      isDenied: !denied.isEmpty
        && incomplete.values.allSatisfy { $0.keys.allSatisfy(denied.contains) })
  }
}

extension NSXAPIError {
  /// Whether the error concerns every further request too: nobody answers
  /// sensibly, or we are not let in.
  var endsPull: Bool {
    switch reaction {
    case .noAnswer, .invalidAnswer, .invalidCredentials, .sessionExpired,
      .clientCertificateRefused:
      true
    default: false
    }
  }
}

extension JSONValue {
  /// The object with its `resource_type`, and its `parent_path`, where NSX
  /// left them out of a list.
  func completed(type: String, parent: String?) -> JSONValue {
    guard var object else { return self }
    if object["resource_type"] == nil { object["resource_type"] = .string(type) }
    if let parent {
      if object["parent_path"] == nil { object["parent_path"] = .string(parent) }
      if object["path"] == nil, let id = object["id"]?.string {
        object["path"] = .string("\(parent)/container-cluster-span/\(id)")
      }
    }
    return .object(object)
  }
}
