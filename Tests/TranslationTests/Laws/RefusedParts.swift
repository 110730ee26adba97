import Documents
import Translation

extension Estate {
  /// Takes out rules and policies that the translation refuses, until it
  /// refuses nothing.
  ///
  /// - Returns: the codes of the refusals.
  mutating func removeRefused(_ setting: LawSetting) throws -> Set<FindingCode> {
    var codes: Set<FindingCode> = []
    // Without a refused jump the rules after it may be translated, or be
    // refused for what else they have.
    for _ in 0..<8 {
      let translation = try translate(
        families: setting.families, podNetworks: setting.podNetworks,
        nodeNetworks: setting.nodeNetworks)
      let errors = translation.findings.filter { $0.severity == .error }
      if errors.isEmpty { return codes }
      codes.formUnion(errors.map(\.code))
      let rules = Set(errors.compactMap(\.rule))
      let refused = Set(errors.filter { $0.rule == nil }.map(\.path))
      policies = policies.compactMap { policy in
        guard case .object(var object) = policy, let path = policy["path"]?.string,
          !refused.contains(path)
        else { return nil }
        object["rules"] = .array(
          (policy["rules"]?.array ?? []).filter { !rules.contains($0["path"]?.string ?? "") })
        if rules.contains("\(path)/default-rule") { object["connectivity_preference"] = nil }
        return .object(object)
      }
    }
    return codes
  }
}
