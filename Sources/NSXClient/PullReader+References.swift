import Documents

extension PullReader {
  /// Reads the objects that chosen policies reach and that stand in no list:
  /// profiles, schedulers, and groups and services of other places.
  mutating func readReferences() async throws {
    var open = policies.values.reduce(into: Set<String>()) { $0.formUnion(PullReferences.of($1)) }
    var seen: Set<String> = []
    while !open.isEmpty {
      seen.formUnion(open)
      try await readMissing(open)
      var next: Set<String> = []
      for path in open {
        if let object = object(at: path) { next.formUnion(PullReferences.of(object)) }
      }
      open = next.subtracting(seen)
    }
    referenced = referenced.filter { seen.contains($0.key) }
  }

  private func object(at path: String) -> JSONValue? {
    lists.groups?[path] ?? lists.services?[path] ?? referenced[path]
  }

  private mutating func readMissing(_ paths: Set<String>) async throws {
    let missing = paths.filter { path in
      object(at: path) == nil && PullReferences.resourceType(of: path) != nil && !isListed(path)
    }.sorted()
    let connection = connection
    let read = try await concurrentMap(missing, width: connection.concurrency) { path in
      try await outcome { try await connection.get(NSXPullOptions.api + path) }
    }
    for (path, outcome) in zip(missing, read) {
      let type = PullReferences.resourceType(of: path) ?? "Group"
      unmark(type, path)
      switch outcome {
      case .success(let object):
        referenced[path] = object.completed(type: type, parent: nil)
      case .failure(let error) where error.reaction == .notFound:
        referenced[path] = .null
        connection.notify(.danglingReference(path: path))
      case .failure(let error): try fail(type, path, error)
      }
    }
  }

  /// Whether a list that was read would hold the path: then it does not exist,
  /// or the list is marked as incomplete already.
  private func isListed(_ path: String) -> Bool {
    let full = NSXPullOptions.api + path
    return full.hasPrefix(options.groupsPath + "/") || full.hasPrefix(options.servicesPath + "/")
  }

  /// Asks for the addresses of the generic groups that chosen policies reach.
  mutating func readMembers() async throws {
    let groups = (lists.groups ?? [:]).merging(referenced) { listed, _ in listed }
    let generic = PullReferences.genericGroups(reachedFrom: policies.values, groups: groups)
    memberIPs = memberIPs.filter { generic.contains($0.key) }
    incomplete[NSXPull.memberIPsType] = incomplete[NSXPull.memberIPsType]?
      .filter { memberIPs[$0.key] != nil }
    let missing = generic.filter { memberIPs[$0] == nil }.sorted()
    let connection = connection
    let read = try await concurrentMap(missing, width: connection.concurrency) { path in
      try await outcome {
        try await connection.listing(NSXPullOptions.api + path + "/members/ip-addresses")
      }
    }
    for (path, outcome) in zip(missing, read) {
      switch outcome {
      case .success(let listing):
        // Addresses come and go with their machines; a list that does not
        // stand still is not a whole one.
        if !listing.isStable { mark(NSXPull.memberIPsType, path, listing.driftReason) }
        memberIPs[path] = Set(listing.items.compactMap(\.string)).sorted { utf8Order($0, $1) < 0 }
      case .failure(let error) where error.reaction == .notFound:
        mark(NSXPull.memberIPsType, path, "the group has no list of addresses")
      case .failure(let error): try fail(NSXPull.memberIPsType, path, error)
      }
    }
  }
}
