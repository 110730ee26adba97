import AntreaModel
import Documents

extension AntreaReader {
  /// The pods that `podSelector` and `namespaceSelector` choose, as Antrea's
  /// controller does: without `namespaceSelector` in the namespace of the object
  /// where it has one; without any selector there all pods, else none.
  mutating func selected(
    _ entry: JSONValue, namespace: String?, _ fields: AntreaFields
  ) throws(EvaluationError) -> EndpointSet {
    if fields.has(entry, "externalEntitySelector") {
      // A selector of external entities never chooses pods.
      try report.leaveOut("externalEntitySelector", fields)
      return EndpointSet()
    }
    let pods = try selector(entry, "podSelector", fields)
    let namespaces = try selector(entry, "namespaceSelector", fields)
    // A selector that cannot be converted counts as absent, but not for the
    // namespace of the object.
    if !fields.has(entry, "namespaceSelector"), let namespace {
      let all = index.workloads(inNamespace: namespace)
      return pods.map { index.workloads($0, from: all) } ?? all
    }
    if let namespaces {
      let all = select(inNamespaces: namespaces)
      return pods.map { index.workloads($0, from: all) } ?? all
    }
    return pods.map { select($0) } ?? EndpointSet()
  }

  /// A selector that is there and can be converted.
  mutating func selector(
    _ entry: JSONValue, _ key: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaSelector? {
    guard let document = entry[key], !document.isNull else { return nil }
    return try usable(document, key, fields)
  }

  /// Antrea ignores the error where a selector cannot be converted, and takes it
  /// for absent, which widens the rule.
  mutating func usable(
    _ document: JSONValue, _ key: String, _ fields: AntreaFields
  ) throws(EvaluationError) -> AntreaSelector? {
    switch try AntreaSelector.read(document, fields) {
    case .selector(let selector): return selector
    case .unusable(let reason):
      try report.deviate(key, "\(reason), so that Antrea takes the selector for absent", fields)
      return nil
    }
  }

  /// The addresses of a block without its exceptions.
  func block(_ value: JSONValue, _ fields: AntreaFields) throws(EvaluationError) -> EndpointSet {
    try fields.check(value, ["cidr", "except"])
    let network = try cidr(try fields.text(value, "cidr") ?? "", fields)
    var result = index.endpoints(in: network)
    for text in try fields.strings(value, "except") {
      let inner = try cidr(text, fields)
      guard network.contains(inner), network != inner else {
        throw fields.invalid("except", "\(text) is not inside \(network)")
      }
      result = result.subtracting(index.endpoints(in: inner))
    }
    return result
  }

  private func cidr(_ text: String, _ fields: AntreaFields) throws(EvaluationError) -> CIDR {
    guard text.contains("/"), let cidr = CIDR(text) else {
      throw fields.invalid("cidr", "\(text) is no CIDR")
    }
    return cidr
  }

  // Policies repeat the same selectors.
  private mutating func select(_ selector: AntreaSelector) -> EndpointSet {
    if let known = podCache[selector] { return known }
    let result = index.workloads(selector)
    podCache[selector] = result
    return result
  }

  private mutating func select(inNamespaces selector: AntreaSelector) -> EndpointSet {
    if let known = namespaceCache[selector] { return known }
    let result = index.workloads(inNamespaces: selector)
    namespaceCache[selector] = result
    return result
  }
}
