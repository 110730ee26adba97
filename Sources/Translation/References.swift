import NSXModel

/// What the rules of policies refer to by path; other entries of the lists
/// (`ANY`, addresses) are among them.
struct References {
  /// Entries of scopes, sources and destinations.
  private(set) var groups: Set<String> = []
  /// Services, also those nested in entries that stand in a rule.
  private(set) var services: Set<String> = []
  /// Context profiles and L7 access profiles.
  private(set) var profiles: Set<String> = []

  /// Collects from rules that are in force.
  init(_ policies: [SecurityPolicy]) {
    for policy in policies {
      groups.formUnion(policy.scope)
      for rule in policy.rules where !rule.isDisabled {
        groups.formUnion(rule.scope)
        groups.formUnion(rule.sources)
        groups.formUnion(rule.destinations)
        services.formUnion(rule.services)
        profiles.formUnion(rule.profiles)
        for case .nested(let path) in rule.serviceEntries { services.insert(path) }
      }
    }
  }

  /// The services, with those nested in them.
  func services(in snapshot: NSXSnapshot) -> [Service] {
    var seen = services
    var pending = Array(services)
    var found: [Service] = []
    while let path = pending.popLast() {
      guard let service = snapshot.services[path] else { continue }
      found.append(service)
      for entry in service.entries {
        if case .nested(let inner) = entry, seen.insert(inner).inserted { pending.append(inner) }
      }
    }
    return found
  }
}
