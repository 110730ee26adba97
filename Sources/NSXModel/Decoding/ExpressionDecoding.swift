import Documents

extension JSONReader {
  /// Reads the expression of a group.
  mutating func expressions() throws -> [Expression] {
    if try readNull() { return [] }
    var list: [Expression] = []
    try readArray { list.append(try $0.expression()) }
    return list
  }

  private mutating func expression() throws -> Expression {
    var type = ""
    var condition = Condition(memberType: "", key: "", comparison: nil, value: "")
    var conjunction = ""
    var nested: [Expression] = []
    var paths: [String] = []
    var addresses: [String] = []
    try readObject { key, reader in
      switch key {
      case "resource_type": type = try reader.optionalString() ?? ""
      case "member_type": condition.memberType = try reader.optionalString() ?? ""
      case "key": condition.key = try reader.optionalString() ?? ""
      case "operator": condition.comparison = try reader.optionalString()
      case "scope_operator": condition.scopeComparison = try reader.optionalString() ?? "EQUALS"
      case "value": condition.value = try reader.optionalString() ?? ""
      case "exclude": condition.hasExclusion = try reader.hasContent()
      case "conjunction_operator": conjunction = try reader.optionalString() ?? ""
      case "expressions": nested = try reader.expressions()
      case "paths": paths = try reader.strings()
      case "ip_addresses": addresses = try reader.strings()
      default: try reader.skip()
      }
    }
    switch type {
    case "Condition": return .condition(condition)
    case "ConjunctionOperator": return .conjunction(Conjunction(conjunction))
    case "NestedExpression": return .nested(nested)
    case "PathExpression": return .paths(paths)
    case "IPAddressExpression": return .addresses(addresses)
    default: return .unknown(type)
    }
  }
}
