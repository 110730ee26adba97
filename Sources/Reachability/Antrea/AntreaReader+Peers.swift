import AntreaModel
import Documents

extension AntreaReader {
  /// What the schema has in a peer. The API drops everything else, which leaves
  /// an empty peer where nothing else is there.
  private func knownPeers(_ scope: Scope, _ direction: Direction) -> Set<String> {
    var known: Set<String> = [
      "group", "ipBlock", "namespaceSelector", "nodeSelector", "podSelector",
    ]
    known.insert(direction == .ingress ? "scope" : "fqdn")
    if scope.namespace == nil {
      known.formUnion(["namespaces", "serviceAccount"])
    } else {
      known.insert("externalEntitySelector")
    }
    return known
  }

  /// The endpoints of a list of peers; an empty list is everything.
  mutating func peers(
    _ list: [JSONValue], _ scope: Scope, _ direction: Direction, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaMembers {
    if list.isEmpty { return everything }
    var result = AntreaMembers()
    for entry in list { result.formUnion(try peer(entry, scope, direction, fields)) }
    return result
  }

  /// Every endpoint.
  var everything: AntreaMembers {
    AntreaMembers(pods: index.pods, addresses: index.world.everyone)
  }

  private mutating func peer(
    _ entry: JSONValue, _ scope: Scope, _ direction: Direction, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaMembers {
    try fields.check(entry, knownPeers(scope, direction))
    if try fields.text(entry, "scope") == "ClusterSet" {
      try report.leaveOut("pods of other clusters (scope ClusterSet)", fields)
    }
    // In the order in which Antrea looks for them.
    let forms = ["ipBlock", "group", "fqdn", "serviceAccount", "nodeSelector"]
      .filter { fields.has(entry, $0) && entry[$0]?.string != "" }
    let selectors = ["podSelector", "namespaceSelector", "externalEntitySelector"]
      .filter { fields.has(entry, $0) }
    if let first = forms.first, forms.count > 1 || !selectors.isEmpty {
      try report.deviate(
        direction.peers, "of several forms in a peer, \(first) alone counts", fields)
    }
    switch forms.first {
    case "ipBlock":
      return AntreaMembers(addresses: try block(entry["ipBlock"] ?? .null, fields))
    case "group":
      let name = try fields.text(entry, "group") ?? ""
      var members = try group(
        AntreaGroupName(namespace: scope.namespace, name: name), usedBy: fields
      ).members
      members.pods = members.pods.intersection(index.pods)
      return members
    case "fqdn":
      let name = try fields.text(entry, "fqdn") ?? ""
      hostNames.insert(name)
      return AntreaMembers(addresses: index.endpoints(named: HostNamePattern(name)))
    case "serviceAccount":
      let pods = try account(entry["serviceAccount"] ?? .null, fields)
      return AntreaMembers(pods: pods.intersection(index.pods))
    case "nodeSelector":
      let document = entry["nodeSelector"] ?? .null
      guard let selector = try usable(document, "nodeSelector", fields) else {
        return AntreaMembers()
      }
      return AntreaMembers(addresses: index.endpoints(ofNodes: selector))
    default:
      if selectors.isEmpty {
        report.note(
          direction.peers,
          scope.namespace == nil
            ? "an empty peer is nobody" : "an empty peer is every pod of the namespace", fields)
      }
      let pods = try selected(entry, namespace: scope.namespace, fields)
      return AntreaMembers(pods: pods.intersection(index.pods))
    }
  }

  /// The pods that run under a service account.
  func account(_ value: JSONValue, _ fields: AntreaFields) throws(EvaluationError) -> EndpointSet {
    let (namespace, name) = try self.name(value, "serviceAccount", fields)
    return index.workloads(ofAccount: name, in: namespace)
  }

  /// The names in a reference that needs both.
  func name(
    _ value: JSONValue, _ field: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> (namespace: String, name: String) {
    try fields.check(value, ["name", "namespace"])
    guard let name = try fields.text(value, "name"),
      let namespace = try fields.text(value, "namespace")
    else { throw fields.invalid(field, "needs name and namespace") }
    return (namespace, name)
  }

  /// The Services of `toServices`; `nil` where the member is absent, which is
  /// not the same as an empty list: that one matches nothing.
  mutating func toServices(
    _ rule: JSONValue, _ scope: Scope, _ fields: AntreaFields
  ) throws(EvaluationError) -> Set<KubernetesService.Name>? {
    guard fields.has(rule, "toServices") else { return nil }
    for other in ["to", "ports", "protocols", "l7Protocols"]
    where rule[other]?.array?.isEmpty == false {
      throw fields.invalid("toServices", "together with \(other)")
    }
    var result: Set<KubernetesService.Name> = []
    for entry in try fields.list(rule, "toServices") {
      try fields.check(entry, ["name", "namespace", "scope"])
      if try fields.text(entry, "scope") == "ClusterSet" {
        try report.leaveOut("Services of other clusters (scope ClusterSet)", fields)
        continue
      }
      guard let name = try fields.text(entry, "name"),
        let namespace = try fields.text(entry, "namespace") ?? scope.namespace
      else { throw fields.invalid("toServices", "needs name and namespace") }
      result.insert(KubernetesService.Name(namespace: namespace, name: name))
    }
    return result
  }
}
