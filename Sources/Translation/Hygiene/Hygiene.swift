import Documents
import NSXModel

/// What a person should know about the rules and groups of a cluster beside
/// what the translation refuses: `validate` prints it, and it does not stand in
/// the rendered tree.
public enum Hygiene {
  /// At most this many paths stand in one message.
  static let shownPaths = 3

  /// What is noteworthy about the policies of a cluster, sorted.
  ///
  /// - Parameter workloads: what runs in the cluster, where that is known.
  /// - Throws: ``TranslationError`` where the cluster cannot be told.
  public static func findings(
    _ snapshot: NSXSnapshot, cluster target: ClusterTarget, translation: Translation,
    workloads: ClusterWorkloads? = nil
  ) throws(TranslationError) -> [Finding] {
    let policies = try PolicySelector.select(snapshot, target.selection)
    let rules = RuleHygiene(policies)
    var findings =
      rules.findings + shadows(translation, except: rules.duplicates)
      + GroupHygiene.unused(snapshot) + GroupHygiene.duplicates(translation, snapshot)
    if let workloads {
      findings += ClusterHygiene.findings(policies, snapshot, workloads)
    }
    return findings.sorted(by: Finding.precedes)
  }

  private static func shadows(
    _ translation: Translation, except duplicates: Set<String>
  ) -> [Finding] {
    var search = ShadowSearch(translation)
    var findings = search.find().filter { !duplicates.contains($0.rule.rule) }.map { shadowed in
      Finding(
        shadowed.isContradicted ? .shadowedRule : .redundantRule, path: shadowed.rule.policy,
        rule: shadowed.rule.rule,
        message: "never decides: what it would \(shadowed.action.rawValue) is decided before by "
          + list(shadowed.deciders.map(\.rule)))
    }
    if search.isIncomplete {
      findings.append(
        Finding(
          .searchBound, path: translation.cluster,
          message: "the search for rules that never decide was cut off"))
    }
    return findings
  }

  /// Some paths and the number of the others.
  static func list(_ paths: [String]) -> String {
    let shown = paths.prefix(shownPaths).joined(separator: ", ")
    let rest = paths.count - shownPaths
    return rest > 0 ? "\(shown) and \(rest) more" : shown
  }
}
