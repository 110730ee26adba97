import Documents

/// The parts that policies and groups have in common.
enum CanonicalList {
  /// A list whose order means nothing: elements canonical, sorted by their
  /// JSON text, without repeats; `nil` for an empty one unless `keepEmpty`.
  static func set(
    _ value: JSONValue, keepEmpty: Bool = false, _ element: (JSONValue) -> JSONValue
  ) -> JSONValue? {
    guard case .array(let list) = value else { return value }
    if list.isEmpty { return keepEmpty ? value : nil }
    if list.count == 1 { return .array([element(list[0])]) }
    let keyed = list.map { item -> (text: [UInt8], value: JSONValue) in
      let value = element(item)
      return (JSONWriter.compact(value), value)
    }
    let sorted = keyed.sorted { $0.text.lexicographicallyPrecedes($1.text) }
    var result: [JSONValue] = []
    for item in sorted where result.last != item.value { result.append(item.value) }
    return .array(result)
  }

  /// An ipBlock: canonical spelling of `cidr` and `except`.
  static func block(_ value: JSONValue) -> JSONValue {
    guard case .object(var block) = value else { return value }
    block.change("cidr", cidr)
    block.change("except") { set($0, cidr) }
    return .object(block)
  }

  /// Canonical label selectors in every field that holds one. An empty
  /// selector stays: it selects everything.
  static func selectors(of object: inout JSONObject) {
    for key in ["podSelector", "namespaceSelector", "externalEntitySelector", "nodeSelector"] {
      object.change(key, selector)
    }
  }

  private static func selector(_ value: JSONValue) -> JSONValue {
    guard case .object(var selector) = value else { return value }
    selector.drop("matchLabels", equalTo: .object(JSONObject()))
    selector.change("matchExpressions") { expressions in
      set(expressions) { value in
        guard case .object(var expression) = value else { return value }
        expression.change("values") { set($0) { $0 } }
        return .object(expression)
      }
    }
    return .object(selector)
  }

  private static func cidr(_ value: JSONValue) -> JSONValue {
    value.string.map { .string(CanonicalCIDR.text($0)) } ?? value
  }
}
