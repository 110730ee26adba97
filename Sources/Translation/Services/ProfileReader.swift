import AntreaModel
import NSXModel

/// Reads the profiles of rules.
struct ProfileReader {
  private let contextProfiles: [String: PolicyContextProfile]
  private let accessProfiles: [String: L7AccessProfile]

  init(_ snapshot: NSXSnapshot) {
    contextProfiles = snapshot.contextProfiles
    accessProfiles = snapshot.l7AccessProfiles
  }

  /// What the profiles of a rule ask for.
  ///
  /// - Throws: why Antrea cannot ask for the same.
  func match(of rule: Rule) throws(Problems) -> ProfileMatch {
    if isAny(rule.profiles) { return .everything }
    var problems: [Problem] = []
    var match = ProfileMatch.everything
    for path in Set(rule.profiles).sorted() {
      do throws(Problem) {
        match = try read(path)
      } catch {
        problems.append(error)
      }
    }
    if problems.isEmpty, Set(rule.profiles).count > 1 {
      problems = [Problem(.contextProfile, "the rule has \(rule.profiles.count) profiles")]
    }
    if problems.isEmpty { problems = fqdnProblems(of: rule, match) }
    if problems.isEmpty, rule.action != .allow, rule.profiles.contains(where: isAccessProfile) {
      problems = [Problem(.l7AccessProfile, "the action is not ALLOW")]
    }
    if !problems.isEmpty { throw Problems(list: problems) }
    return match
  }

  private func isAccessProfile(_ path: String) -> Bool { accessProfiles[path] != nil }

  /// What of a rule does not go with domain names.
  private func fqdnProblems(of rule: Rule, _ match: ProfileMatch) -> [Problem] {
    guard case .names = match else { return [] }
    var causes: [String] = []
    // Antrea learns addresses from the answers that pods get: a deny would miss
    // those it has not seen or has forgotten.
    if rule.action != .allow { causes.append("the action is not ALLOW") }
    if rule.direction != .out { causes.append("the direction is not OUT") }
    if !isAny(rule.destinations) || rule.areDestinationsExcluded {
      causes.append("the destinations are not ANY")
    }
    return causes.map { Problem(.fqdnRule, $0) }
  }

  private func read(_ path: String) throws(Problem) -> ProfileMatch {
    if let profile = contextProfiles[path], !profile.common.isMarkedForDelete {
      return .names(try names(profile))
    }
    if let profile = accessProfiles[path], !profile.common.isMarkedForDelete {
      return try applications(profile)
    }
    throw Problem(.danglingProfile, "profile \(path) is not in the snapshot")
  }

  private func names(_ profile: PolicyContextProfile) throws(Problem) -> [String] {
    if let problem = Problem.unknownMembers(of: profile, "context profile") { throw problem }
    func refused(_ cause: String) -> Problem {
      Problem(.contextProfile, "profile \(profile.path) \(cause)")
    }
    if let other = profile.attributes.first(where: { $0.key != "DOMAIN_NAME" }) {
      throw refused("has \(other.key.isEmpty ? "an attribute without key" : other.key)")
    }
    guard let attribute = profile.attributes.first, !attribute.values.isEmpty else {
      throw refused("has no attribute")
    }
    if profile.attributes.count > 1 { throw refused("has several DOMAIN_NAME attributes") }
    if !attribute.subAttributes.isEmpty {
      throw refused("has sub attributes: \(attribute.subAttributes.joined(separator: ", "))")
    }
    var names: Set<String> = []
    for value in attribute.values {
      guard let name = DomainPattern.antrea(value) else {
        throw Problem(.invalidFQDN, "profile \(profile.path): domain name \(value)")
      }
      names.insert(name)
    }
    return names.sorted()
  }

  private func applications(_ profile: L7AccessProfile) throws(Problem) -> ProfileMatch {
    if let problem = Problem.unknownMembers(of: profile, "L7 access profile") { throw problem }
    func refused(_ cause: String) -> Problem {
      Problem(.l7AccessProfile, "profile \(profile.path) \(cause)")
    }
    let entries = profile.entries.filter { !$0.isDisabled }
    if let entry = entries.first(where: { $0.action != .allow }) {
      throw refused("has an entry that does \(entry.action?.text ?? "nothing")")
    }
    switch profile.defaultAction {
    // Then there is nothing that the profile refuses.
    case .allow: return .everything
    case .reject: break
    case let other: throw refused("does \(other?.text ?? "nothing") by default")
    }
    var ids: Set<String> = []
    for entry in entries {
      guard entry.attributes.count == 1, let attribute = entry.attributes.first,
        attribute.key == "APP_ID", attribute.subAttributes.isEmpty, !attribute.values.isEmpty
      else {
        let keys = entry.attributes.flatMap { [$0.key] + $0.subAttributes }
        throw refused(
          "has an entry with \(keys.isEmpty ? "nothing" : keys.joined(separator: ", "))")
      }
      ids.formUnion(attribute.values)
    }
    return .applications(try applications(ids, refused))
  }

  /// The applications that Antrea tells apart.
  private func applications(
    _ ids: Set<String>, _ refused: (String) -> Problem
  ) throws(Problem) -> [ApplicationMatch] {
    var result: [ApplicationMatch] = []
    var rest = ids
    // Antrea's engine means every version of HTTP, NSX the first alone.
    if rest.contains("HTTP") || rest.contains("HTTP2") {
      guard rest.isSuperset(of: ["HTTP", "HTTP2"]) else {
        throw refused("has one of HTTP and HTTP2, and Antrea only knows both together")
      }
      rest.subtract(["HTTP", "HTTP2"])
      result.append(.http)
    }
    if rest.remove("SSL") != nil { result.append(.tls) }
    if let other = rest.min() { throw refused("has APP_ID \(other)") }
    if result.isEmpty { throw refused("lets nothing through") }
    return result
  }
}

extension L7AccessAction {
  fileprivate var text: String {
    switch self {
    case .allow: "ALLOW"
    case .reject: "REJECT"
    case .rejectWithResponse: "REJECT_WITH_RESPONSE"
    case .unknown(let value): value
    }
  }
}
