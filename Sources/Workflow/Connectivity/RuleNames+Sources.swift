import AntreaModel
import Documents
import NSXModel
import Reachability
import Reporting

extension RuleNames {
  /// The names of NSX's own rules, by their paths in a snapshot.
  init(of policies: [SecurityPolicy]) {
    let byPath = Dictionary(policies.map { ($0.path, $0) }) { first, _ in first }
    self.init { reference in
      guard let policy = byPath[reference.policy] else { return nil }
      guard let rule = policy.rules.first(where: { $0.path == reference.rule }) else {
        // The rule that connectivity_preference stands for.
        let name = reference.rule.split(separator: "/").last.map(String.init) ?? reference.rule
        return NamedRule(
          policy: policy.displayName, name: name,
          ruleID: name == "default-rule" ? policy.defaultRuleID : nil, path: reference.rule)
      }
      return NamedRule(
        policy: policy.displayName, name: rule.displayName, ruleID: rule.ruleID, path: rule.path)
    }
  }

  /// The names of objects and their rules: those of NSX where provenance or an
  /// annotation tells them, else their own.
  ///
  /// - Parameters:
  ///   - provenance: `provenance.json`; `null` where there is no tree.
  ///   - objects: The objects of the cluster, which say by annotations what they
  ///     were made from.
  init(provenance: JSONValue, objects: [KubernetesObject]) {
    let entries = provenance["objects"]
    let byName = Dictionary(
      objects.filter { !$0.annotations.isEmpty }.map { ("\($0.reference)", $0) }
    ) { first, _ in first }
    self.init { reference in
      if let entry = entries?[reference.policy] {
        let rule = entry["rules"]?[reference.rule]
        return NamedRule(
          policy: entry["displayName"]?.string ?? reference.policy,
          name: rule?["displayName"]?.string ?? reference.rule, ruleID: rule?["ruleId"]?.integer,
          path: rule?["path"]?.string ?? entry["path"]?.string, object: reference.policy)
      }
      guard let object = byName[reference.policy],
        let path = object.annotations[Ownership.pathAnnotation]
      else { return nil }
      return NamedRule(
        policy: object.annotations[Ownership.displayNameAnnotation] ?? reference.policy,
        name: reference.rule, ruleID: RenderedRuleName.number(in: reference.rule),
        path: path, object: reference.policy)
    }
  }
}
