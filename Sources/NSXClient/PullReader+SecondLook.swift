import Documents

extension PullReader {
  /// Reads the lists again and takes them over.
  ///
  /// - Returns: the paths that are new, gone or different. A list that cannot
  ///   be read any more is marked as incomplete, and its first reading kept.
  mutating func lookAgain() async throws -> Set<String> {
    let later = try await readLists()
    var changed: Set<String> = []
    func take(_ list: WritableKeyPath<PullLists, [String: JSONValue]?>) {
      guard let new = later[keyPath: list] else { return }
      changed.formUnion((lists[keyPath: list] ?? [:]).changedPaths(in: new))
      lists[keyPath: list] = new
    }
    take(\.policies)
    take(\.groups)
    take(\.services)
    return changed
  }

  /// Reads again what changed, and what it newly reaches. The lists hold whole
  /// groups and services, so only policies and addresses are to be read.
  mutating func readAgain(_ changed: Set<String>) async throws {
    try await readPolicies(changed.filter { $0.contains("/security-policies/") })
    try await readReferences()
    // The addresses of a group follow from the groups in it as well.
    let groups = changed.filter { PullReferences.resourceType(of: $0) == "Group" }
    if !groups.isEmpty { memberIPs = [:] }
    try await readMembers()
  }
}

extension NSXConnection {
  /// Reads what a selection needs: control planes, policies with rules and
  /// spans, groups, services, referenced profiles, and the resolved addresses
  /// of generic groups.
  ///
  /// NSX gives no snapshot over several requests. So the lists are read again
  /// at the end; what changed meanwhile is read anew, twice at most, and if
  /// there is no rest then, its types are marked as incomplete. A span or a
  /// group's addresses that change alone do not show in a list; the next run
  /// sees them.
  ///
  /// - Throws: ``NSXAPIError`` when no manager answers sensibly or the login
  ///   is refused; in a strict pull, for every type that cannot be read.
  public func pull(
    _ selection: NSXSelection = NSXSelection(), options: NSXPullOptions = NSXPullOptions()
  ) async throws -> NSXPull {
    var reader = PullReader(connection: self, selection: selection, options: options)
    return try await reader.run()
  }
}
