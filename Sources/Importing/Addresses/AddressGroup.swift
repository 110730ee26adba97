import AntreaModel
import Documents

/// An NSX group with the resolved addresses of a cluster, as it is wanted.
public struct AddressGroup: Sendable, Hashable {
  /// Scope of the tag whose value is the cluster's name: the mark of such a group.
  public static let tag = "nsx-antrea:resolved-group"
  /// Scope of the tag whose value is the cluster's identity, the uid of kube-system: a
  /// name alone may lead to another cluster by a wrong context.
  public static let uidTag = "nsx-antrea:resolved-cluster-uid"
  /// Entries that one group may have: what is commonly quoted of NSX's
  /// configuration maximums. More of them are nested groups.
  public static let maximumEntries = 4000

  /// NSX path.
  public var path: String
  /// The name for people; `nil` keeps what NSX has.
  public var displayName: String?
  /// The cluster.
  public var cluster: String
  /// Its identity; `nil` where that may not be read, and is not compared.
  public var clusterUID: String?
  /// Whether it may become empty.
  public var mayBeEmpty: Bool
  /// The addresses.
  public var addresses: AddressSet

  /// Creates a group.
  public init(
    path: String, displayName: String?, cluster: String, clusterUID: String? = nil,
    mayBeEmpty: Bool, addresses: AddressSet
  ) {
    self.path = path
    self.displayName = displayName
    self.cluster = cluster
    self.clusterUID = clusterUID
    self.mayBeEmpty = mayBeEmpty
    self.addresses = addresses
  }

  /// One group that is written: the whole, or a part of it.
  public struct Write: Sendable, Hashable {
    /// NSX path.
    public var path: String
    /// What is sent, with the `_revision` of what is there.
    public var document: JSONValue
  }

  /// What is done with it.
  public enum Decision: Sendable, Hashable {
    /// It is as it should be.
    case unchanged
    /// It is written: what comes, and what goes. The writes belong together: an
    /// address that moves from one part to another must be in the group all the time.
    /// The surplus parts go when they are written.
    case write([Write], surplus: [JSONValue], added: AddressSet, removed: AddressSet)
    /// It is not.
    case refuse(Reason)
  }

  /// Why a group is not written.
  public enum Reason: Sendable, Hashable {
    /// It does not bear our mark, or another cluster's.
    case foreign(mark: String?)
    /// It is filled from a cluster of the same name that is another one.
    case otherCluster
    /// A group that has the path of a part does not.
    case foreignPart(String)
    /// Its expression has more than addresses: somebody uses it for something
    /// else besides.
    case otherMembers
    /// It would have no member left.
    case emptied(before: Int)
  }

  /// The path of a part, from 1.
  public func partPath(_ number: Int) -> String { "\(path)-part-\(number)" }

  /// The addresses of the parts; none where one group holds them all.
  private var partAddresses: [AddressSet] {
    let ranges = IPFamily.allCases.flatMap { addresses.only($0).ranges }
    guard ranges.count > Self.maximumEntries else { return [] }
    return stride(from: 0, to: ranges.count, by: Self.maximumEntries).map {
      AddressSet(Array(ranges[$0..<min($0 + Self.maximumEntries, ranges.count)]))
    }
  }

  /// Compares it with what NSX has.
  ///
  /// - Parameters:
  ///   - current: the group; `nil` where there is none.
  ///   - parts: the groups at ``partPath(_:)`` from 1, up to the last that there is.
  public func decision(_ current: JSONValue?, parts: [JSONValue] = []) -> Decision {
    var before = AddressSet([AddressRange]())
    if let current {
      let mark = Self.mark(of: current)
      guard mark == cluster else { return .refuse(.foreign(mark: mark)) }
      if let clusterUID, let uid = Self.uid(of: current), uid != clusterUID {
        return .refuse(.otherCluster)
      }
      guard let own = members(of: current, parts) else { return .refuse(.otherMembers) }
      before = own
      if addresses.isEmpty, !before.isEmpty, !mayBeEmpty {
        return .refuse(.emptied(before: before.ranges.count))
      }
    }
    let wanted = partAddresses
    for part in parts.prefix(wanted.count) where Self.mark(of: part) != cluster {
      return .refuse(.foreignPart(part["path"]?.string ?? path))
    }
    var writes: [Write] = []
    for (index, addresses) in wanted.enumerated() {
      let part = index < parts.count ? parts[index] : nil
      if let part, members(of: part, []) == addresses { continue }
      writes.append(
        Write(
          path: partPath(index + 1),
          document: document(
            part, id: "\(id)-part-\(index + 1)", name: part == nil ? partName(index + 1) : nil,
            Self.expression(addresses))))
    }
    let expression =
      wanted.isEmpty
      ? Self.expression(addresses)
      : [
        [
          "resource_type": "PathExpression",
          "paths": .array((1...wanted.count).map { .string(partPath($0)) }),
        ]
      ]
    if !isWritten(current, expression) {
      writes.append(
        Write(path: path, document: document(current, id: id, name: displayName, expression)))
    }
    let surplus = parts.dropFirst(wanted.count).filter { Self.mark(of: $0) == cluster }
    if writes.isEmpty, surplus.isEmpty { return .unchanged }
    return .write(
      writes, surplus: surplus, added: addresses.subtracting(before),
      removed: before.subtracting(addresses))
  }

  private var id: String { path.split(separator: "/").last.map(String.init) ?? "" }

  private func partName(_ number: Int) -> String {
    let end = " part \(number)"
    return (displayName ?? id).prefix(255 - end.count) + end
  }

  private static func mark(of group: JSONValue) -> String? { value(of: tag, in: group) }

  private static func uid(of group: JSONValue) -> String? { value(of: uidTag, in: group) }

  private static func value(of scope: String, in group: JSONValue) -> String? {
    group["tags"]?.array?.first { $0["scope"]?.string == scope }?["tag"]?.string
  }

  /// The tags that it has, with its cluster's.
  private func tags(_ current: JSONValue?) -> JSONValue {
    var tags =
      current?["tags"]?.array ?? [["scope": .string(Self.tag), "tag": .string(cluster)]]
    if let clusterUID, current.flatMap(Self.uid(of:)) == nil {
      tags.append(["scope": .string(Self.uidTag), "tag": .string(clusterUID)])
    }
    return .array(tags)
  }

  /// Whether NSX has the whole group as it should be.
  private func isWritten(_ current: JSONValue?, _ wanted: [JSONValue]) -> Bool {
    if let current, clusterUID != nil, Self.uid(of: current) == nil { return false }
    guard let current, displayName.map({ $0 == current["display_name"]?.string }) ?? true else {
      return false
    }
    if wanted.first?["resource_type"] == "PathExpression" {
      let operands = current["expression"]?.array ?? []
      return operands.count == 1 && operands[0]["paths"] == wanted[0]["paths"]
    }
    let hasPaths = (current["expression"]?.array ?? []).contains { $0["paths"] != nil }
    return !hasPaths && members(of: current, []) == addresses
  }

  /// The addresses of a group that has nothing but those, and parts of ours; `nil`
  /// where it has.
  private func members(of group: JSONValue, _ parts: [JSONValue]) -> AddressSet? {
    var ranges: [AddressRange] = []
    for (index, operand) in (group["expression"]?.array ?? []).enumerated() {
      if index % 2 == 1 {
        guard operand["conjunction_operator"] == "OR" else { return nil }
        continue
      }
      switch operand["resource_type"] {
      case "IPAddressExpression":
        for text in operand["ip_addresses"]?.array ?? [] {
          guard let range = text.string.flatMap({ AddressRange($0) }) else { return nil }
          ranges.append(range)
        }
      case "PathExpression":
        for path in operand["paths"]?.array ?? [] {
          guard
            let index = parts.indices.first(where: { path.string == partPath($0 + 1) }),
            Self.mark(of: parts[index]) == cluster, let own = members(of: parts[index], [])
          else { return nil }
          ranges += own.ranges
        }
      default: return nil
      }
    }
    return AddressSet(ranges)
  }

  private static func expression(_ addresses: AddressSet) -> [JSONValue] {
    var expression: [JSONValue] = []
    for family in IPFamily.allCases {
      let texts = addresses.only(family).ranges.map { JSONValue.string(GroupWriter.text($0)) }
      if texts.isEmpty { continue }
      if !expression.isEmpty {
        expression.append(["resource_type": "ConjunctionOperator", "conjunction_operator": "OR"])
      }
      expression.append(["resource_type": "IPAddressExpression", "ip_addresses": .array(texts)])
    }
    return expression
  }

  /// The whole group: what others set on it stays.
  private func document(
    _ current: JSONValue?, id: String, name: String?, _ expression: [JSONValue]
  ) -> JSONValue {
    var object = JSONObject()
    for key in ["description", "_revision"] { object[key] = current?[key] }
    object["resource_type"] = "Group"
    object["id"] = .string(id)
    object["display_name"] = .string(name ?? current?["display_name"]?.string ?? id)
    object["tags"] = tags(current)
    object["expression"] = .array(expression)
    return .object(object)
  }
}
