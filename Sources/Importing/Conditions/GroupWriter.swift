import AntreaModel
import Documents

/// Writes the ANTREA groups of one policy.
struct GroupWriter {
  /// Criteria that one group may have.
  static let criteriaOfGroup = 5
  /// Conditions that one group may have, over all its criteria.
  static let conditionsOfGroup = 35
  /// Groups that one list of a rule or a scope may have.
  static let groupsOfList = 128
  /// Criteria that one list can have.
  static let maximumCriteria = criteriaOfGroup * groupsOfList
  /// Addresses that one group may have: what is commonly quoted of NSX's
  /// configuration maximums.
  static let addressesOfGroup = 4000

  let scope: ImportScope
  let source: ImportSource
  /// The groups, with their paths, in the order of the policy.
  private(set) var groups: [ImportObject] = []

  init(scope: ImportScope, source: ImportSource) {
    self.scope = scope
    self.source = source
  }

  /// Adds the groups of some criteria.
  ///
  /// - Parameters:
  ///   - suffix: what follows the policy's stem in the id; empty for its scope.
  ///   - name: what follows the original's name in the display name.
  /// - Returns: the paths; their union is what the criteria select.
  mutating func add(_ criteria: [[JSONValue]], _ suffix: String, _ name: String) -> [String] {
    var parts: [[[JSONValue]]] = []
    var conditions = 0
    for criterion in criteria {
      if let last = parts.last, last.count < Self.criteriaOfGroup,
        conditions + criterion.count <= Self.conditionsOfGroup
      {
        parts[parts.count - 1].append(criterion)
        conditions += criterion.count
      } else {
        parts.append([criterion])
        conditions = criterion.count
      }
    }
    return parts.enumerated().map { index, part in
      append(Self.expression(part), suffix, name, part: parts.count > 1 ? index + 1 : nil)
    }
  }

  /// Adds the groups of some addresses: those of each family apart, ranges where
  /// they are no networks.
  mutating func add(_ addresses: AddressSet, _ suffix: String, _ name: String) -> [String] {
    var lists: [[JSONValue]] = []
    for family in IPFamily.allCases {
      let texts = addresses.only(family).ranges.map { JSONValue.string(Self.text($0)) }
      for start in stride(from: 0, to: texts.count, by: Self.addressesOfGroup) {
        lists.append(Array(texts[start..<min(start + Self.addressesOfGroup, texts.count)]))
      }
    }
    return lists.enumerated().map { index, list in
      append(
        [["resource_type": "IPAddressExpression", "ip_addresses": .array(list)]],
        suffix, name, part: lists.count > 1 ? index + 1 : nil)
    }
  }

  /// A range as NSX reads it: one address, a network, or both bounds.
  static func text(_ range: AddressRange) -> String {
    let networks = range.networks
    if networks.count == 1 {
      return range.lower == range.upper ? "\(networks[0].address)" : "\(networks[0])"
    }
    let bounds = [range.lower, range.upper].map { IPAddress(family: range.family, value: $0) }
    return "\(bounds[0])-\(bounds[1])"
  }

  private mutating func append(
    _ expression: [JSONValue], _ suffix: String, _ name: String, part: Int?
  ) -> String {
    let number = part.map(String.init) ?? ""
    let id = [scope.stem(of: source), suffix, number].filter { !$0.isEmpty }
      .joined(separator: "-")
    let name = [name, number].filter { !$0.isEmpty }.joined(separator: " ")
    let path = scope.group(id)
    groups.append(
      ImportObject(
        path: path, type: .group,
        document: [
          "resource_type": "Group", "id": .string(id),
          "display_name": .string(ImportObject.displayName(scope, source, name)),
          "group_type": ["ANTREA"], "expression": .array(expression),
          "tags": ImportTags.of(source, scope),
        ]))
    return path
  }

  private static func expression(_ criteria: [[JSONValue]]) -> [JSONValue] {
    joined(
      criteria.map { conditions in
        conditions.count == 1
          ? conditions[0]
          : [
            "resource_type": "NestedExpression",
            "expressions": .array(joined(conditions, by: "AND")),
          ]
      }, by: "OR")
  }

  private static func joined(_ operands: [JSONValue], by conjunction: JSONValue) -> [JSONValue] {
    operands.enumerated().flatMap { index, operand -> [JSONValue] in
      index == 0
        ? [operand]
        : [
          ["resource_type": "ConjunctionOperator", "conjunction_operator": conjunction], operand,
        ]
    }
  }
}
