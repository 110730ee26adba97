import AntreaModel
import Documents

/// Maps one policy of Antrea to one NSX policy with its rules in their order,
/// where NSX can say all of it.
struct AntreaMapping {
  private let source: ImportSource
  private let scope: ImportScope
  private let clusterGroups: [String: KubernetesObject]
  private(set) var findings: [ImportFinding] = []
  private var groups: GroupWriter
  private var rules: [ImportObject] = []
  private let path: String
  private let place: AntreaTiers.Place?

  init(
    _ source: ImportSource, scope: ImportScope, clusterGroups: [String: KubernetesObject],
    tiers: AntreaTiers
  ) {
    self.source = source
    self.scope = scope
    self.clusterGroups = clusterGroups
    groups = GroupWriter(scope: scope, source: source)
    place = tiers.place(of: source.object)
    let part = place?.isBaseline == true ? ImportedPolicy.baselinePart : ImportedPolicy.rulesPart
    path = scope.policy("\(scope.policyStem(of: source))-\(part)")
  }

  private var isClustered: Bool { source.namespace.isEmpty }

  private mutating func find(_ problem: ImportProblem) {
    findings.append(
      ImportFinding(
        problem.code, source: source.reference, place: problem.place, message: problem.message))
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
    try RuleReader.check(spec, ["appliedTo", "egress", "ingress", "priority", "tier"], "spec")
    guard let place else {
      throw ImportProblem(.unknownTier, at: "spec.tier", "the tier or the priority is not known")
    }
    let common = try RuleReader.list(spec, "appliedTo", "spec")
    var targets: [String] = []
    if !common.isEmpty {
      targets = try self.targets(common, "", "spec")
      if targets.isEmpty {
        find(ImportProblem(.matchesNothing, at: "spec.appliedTo", "no pod can meet it"))
        return ImportedPolicy(source: source, groups: [], allow: nil, drop: nil)
      }
    }
    for (key, direction) in [("ingress", "IN"), ("egress", "OUT")] {
      for (index, rule) in try RuleReader.list(spec, key, "spec").enumerated() {
        do throws(ImportProblem) {
          try add(rule, key, index, direction, hasOwnTargets: common.isEmpty)
        } catch {
          find(error)
        }
      }
    }
    if findings.contains(where: \.code.isRefusal) { return nil }
    let section =
      rules.isEmpty ? nil : self.section(targets.isEmpty ? ["ANY"] : targets)
    var policy = ImportedPolicy(
      source: source, groups: rules.isEmpty ? [] : groups.groups, allow: nil, drop: nil)
    policy.ordered = section
    policy.place = place
    return policy
  }

  // MARK: Rules

  private mutating func add(
    _ rule: JSONValue, _ key: String, _ index: Int, _ direction: String, hasOwnTargets: Bool
  ) throws(ImportProblem) {
    let place = "\(key)[\(index)]"
    let side = key == "ingress" ? "from" : "to"
    for name in ["toServices", "protocols", "l7Protocols"]
    where !(try RuleReader.list(rule, name, place)).isEmpty || rule[name]?.array?.isEmpty == true {
      throw ImportProblem(.antreaConstruct, at: place, name)
    }
    try RuleReader.check(
      rule,
      [
        "action", "appliedTo", "enableLogging", "l7Protocols", "logLabel", "name", "ports",
        "protocols", "toServices", side,
      ], place)
    guard
      let action = ["Allow": "ALLOW", "Drop": "DROP", "Reject": "REJECT"][
        rule["action"]?.string ?? ""]
    else {
      throw ImportProblem(
        .antreaConstruct, at: place, "action \(rule["action"]?.string ?? "missing")")
    }
    var own = ["ANY"]
    if hasOwnTargets {
      own = try targets(
        try RuleReader.list(rule, "appliedTo", place), "\(key)\(index)-at", place)
    }
    let list = try RuleReader.list(rule, side, place)
    var peers: [String] = list.isEmpty ? ["ANY"] : []
    for (number, entry) in list.enumerated() {
      peers += try add(
        try members(entry, "\(place).\(side)[\(number)]"), "\(key)\(index)-\(side)-\(number)",
        "\(place).\(side)[\(number)]")
    }
    let ports = try PolicyPorts(rule["ports"], at: place)
    if let named = ports.named.first {
      throw ImportProblem(
        .namedPort, at: named.place,
        "port \(named.name) of \(named.transport): named ports of Antrea's policies are not resolved"
      )
    }
    if own.isEmpty || peers.isEmpty {
      return find(ImportProblem(.matchesNothing, at: place, "nobody can meet it"))
    }
    if ports.hasAllSCTP { find(ImportProblem(.sctpProtocol, at: place, "all of SCTP")) }
    guard own.count <= GroupWriter.groupsOfList, peers.count <= GroupWriter.groupsOfList else {
      throw ImportProblem(.tooManyGroups, at: place, "\(max(own.count, peers.count)) groups")
    }
    append(
      "\(key)-\(index)", action, direction, own, peers,
      ports.isEverything ? [] : ports.entries.documents, rule)
  }

  private mutating func append(
    _ id: String, _ action: String, _ direction: String, _ own: [String], _ peers: [String],
    _ entries: [JSONValue], _ rule: JSONValue
  ) {
    let list = JSONValue.array(peers.map { .string($0) })
    let label = rule["logLabel"]?.string ?? ""
    var document = JSONObject()
    document["resource_type"] = "Rule"
    document["id"] = .string(id)
    document["display_name"] = .string(String((rule["name"]?.string ?? id).prefix(255)))
    document["action"] = .string(action)
    document["direction"] = .string(direction)
    document["sequence_number"] = .integer(Int64((rules.count + 1) * 10))
    document["source_groups"] = direction == "IN" ? list : ["ANY"]
    document["destination_groups"] = direction == "OUT" ? list : ["ANY"]
    document["sources_excluded"] = false
    document["destinations_excluded"] = false
    document["services"] = ["ANY"]
    document["service_entries"] = .array(entries)
    document["profiles"] = ["ANY"]
    document["scope"] = .array(own.map { .string($0) })
    document["ip_protocol"] = "IPV4_IPV6"
    document["logged"] = .bool(rule["enableLogging"]?.bool == true)
    document["disabled"] = false
    if !label.isEmpty { document["tag"] = .string(label) }
    rules.append(
      ImportObject(path: "\(path)/rules/\(id)", type: .rule, document: .object(document)))
  }

  // MARK: Who

  /// The members of one peer or target: pods, addresses, or both of a group's
  /// children.
  private func members(
    _ entry: JSONValue, _ place: String
  ) throws(ImportProblem) -> [PolicyPeer.Form] {
    guard let object = entry.object, !object.isEmpty else {
      throw ImportProblem(.invalidPolicy, at: place, "is empty")
    }
    let keys = Set(object.keys)
    if keys == ["ipBlock"] {
      return [.addresses(try RuleReader.addresses(object["ipBlock"] ?? .null, place))]
    }
    if keys == ["group"], isClustered, let name = object["group"]?.string {
      return try members(ofGroup: name, place, depth: 0)
    }
    guard keys.isSubset(of: ["podSelector", "namespaceSelector"]) else {
      throw ImportProblem(
        .antreaConstruct, at: place, keys.sorted().joined(separator: " with "))
    }
    var demands = PodDemands(
      namespaces: try LabelDemands(object["namespaceSelector"], at: "\(place).namespaceSelector"),
      pods: try LabelDemands(object["podSelector"], at: "\(place).podSelector"))
    if !isClustered, object["namespaceSelector"] == nil {
      demands.namespaces = LabelDemands(Criteria.nameLabel, is: source.namespace)
    }
    return [.pods(demands)]
  }

  /// What a ClusterGroup has; one that is not there has nobody.
  private func members(
    ofGroup name: String, _ place: String, depth: Int
  ) throws(ImportProblem) -> [PolicyPeer.Form] {
    guard let spec = clusterGroups[name]?.document["spec"]?.object, depth <= 1 else {
      throw ImportProblem(.antreaConstruct, at: place, "ClusterGroup \(name) cannot be read")
    }
    let keys = Set(spec.keys)
    if keys == ["childGroups"] {
      var forms: [PolicyPeer.Form] = []
      for child in spec["childGroups"]?.array ?? [] {
        forms += try members(ofGroup: child.string ?? "", place, depth: depth + 1)
      }
      return forms
    }
    if keys == ["ipBlocks"] {
      var forms: [PolicyPeer.Form] = []
      for block in spec["ipBlocks"]?.array ?? [] {
        forms.append(.addresses(try RuleReader.addresses(block, place)))
      }
      return forms
    }
    guard !keys.isEmpty, keys.isSubset(of: ["podSelector", "namespaceSelector"]) else {
      throw ImportProblem(
        .antreaConstruct, at: place,
        "ClusterGroup \(name) with \(keys.sorted().joined(separator: ", "))")
    }
    return [
      .pods(
        PodDemands(
          namespaces: try LabelDemands(spec["namespaceSelector"], at: place),
          pods: try LabelDemands(spec["podSelector"], at: place)))
    ]
  }

  private mutating func add(
    _ forms: [PolicyPeer.Form], _ suffix: String, _ place: String
  ) throws(ImportProblem) -> [String] {
    var criteria: [[JSONValue]] = []
    var addresses = AddressSet([AddressRange]())
    for form in forms {
      switch form {
      case .pods(let demands):
        criteria += try Criteria.of(demands, at: place)
        for text in demands.exclusions {
          find(ImportProblem(.missingLabelMatches, at: place, text))
        }
      case .addresses(let set): addresses = addresses.union(set)
      }
    }
    return groups.add(criteria, suffix, place)
      + groups.add(addresses, "\(suffix)-addresses", place)
  }

  private mutating func targets(
    _ entries: [JSONValue], _ suffix: String, _ place: String
  ) throws(ImportProblem) -> [String] {
    var paths: [String] = []
    for (index, entry) in entries.enumerated() {
      let place = "\(place).appliedTo[\(index)]"
      let forms = try members(entry, place)
      for form in forms {
        if case .addresses = form {
          throw ImportProblem(.antreaConstruct, at: place, "addresses in appliedTo")
        }
      }
      let name = suffix.isEmpty ? "\(index)" : "\(suffix)-\(index)"
      paths += try add(forms, entries.count == 1 && suffix.isEmpty ? "" : name, place)
    }
    return paths
  }

  private func section(_ targets: [String]) -> ImportSection {
    ImportSection.make(
      path: path, part: place?.isBaseline == true ? "baseline rules" : "rules", targets: targets,
      rules: rules, source: source, scope: scope)
  }
}
