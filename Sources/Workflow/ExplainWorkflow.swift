import Documents
import Failures
import GitRepository
import Reporting

extension Run {
  /// `explain`: an Antrea object or rule to its NSX origin, or an NSX path or
  /// rule id to what became of it.
  ///
  /// - Parameters:
  ///   - flows: Whether to tell what each rule decides over the cluster's pods,
  ///     and what decides before it.
  ///   - clusterObjects: Objects in place of the cluster's.
  public func explain(
    _ target: String, source: DesiredSource, flows: Bool = false, clusterObjects: String? = nil
  ) async throws -> ExitStatus {
    var clusters = try await desired(source)
    let commits = commitLookup(source)
    var matches: [JSONValue] = []
    var found: Set<String> = []
    for cluster in clusters {
      let known = matches.count
      for member in cluster.provenance["objects"]?.object?.members ?? [] {
        matches += try explanations(
          of: target, object: member.key, entry: member.value, in: cluster, commits)
      }
      if matches.count > known { found.insert(cluster.settings.name) }
    }
    if found.isEmpty {
      // What left nothing behind is told by NSX alone.
      clusters = try await heldAgainstNSX(
        clusters.map { cluster in ClusterAttempt(name: cluster.settings.name) { cluster } }, source
      ).map { try $0.result.get() }
    }
    for cluster in clusters where !found.contains(cluster.settings.name) {
      let fates = cluster.nsx.map { FateFinding(cluster, $0).fates(of: target) } ?? []
      // That a rule is elsewhere says enough about where it is not.
      matches += fates.filter { found.isEmpty || $0.reason != .notSelected }.map(\.document)
      if fates.isEmpty { matches += findings(about: target, matches, in: cluster) }
    }
    for cluster in clusters where found.contains(cluster.settings.name) {
      matches += findings(about: target, matches, in: cluster)
    }
    guard !matches.isEmpty else { throw unknown(target, clusters) }
    if flows { try await addFlows(to: &matches, clusters, clusterObjects: clusterObjects) }
    print(
      text: matches.map(text).joined(separator: "\n"),
      json: ["schemaVersion": 1, "matches": .array(matches)])
    return .success
  }

  /// Findings about what was asked for, or about the rules that were found.
  private func findings(
    about target: String, _ matches: [JSONValue], in cluster: DesiredCluster
  ) -> [JSONValue] {
    let name = JSONValue.string(cluster.settings.name)
    let own = matches.filter { $0["cluster"] == name }
    let rules = Set(
      own.flatMap { $0["rules"]?.array ?? [] }.compactMap { $0["path"]?.string } + [target])
    return cluster.findings.filter { finding in
      finding["path"]?.string == target || finding["rule"]?.string.map(rules.contains) == true
    }.map { ["cluster": name, "finding": $0] }
  }

  private func unknown(_ target: String, _ clusters: [DesiredCluster]) -> Failure {
    let unasked = clusters.lazy.compactMap(\.unproved).first
    return Failure(
      .invalidInput, subject: target,
      cause: unasked.map {
        "nothing in the tree comes from it or has this name, and NSX is not known: \($0)"
      } ?? "neither NSX nor the clusters' objects have it",
      remedy:
        "give Kind/name, a rule name, an NSX rule id, or the NSX path of a rule, policy or group"
    )
  }

  private func explanations(
    of target: String, object: String, entry: JSONValue, in cluster: DesiredCluster,
    _ commits: (String) -> String?
  ) throws -> [JSONValue] {
    let path = entry["path"]?.string ?? ""
    let name = object.split(separator: "/").last.map(String.init) ?? object
    var base = JSONObject()
    base["cluster"] = .string(cluster.settings.name)
    base["object"] = .string(object)
    base["path"] = .string(path)
    for key in ["displayName", "revision", "lastModifiedUser", "lastModifiedTime"] {
      base[key] = entry[key]
    }
    var rules: [JSONValue] = []
    var wholeObject = target == object || target == name || target == path
    if target.lowercased() == object.lowercased() { wholeObject = true }
    for rule in entry["rules"]?.object?.members ?? [] {
      let number = rule.value["ruleId"]?.integer.map(String.init)
      guard
        wholeObject || rule.key == target || number == target
          || rule.value["path"]?.string == target
      else { continue }
      rules.append(describe(rule.key, rule.value, object, cluster))
    }
    guard wholeObject || !rules.isEmpty else { return [] }
    let file = try file(of: object, in: cluster)
    base["file"] = file.map { .string($0) }
    base["commit"] = (file.flatMap { commits($0) } ?? cluster.commit).map { .string($0) }
    if !rules.isEmpty { base["rules"] = .array(rules) }
    return [.object(base)]
  }

  /// The newest commit that changed a file of the repository.
  private func commitLookup(_ source: DesiredSource) -> (String) -> String? {
    guard source.snapshot == nil, let path = repositoryPath(source.repository),
      let repository = try? GitRepository.open(at: path)
    else { return { _ in nil } }
    let branch = settings.text("repository.branch")
    return { file in
      let found = try? repository.lastCommit(touching: file, .branch(branch))
      return found?.id.hex
    }
  }

  private func describe(
    _ name: String, _ entry: JSONValue, _ object: String, _ cluster: DesiredCluster
  ) -> JSONValue {
    var result = entry.object ?? JSONObject()
    result["name"] = .string(name)
    let policy = cluster.objects.first { "\($0.kind)/\($0.name)" == object }
    for list in ["ingress", "egress"] {
      let rules = policy?.document[path: "spec", list]?.array ?? []
      if let index = rules.firstIndex(where: { $0["name"]?.string == name }) {
        result["field"] = .string("spec.\(list)[\(index)]")
        result["action"] = rules[index]["action"]
      }
    }
    return .object(result)
  }

  private func file(of object: String, in cluster: DesiredCluster) throws -> String? {
    guard let found = cluster.objects.first(where: { "\($0.kind)/\($0.name)" == object }) else {
      return nil
    }
    let folder: String
    switch found.kind {
    case "Tier": folder = "tiers"
    case "ClusterGroup": folder = "groups"
    default:
      let tier = found.document[path: "spec", "tier"]?.string ?? ""
      folder = "policies/" + (tier.hasPrefix("nsx-") ? String(tier.dropFirst(4)) : tier)
    }
    return "\(try layout.cluster(cluster.settings.name))/\(folder)/\(found.name).yaml"
  }

  private func text(_ match: JSONValue) -> String {
    if match["fate"] != nil { return RuleFate.text(match) }
    if let finding = match["finding"] {
      let severity = finding["severity"]?.string ?? ""
      return
        "\(severity) in cluster \(match["cluster"]?.string ?? ""): \(finding["code"]?.string ?? ""): \(TextStyle.printable(finding["message"]?.string ?? ""))\n"
        + (finding["hint"]?.string.map { "  hint: \($0)\n" } ?? "")
    }
    var lines = ["\(match["object"]?.string ?? "") in cluster \(match["cluster"]?.string ?? "")"]
    func add(_ label: String, _ value: String?) {
      if let value, !value.isEmpty {
        lines.append("  " + label + String(repeating: " ", count: max(14 - label.count, 1)) + value)
      }
    }
    add("NSX name", match["displayName"]?.string)
    add("NSX path", match["path"]?.string)
    add("revision", match["revision"]?.integer.map(String.init))
    add("last editor", match["lastModifiedUser"]?.string)
    add("file", match["file"]?.string)
    add("commit", match["commit"]?.string)
    for rule in match["rules"]?.array ?? [] {
      lines.append("  rule \(rule["name"]?.string ?? ""): \(rule["action"]?.string ?? "")")
      let number = rule["ruleId"]?.integer.map { ", rule id \($0)" } ?? ""
      lines.append("    from NSX rule \"\(rule["displayName"]?.string ?? "")\"\(number)")
      lines.append("    path  \(rule["path"]?.string ?? "")")
      if let field = rule["field"]?.string { lines.append("    field \(field)") }
      for line in rule["flows"]?["text"]?.array ?? [] { lines.append("    \(line.string ?? "")") }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
