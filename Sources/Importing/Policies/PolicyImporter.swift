import AntreaModel
import Documents

/// Maps NetworkPolicies of Kubernetes to NSX as NSX 4.2's own import does, and
/// further where NSX can say it; and policies of Antrea where it can say all of
/// one.
///
/// A NetworkPolicy becomes a policy of what it allows and one that drops the rest at
/// the pods that it selects. All allows of a namespace have to come before its
/// drops: policies of Kubernetes are a union, and NSX takes the first match.
public struct PolicyImporter: Sendable {
  let scope: ImportScope
  let pods: [ImportPod]
  private let clusterGroups: [String: KubernetesObject]
  private let tiers: AntreaTiers

  /// Creates an importer.
  ///
  /// - Parameters:
  ///   - pods: the cluster's pods, for named ports.
  ///   - objects: the cluster's objects, of which tiers and ClusterGroups count.
  public init(scope: ImportScope, pods: [ImportPod], objects: [KubernetesObject] = []) {
    self.scope = scope
    self.pods = pods
    clusterGroups = Dictionary(
      objects.filter { $0.kind == "ClusterGroup" }.map { ($0.name, $0) }
    ) { first, _ in first }
    tiers = AntreaTiers(objects)
  }

  /// What a policy becomes, with what is worth knowing; `nil` and the reasons
  /// where NSX cannot say it.
  public func map(_ source: ImportSource) -> (policy: ImportedPolicy?, findings: [ImportFinding]) {
    if source.isAntrea {
      var mapping = AntreaMapping(
        source, scope: scope, clusterGroups: clusterGroups, tiers: tiers)
      let policy = mapping.run()
      return (policy, mapping.findings)
    }
    var mapping = PolicyMapping(source, scope: scope, pods: pods)
    let policy = mapping.run()
    return (policy, mapping.findings)
  }
}

/// The work on one policy. It goes on after a refusal, so that all of them are
/// told at once.
struct PolicyMapping {
  /// Rules that one policy of NSX may have.
  private static let rulesOfPolicy = 1000

  private let source: ImportSource
  private let scope: ImportScope
  private let pods: [ImportPod]
  private(set) var findings: [ImportFinding] = []
  private var groups: GroupWriter
  private var rules: [ImportObject] = []
  private let allowPath: String

  init(_ source: ImportSource, scope: ImportScope, pods: [ImportPod]) {
    self.source = source
    self.scope = scope
    self.pods = pods
    groups = GroupWriter(scope: scope, source: source)
    allowPath = scope.policy(scope.policyStem(of: source) + "-allow")
  }

  private var isRefused: Bool { findings.contains { $0.code.isRefusal } }

  private mutating func find(_ code: ImportFindingCode, _ place: String, _ message: String) {
    findings.append(
      ImportFinding(code, source: source.reference, place: place, message: message))
  }

  private mutating func find(_ problem: ImportProblem) {
    find(problem.code, problem.place, problem.message)
  }

  mutating func run() -> ImportedPolicy? {
    do throws(ImportProblem) {
      return try map()
    } catch {
      find(error)
      return nil
    }
  }

  private mutating func map() throws(ImportProblem) -> ImportedPolicy? {
    let spec = source.object.document["spec"] ?? [:]
    try RuleReader.check(spec, ["egress", "ingress", "podSelector", "policyTypes"], "spec")
    let own = try RuleReader.pods(spec, namespace: source.namespace, "spec")
    let criteria = try Criteria.of(own, at: "spec.podSelector")
    noteExclusions(own, "spec.podSelector")
    let targets = groups.add(criteria, "", "")
    let selected = pods.filter(own.accepts)
    var directions: [String] = []
    for (key, type, direction) in [("ingress", "Ingress", "IN"), ("egress", "Egress", "OUT")] {
      let list = try RuleReader.list(spec, key, "spec")
      guard try includes(type, spec, rules: list, key) else { continue }
      directions.append(direction)
      for (index, rule) in list.enumerated() {
        do throws(ImportProblem) {
          try add(rule, key, index, selected)
        } catch {
          find(error)
        }
      }
    }
    if targets.count > GroupWriter.groupsOfList {
      find(.tooManyGroups, "spec.podSelector", "\(targets.count) groups")
    }
    if rules.count > Self.rulesOfPolicy {
      find(.tooManyRules, "spec", "\(rules.count) rules")
    }
    if isRefused { return nil }
    if targets.isEmpty {
      find(.matchesNothing, "spec.podSelector", "no pod can meet it")
      return ImportedPolicy(source: source, groups: [], allow: nil, drop: nil)
    }
    let drop = directions.isEmpty ? nil : self.drop(directions, targets)
    return ImportedPolicy(
      source: source, groups: groups.groups,
      allow: rules.isEmpty ? nil : section("allow", targets, rules), drop: drop)
  }

  /// Whether the policy is about a direction. Antrea enforces rules also where
  /// `policyTypes` does not name it.
  private mutating func includes(
    _ type: String, _ spec: JSONValue, rules: [JSONValue], _ key: String
  ) throws(ImportProblem) -> Bool {
    let types = try RuleReader.list(spec, "policyTypes", "spec").compactMap(\.string)
    if types.isEmpty { return type == "Ingress" || !rules.isEmpty }
    if types.contains(type) { return true }
    if !rules.isEmpty { find(.unnamedType, "spec.policyTypes", "has no \(type)") }
    return !rules.isEmpty
  }

  private mutating func add(
    _ rule: JSONValue, _ key: String, _ index: Int, _ selected: [ImportPod]
  ) throws(ImportProblem) {
    let place = "\(key)[\(index)]"
    let side = key == "ingress" ? "from" : "to"
    let peers = try RuleReader.peers(rule, side, namespace: source.namespace, at: place)
    let ports = try PolicyPorts(rule["ports"], at: place)
    if ports.hasAllSCTP { find(.sctpProtocol, place, "all of SCTP") }
    // The destination's pods say what a name means: those of each peer where the
    // traffic leaves, for which rules with one number each are made.
    var parts: [(entries: PortEntries, groups: [String])] = []
    var problems: [ImportProblem] = []
    for peer in peers ?? [] {
      let paths = try add(peer, "rule\(index)-\(side)-\(peer.index)", place)
      if paths.isEmpty {
        find(.matchesNothing, peer.place, "nobody can meet it")
        continue
      }
      let entries =
        key == "ingress"
        ? ports.resolved(at: selected, "those that it selects", &problems)
        : self.entries(ports, to: peer, &problems)
      if let known = parts.firstIndex(where: { $0.entries == entries }) {
        parts[known].groups += paths
      } else {
        parts.append((entries, paths))
      }
    }
    if peers == nil {
      // Whoever names no port is not meant, and addresses name none.
      let entries =
        key == "egress"
        ? Self.entries(ports, toAddresses: &problems)
        : ports.resolved(at: selected, "those that it selects", &problems)
      parts.append((entries, ["ANY"]))
    }
    if !problems.isEmpty { return problems.forEach { find($0) } }
    for port in ports.named where !parts.isEmpty {
      find(.namedPortResolved, port.place, "\(port.name) of \(port.transport)")
    }
    for (number, part) in parts.enumerated() {
      guard part.groups.count <= GroupWriter.groupsOfList else {
        throw ImportProblem(.tooManyGroups, at: place, "\(part.groups.count) groups")
      }
      rules.append(
        self.rule(
          parts.count > 1 ? "\(key)-\(index)-\(number + 1)" : "\(key)-\(index)", "ALLOW",
          direction: key == "ingress" ? "IN" : "OUT", peers: part.groups,
          entries: ports.isEverything ? [] : part.entries.documents,
          number: rules.count + 1, in: allowPath))
    }
  }

  /// The ports of traffic that leaves to a peer, whose pods say what a name means.
  private func entries(
    _ ports: PolicyPorts, to peer: PolicyPeer, _ problems: inout [ImportProblem]
  ) -> PortEntries {
    switch peer.form {
    case .pods(let demands):
      ports.resolved(at: pods.filter(demands.accepts), "those of \(peer.place)", &problems)
    case .addresses: Self.entries(ports, toAddresses: &problems)
    }
  }

  /// The ports of traffic that leaves to addresses.
  private static func entries(
    _ ports: PolicyPorts, toAddresses problems: inout [ImportProblem]
  ) -> PortEntries {
    for port in ports.named {
      let problem = ImportProblem(
        .namedPort, at: port.place,
        "port \(port.name) of \(port.transport): addresses outside name no ports")
      if !problems.contains(problem) { problems.append(problem) }
    }
    return ports.entries
  }

  /// NSX's reading of what a label must not be is not documented for what lacks it.
  private mutating func noteExclusions(_ demands: PodDemands, _ place: String) {
    for text in demands.exclusions { find(.missingLabelMatches, place, text) }
  }

  private mutating func add(
    _ peer: PolicyPeer, _ suffix: String, _ place: String
  ) throws(ImportProblem) -> [String] {
    switch peer.form {
    case .pods(let demands):
      noteExclusions(demands, peer.place)
      return groups.add(try Criteria.of(demands, at: peer.place), suffix, peer.place)
    case .addresses(let addresses): return groups.add(addresses, suffix, peer.place)
    }
  }

  private func rule(
    _ id: String, _ action: String, direction: String, peers: [String], entries: [JSONValue],
    number: Int, in policy: String
  ) -> ImportObject {
    let list = JSONValue.array(peers.map { .string($0) })
    return ImportObject(
      path: "\(policy)/rules/\(id)", type: .rule,
      document: [
        "resource_type": "Rule", "id": .string(id), "display_name": .string(id),
        "action": .string(action), "direction": .string(direction),
        "sequence_number": .integer(Int64(number * 10)),
        "source_groups": direction == "IN" ? list : ["ANY"],
        "destination_groups": direction == "OUT" ? list : ["ANY"],
        "sources_excluded": false, "destinations_excluded": false, "services": ["ANY"],
        "service_entries": .array(entries), "profiles": ["ANY"], "scope": ["ANY"],
        "ip_protocol": "IPV4_IPV6", "logged": false, "disabled": false,
      ])
  }

  private func drop(_ directions: [String], _ targets: [String]) -> ImportSection {
    let path = scope.policy(scope.policyStem(of: source) + "-drop")
    let direction = directions.count == 2 ? "IN_OUT" : directions[0]
    let rule = self.rule(
      "drop", "DROP", direction: direction, peers: ["ANY"], entries: [], number: 1, in: path)
    return section("drop", targets, [rule])
  }

  private func section(
    _ part: String, _ targets: [String], _ rules: [ImportObject]
  ) -> ImportSection {
    ImportSection.make(
      path: scope.policy("\(scope.policyStem(of: source))-\(part)"), part: part,
      targets: targets, rules: rules, source: source, scope: scope)
  }
}
