import Documents

extension JSONReader {
  /// Reads the expression of a group.
  ///
  /// - Parameter names: gets the members that nothing is known about, each with
  ///   the place of its element.
  mutating func expressions(noting names: inout [String]) throws -> [Expression] {
    var list: [Expression] = []
    try readArray { reader in
      var unknown: [String] = []
      list.append(try reader.expression(noting: &unknown))
      let place = list.count - 1
      for name in unknown where names.count < KnownMembers.maximumNames {
        names.append("[\(place)].\(name)")
      }
    }
    return list
  }

  private mutating func expression(noting unknown: inout [String]) throws -> Expression {
    var fields = ExpressionFields()
    try readMembers { key, reader in try fields.read(key, &reader) }
    unknown = fields.unknown
    return fields.expression(noting: &unknown)
  }
}

/// An element of an expression as it is being read: the union of the fields of
/// all kinds, because `resource_type` may come last.
private struct ExpressionFields {
  /// The members that only some kinds have.
  private struct Members: OptionSet {
    let rawValue: Int
    static let condition = Members(rawValue: 1)
    static let conjunction = Members(rawValue: 2)
    static let nested = Members(rawValue: 4)
    static let paths = Members(rawValue: 8)
    static let addresses = Members(rawValue: 16)

    static let names: [(Members, String)] = [
      (.condition, "member_type, key, operator, scope_operator, value or exclude"),
      (.conjunction, "conjunction_operator"), (.nested, "expressions"), (.paths, "paths"),
      (.addresses, "ip_addresses"),
    ]
  }

  var unknown: [String] = []
  private var type = ""
  private var found: Members = []
  private var condition = Condition(memberType: "", key: "", comparison: nil, value: "")
  private var conjunction = ""
  private var nested: [Expression] = []
  private var paths: [String] = []
  private var addresses: [String] = []

  mutating func read(_ key: JSONReader.Key, _ reader: inout JSONReader) throws {
    switch key {
    case "resource_type": type = try reader.readString()
    case "member_type": condition.memberType = try text(&reader)
    case "key": condition.key = try text(&reader)
    case "operator": condition.comparison = try text(&reader)
    case "scope_operator": condition.scopeComparison = try text(&reader)
    case "value": condition.value = try text(&reader)
    case "exclude":
      found.insert(.condition)
      condition.hasExclusion = try reader.hasContent()
    case "conjunction_operator":
      found.insert(.conjunction)
      conjunction = try reader.readString()
    case "expressions":
      found.insert(.nested)
      var names: [String] = []
      nested = try reader.expressions(noting: &names)
      unknown += names.map { "expressions\($0)" }
    case "paths":
      found.insert(.paths)
      paths = try reader.strings()
    case "ip_addresses":
      found.insert(.addresses)
      addresses = try reader.strings()
    default: try reader.skip(key, noting: &unknown)
    }
  }

  /// Reads a text of a condition.
  private mutating func text(_ reader: inout JSONReader) throws -> String {
    found.insert(.condition)
    return try reader.readString()
  }

  /// The element; members of other kinds are as unknown as any.
  func expression(noting unknown: inout [String]) -> Expression {
    let known: Members
    let result: Expression
    switch type {
    case "Condition": (known, result) = (.condition, .condition(condition))
    case "ConjunctionOperator":
      (known, result) = (.conjunction, .conjunction(Conjunction(conjunction)))
    case "NestedExpression": (known, result) = (.nested, .nested(nested))
    // Without its list such an element would match nothing, which may be more or
    // less than it did in NSX.
    case "PathExpression" where found.contains(.paths):
      (known, result) = (.paths, .paths(paths))
    case "IPAddressExpression" where found.contains(.addresses):
      (known, result) = (.addresses, .addresses(addresses))
    default:
      // The kind says that more is unknown than its members.
      unknown = []
      return .unknown(type)
    }
    for (member, name) in Members.names where found.subtracting(known).contains(member) {
      unknown.append(name)
    }
    return result
  }
}
