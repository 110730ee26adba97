import NSXModel

/// What the profiles of a rule add to its match.
struct NSXProfileMatch {
  /// `maybe` where only NSX can tell.
  var certainty = Truth.yes
  /// The destinations by the names that they were found by; `nil` for any.
  var destinations: TruthSet?
  /// Whether the verdict depends on the content, and what is not let through is
  /// refused for good.
  var inspects = false

  /// Nothing.
  static let none = NSXProfileMatch()
  /// Something that only NSX can tell.
  static let open = NSXProfileMatch(certainty: .maybe)

  /// The traffic of a rule with domain names, which NSX knows for TCP and UDP; it
  /// is not certain where the services name anything else.
  static func named(
    _ traffic: [NSXServiceMatch]?
  ) -> (traffic: [NSXServiceMatch], certainty: Truth) {
    guard let traffic else {
      return (
        [
          .transport(.tcp, sources: [], destinations: []),
          .transport(.udp, sources: [], destinations: []),
        ], .yes
      )
    }
    let isKnown = traffic.allSatisfy { match in
      switch match {
      case .transport(.tcp, _, _), .transport(.udp, _, _): true
      default: false
      }
    }
    return (traffic, isKnown ? .yes : .maybe)
  }
}

/// Reads NSX's context profiles and L7 access profiles.
struct NSXProfileReader {
  let snapshot: NSXSnapshot
  let world: World

  /// What the profiles of a rule add to its match.
  func match(of rule: Rule) -> NSXProfileMatch {
    if isAny(rule.profiles) { return .none }
    // How several are joined is not known.
    guard rule.profiles.count == 1 else { return .open }
    if let profile = snapshot.contextProfiles[rule.profiles[0]] { return match(profile) }
    if let profile = snapshot.l7AccessProfiles[rule.profiles[0]], rule.action == .allow {
      return match(profile)
    }
    return .open
  }

  private func match(_ profile: PolicyContextProfile) -> NSXProfileMatch {
    guard isReadable(profile), profile.attributes.count == 1,
      let attribute = profile.attributes.first, attribute.key == "DOMAIN_NAME",
      attribute.subAttributes.isEmpty, !attribute.values.isEmpty
    else { return .open }
    let names = attribute.values.map { NSXDomainName($0) }
    let found = world.endpoints { endpoint in
      endpoint.hostNames.contains { name in names.contains { $0.matches(name) } }
    }
    return NSXProfileMatch(destinations: TruthSet(found))
  }

  private func match(_ profile: L7AccessProfile) -> NSXProfileMatch {
    guard isReadable(profile), profile.entries.allSatisfy({ $0.isDisabled || $0.action == .allow })
    else { return .open }
    switch profile.defaultAction {
    case .allow: return .none
    case .reject: return NSXProfileMatch(inspects: true)
    default: return .open
    }
  }

  private func isReadable(_ object: some NSXObject) -> Bool {
    !object.common.isMarkedForDelete && object.common.unknownMembers.isEmpty
  }
}

/// A domain name of a profile: `*` at an end of the first label stands for any
/// characters, dots among them; `^` for characters of one label. Case does not
/// count.
struct NSXDomainName {
  private let first: Substring
  private let rest: Substring

  init(_ text: String) {
    let name = Self.folded(text)
    let dot = name.firstIndex(of: ".") ?? name.endIndex
    (first, rest) = (name[..<dot], name[dot...])
  }

  /// Whether a name is meant.
  func matches(_ name: String) -> Bool {
    let name = Self.folded(name)
    guard name.hasSuffix(rest) else { return false }
    let own = name.dropLast(rest.count)
    for (wildcard, isOneLabel) in [("*" as Character, false), ("^", true)] {
      if first.first == wildcard {
        let end = first.dropFirst()
        return own.hasSuffix(end) && (!isOneLabel || !own.contains("."))
      }
      if first.last == wildcard {
        let start = first.dropLast()
        return own.hasPrefix(start) && (!isOneLabel || !own.contains("."))
      }
    }
    return own == first
  }

  /// In lower case, without the dot that stands for the root.
  private static func folded(_ name: String) -> String {
    let name = name.lowercased()
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
