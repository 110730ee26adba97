import AntreaModel
import Documents

extension AntreaReader {
  /// The pods that an applied-to list chooses.
  struct Targets {
    var pods = EndpointSet()
    /// Whether Antrea realizes the policy at all.
    var isRealized = true
  }

  /// The pods that a rule is enforced at; address blocks do not count.
  mutating func targets(
    _ list: [JSONValue], _ scope: Scope, _ fields: AntreaFields
  ) throws(EvaluationError) -> Targets {
    var result = Targets()
    for entry in list {
      try fields.check(entry, knownTargets(scope))
      guard let pods = try target(entry, scope, fields) else {
        result.isRealized = false
        continue
      }
      result.pods.formUnion(pods)
    }
    result.pods = result.pods.intersection(index.pods)
    return result
  }

  private func knownTargets(_ scope: Scope) -> Set<String> {
    scope.namespace == nil
      ? [
        "group", "namespaceSelector", "nodeSelector", "podSelector", "service", "serviceAccount",
      ] : ["externalEntitySelector", "group", "podSelector"]
  }

  /// The pods of one entry; `nil` where it keeps the policy from being realized.
  private mutating func target(
    _ entry: JSONValue, _ scope: Scope, _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet? {
    for other in ["nodeSelector", "group", "service", "serviceAccount"]
    where fields.has(entry, other) && (entry.object?.filter { !$0.value.isNull }.count ?? 0) > 1 {
      throw fields.invalid("appliedTo", "\(other) stands with another form")
    }
    if fields.has(entry, "nodeSelector") {
      try report.leaveOut("appliedTo of Nodes", fields)
      return EndpointSet()
    }
    if fields.has(entry, "service") {
      try report.leaveOut("appliedTo of a NodePort Service", fields)
      return EndpointSet()
    }
    if fields.has(entry, "serviceAccount") {
      return try account(entry["serviceAccount"] ?? .null, fields)
    }
    if let name = try fields.text(entry, "group"), !name.isEmpty {
      return try target(group: name, scope, fields)
    }
    if scope.namespace == nil, entry.object?.allSatisfy({ $0.value.isNull }) == true {
      report.note("appliedTo", "an empty entry is nobody", fields)
    }
    return try selected(entry, namespace: scope.namespace, fields)
  }

  private mutating func target(
    group name: String, _ scope: Scope, _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet? {
    let group = try group(
      AntreaGroupName(namespace: scope.namespace, name: name), usedBy: fields)
    if group.isNodes {
      try report.leaveOut("appliedTo of Nodes", fields)
    } else if group.isAddresses {
      report.note("appliedTo", "\(name) consists of addresses, so that it is nobody here", fields)
    }
    if let namespace = scope.namespace,
      !group.members.pods.isSubset(of: index.workloads(inNamespace: namespace))
    {
      try report.deviate(
        "appliedTo",
        "\(name) has pods of other namespaces, so that Antrea does not realize the policy", fields)
      return nil
    }
    return group.members.pods
  }
}
