import AntreaModel
import Documents

extension AntreaReader {
  /// The pods that an applied-to list chooses, by namespace, as Antrea expands
  /// them for peers that are relative to the namespace.
  struct NamespacedTargets {
    var pods: [String: EndpointSet] = [:]
    /// The labels of the namespaces that `sameLabels` compares.
    var labels: [String: [String: String]] = [:]
  }

  /// A rule, or the part of it that concerns one namespace.
  struct RulePart {
    var targets: EndpointSet
    var peers: AntreaMembers
  }

  /// What the rules of a ClusterNetworkPolicy ask about namespaces relative to
  /// those of their pods; empty where they do not.
  func namespacePeers(_ spec: JSONValue) -> [JSONValue] {
    Direction.allCases.flatMap { direction in
      (spec[direction.rawValue]?.array ?? []).flatMap { rule in
        (rule[direction.peers]?.array ?? []).compactMap { $0["namespaces"] }.filter { !$0.isNull }
      }
    }
  }

  /// The pods of an applied-to list by namespace.
  ///
  /// Antrea keeps one group of pods for a namespace, that of the last entry that
  /// concerns it, and compares the labels of the namespaces of the last entry
  /// alone (but adds that of a service account).
  mutating func namespacedTargets(
    _ list: [JSONValue], comparesLabels: Bool, _ fields: AntreaFields
  ) throws(EvaluationError) -> NamespacedTargets {
    var result = NamespacedTargets()
    for entry in list {
      let part = try namespacedTargets(of: entry, fields)
      if fields.has(entry, "serviceAccount") {
        result.labels.merge(part.labels) { $1 }
      } else {
        if comparesLabels, !result.labels.isEmpty {
          try report.deviate(
            "appliedTo", "for sameLabels, only the namespaces of the last entry count", fields)
        }
        result.labels = part.labels
      }
      if result.pods.keys.contains(where: { part.pods[$0] != nil }) {
        try report.deviate(
          "appliedTo", "for namespaces, only the last entry of a namespace counts", fields)
      }
      result.pods.merge(part.pods) { $1 }
    }
    return result
  }

  /// The pods of one entry by namespace. Of a group Antrea looks at the selector
  /// of namespaces alone, so that all pods of those are meant.
  private mutating func namespacedTargets(
    of entry: JSONValue, _ fields: AntreaFields
  ) throws(EvaluationError) -> NamespacedTargets {
    if fields.has(entry, "serviceAccount") {
      let account = entry["serviceAccount"] ?? .null
      let (namespace, _) = try name(account, "serviceAccount", fields)
      return NamespacedTargets(
        pods: [namespace: try self.account(account, fields)],
        labels: [namespace: index.namespaceLabels[namespace] ?? [:]])
    }
    var owner = entry
    if let name = try fields.text(entry, "group"), !name.isEmpty {
      guard let object = groups[AntreaGroupName(namespace: nil, name: name)] else {
        return NamespacedTargets()
      }
      let spec = object.document["spec"] ?? [:]
      if fields.has(spec, "namespaceSelector") || fields.has(spec, "podSelector") { owner = spec }
      try report.deviate(
        "appliedTo", "for namespaces, \(name) counts as all pods of its namespaces", fields)
    }
    let namespaces = try selector(owner, "namespaceSelector", fields)
    let pods = try selector(entry, "podSelector", fields)
    var result = NamespacedTargets()
    for (name, labels) in index.namespaceLabels where namespaces?.matches(labels) ?? true {
      let all = index.workloads(inNamespace: name)
      result.pods[name] = pods.map { index.workloads($0, from: all) } ?? all
      result.labels[name] = labels
    }
    return result
  }

  /// The parts of a rule for its peers that are relative to the namespace.
  mutating func namespacedParts(
    _ list: [JSONValue], _ own: [JSONValue], _ policy: Policy, _ direction: Direction,
    _ fields: AntreaFields
  ) throws(EvaluationError) -> [RulePart] {
    var (same, labelled): ([JSONValue], [(keys: [String], peer: JSONValue)]) = ([], [])
    for entry in list {
      let namespaces = entry["namespaces"] ?? .null
      try fields.check(namespaces, ["match", "sameLabels"])
      try fields.check(entry, ["namespaces", "podSelector", "scope"])
      if try fields.text(entry, "scope") == "ClusterSet" {
        try report.leaveOut("pods of other clusters (scope ClusterSet)", fields)
      }
      let keys = try fields.strings(namespaces, "sameLabels")
      switch try fields.text(namespaces, "match") {
      case "Self":
        guard keys.isEmpty else { throw fields.invalid("namespaces", "match and sameLabels") }
        same.append(entry)
      case nil, "":
        if keys.isEmpty {
          try report.deviate("namespaces", "without match and sameLabels it is ignored", fields)
        } else {
          labelled.append((keys, entry))
        }
      case let other?: throw fields.invalid("namespaces", "match \(other)")
      }
    }
    if same.isEmpty, labelled.isEmpty {
      // Nothing is left of the list, and an empty list is everything.
      guard !list.isEmpty else { return [] }
      let pods = try targets(own.isEmpty ? policy.appliedTo : own, policy.scope, fields).pods
      return [RulePart(targets: pods, peers: everything)]
    }
    var parts = try selfParts(same, own, policy, fields)
    parts += try labelParts(labelled, own, policy, fields)
    return parts
  }

  private mutating func selfParts(
    _ peers: [JSONValue], _ own: [JSONValue], _ policy: Policy, _ fields: AntreaFields
  ) throws(EvaluationError) -> [RulePart] {
    if peers.isEmpty { return [] }
    var lists: [NamespacedTargets] = []
    if let common = policy.perNamespace, own.isEmpty {
      lists = [common]
    } else {
      for entry in own { lists.append(try namespacedTargets(of: entry, fields)) }
    }
    var selectors: [AntreaSelector?] = []
    for peer in peers { selectors.append(try selector(peer, "podSelector", fields)) }
    var parts: [RulePart] = []
    for targets in lists {
      for (namespace, pods) in targets.pods.sorted(by: { $0.key < $1.key }) {
        let all = index.workloads(inNamespace: namespace)
        var members = EndpointSet()
        for selector in selectors {
          members.formUnion(selector.map { index.workloads($0, from: all) } ?? all)
        }
        parts.append(part(pods, members))
      }
    }
    return parts
  }

  private mutating func labelParts(
    _ peers: [(keys: [String], peer: JSONValue)], _ own: [JSONValue], _ policy: Policy,
    _ fields: AntreaFields
  ) throws(EvaluationError) -> [RulePart] {
    if peers.isEmpty { return [] }
    let targets =
      try own.isEmpty ? policy.perNamespace : namespacedTargets(own, comparesLabels: true, fields)
    guard let targets else { return [] }
    var parts: [RulePart] = []
    for (keys, peer) in peers {
      let selector = try selector(peer, "podSelector", fields)
      // A namespace that lacks a key has no rule.
      var alike: [[String]: EndpointSet] = [:]
      for (namespace, labels) in targets.labels {
        let values = keys.compactMap { labels[$0] }
        guard values.count == keys.count else { continue }
        alike[values, default: EndpointSet()].formUnion(targets.pods[namespace] ?? EndpointSet())
      }
      for (values, pods) in alike.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        let wanted = Dictionary(zip(keys, values)) { $1 }
        let all = index.workloads(inNamespaces: AntreaSelector(labels: wanted))
        parts.append(part(pods, selector.map { index.workloads($0, from: all) } ?? all))
      }
    }
    return parts
  }

  private func part(_ pods: EndpointSet, _ members: EndpointSet) -> RulePart {
    RulePart(
      targets: pods.intersection(index.pods),
      peers: AntreaMembers(pods: members.intersection(index.pods)))
  }
}
