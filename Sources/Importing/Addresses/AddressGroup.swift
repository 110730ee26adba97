import AntreaModel
import Documents

/// An NSX group with the resolved addresses of a cluster, as it is wanted.
public struct AddressGroup: Sendable, Hashable {
  /// Scope of the tag whose value is the cluster's name: the mark of such a group.
  public static let tag = "nsx-antrea:resolved-group"
  /// Entries that one group may have: what is commonly quoted of NSX's
  /// configuration maximums.
  public static let maximumEntries = 4000

  /// NSX path.
  public var path: String
  /// The name for people; `nil` keeps what NSX has.
  public var displayName: String?
  /// The cluster.
  public var cluster: String
  /// Whether it may become empty.
  public var mayBeEmpty: Bool
  /// The addresses.
  public var addresses: AddressSet

  /// Creates a group.
  public init(
    path: String, displayName: String?, cluster: String, mayBeEmpty: Bool, addresses: AddressSet
  ) {
    self.path = path
    self.displayName = displayName
    self.cluster = cluster
    self.mayBeEmpty = mayBeEmpty
    self.addresses = addresses
  }

  /// What is done with it.
  public enum Decision: Sendable, Hashable {
    /// It is as it should be.
    case unchanged
    /// It is written: what comes, and what goes.
    case write(JSONValue, added: AddressSet, removed: AddressSet)
    /// It is not.
    case refuse(Reason)
  }

  /// Why a group is not written.
  public enum Reason: Sendable, Hashable {
    /// It does not bear our mark, or another cluster's.
    case foreign(mark: String?)
    /// Its expression has more than addresses: somebody uses it for something
    /// else besides.
    case otherMembers
    /// It would have no member left.
    case emptied(before: Int)
    /// It would have more entries than NSX takes.
    case tooLarge(entries: Int)
  }

  /// Compares it with what NSX has.
  ///
  /// - Parameter current: the group; `nil` where there is none.
  public func decision(_ current: JSONValue?) -> Decision {
    let entries = addresses.ranges.count
    if let current {
      let mark = current["tags"]?.array?.first { $0["scope"]?.string == Self.tag }?["tag"]?.string
      guard mark == cluster else { return .refuse(.foreign(mark: mark)) }
      guard let before = Self.addresses(of: current) else { return .refuse(.otherMembers) }
      if addresses.isEmpty, !before.isEmpty, !mayBeEmpty {
        return .refuse(.emptied(before: before.ranges.count))
      }
      guard entries <= Self.maximumEntries else { return .refuse(.tooLarge(entries: entries)) }
      let isNamed = displayName.map { $0 == current["display_name"]?.string } ?? true
      if before == addresses, isNamed { return .unchanged }
      return .write(
        document(current), added: addresses.subtracting(before),
        removed: before.subtracting(addresses))
    }
    guard entries <= Self.maximumEntries else { return .refuse(.tooLarge(entries: entries)) }
    return .write(document(nil), added: addresses, removed: AddressSet([AddressRange]()))
  }

  /// The addresses of a group that has nothing else; `nil` where it has.
  private static func addresses(of group: JSONValue) -> AddressSet? {
    var ranges: [AddressRange] = []
    for (index, operand) in (group["expression"]?.array ?? []).enumerated() {
      if index % 2 == 1 {
        guard operand["conjunction_operator"] == "OR" else { return nil }
        continue
      }
      guard operand["resource_type"] == "IPAddressExpression" else { return nil }
      for text in operand["ip_addresses"]?.array ?? [] {
        guard let range = text.string.flatMap({ AddressRange($0) }) else { return nil }
        ranges.append(range)
      }
    }
    return AddressSet(ranges)
  }

  /// The whole group: what others set on it stays.
  private func document(_ current: JSONValue?) -> JSONValue {
    var object = JSONObject()
    for key in ["description", "_revision"] { object[key] = current?[key] }
    let id = path.split(separator: "/").last.map(String.init) ?? ""
    object["resource_type"] = "Group"
    object["id"] = .string(id)
    let name = displayName ?? current?["display_name"]?.string ?? id
    object["display_name"] = .string(name)
    object["tags"] =
      current?["tags"] ?? [["scope": .string(Self.tag), "tag": .string(cluster)]]
    var expression: [JSONValue] = []
    for family in IPFamily.allCases {
      let texts = addresses.only(family).ranges.map { JSONValue.string(GroupWriter.text($0)) }
      if texts.isEmpty { continue }
      if !expression.isEmpty {
        expression.append(["resource_type": "ConjunctionOperator", "conjunction_operator": "OR"])
      }
      expression.append(["resource_type": "IPAddressExpression", "ip_addresses": .array(texts)])
    }
    object["expression"] = .array(expression)
    return .object(object)
  }
}
