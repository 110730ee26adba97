import Documents
import Failures
import Importing

/// One element of `groups`: an NSX group that is kept filled with addresses of a
/// cluster.
public struct GroupSettings: Sendable, Hashable {
  /// NSX path of the group.
  public var path: String
  /// The name of the cluster.
  public var cluster: String
  /// The group's name for people; `nil` keeps what NSX has.
  public var displayName: String?
  /// Whether it may become empty.
  public var allowsEmpty: Bool
  /// Whose addresses.
  public var source: AddressSource

  private static let known = [
    "group", "cluster", "displayName", "source", "namespaces", "namespaceSelector", "selector",
    "allowEmpty",
  ]

  /// Reads one element of `groups`.
  ///
  /// - Throws: ``Failure`` of kind usage that names the key.
  init(_ value: JSONValue, at place: String) throws {
    guard let object = value.object else {
      throw Failure(.usage, subject: place, cause: "is not a mapping", remedy: Settings.hint)
    }
    for key in object.keys where !Self.known.contains(key) {
      throw Failure(
        .usage, subject: "\(place).\(key)", cause: "is not a setting of a group",
        remedy: "known are \(Self.known.joined(separator: ", "))")
    }
    func text(_ key: String) throws -> String? {
      guard let value = object[key], !value.isNull else { return nil }
      guard let text = value.string, !text.isEmpty else {
        throw Failure(.usage, subject: "\(place).\(key)", cause: "is not a text")
      }
      return text
    }
    func needed(_ key: String) throws -> String {
      guard let text = try text(key) else {
        throw Failure(.usage, subject: "\(place).\(key)", cause: "is missing")
      }
      return text
    }
    path = try Self.path(try needed("group"), at: "\(place).group")
    cluster = try needed("cluster")
    displayName = try text("displayName")
    if let displayName, displayName.count > 255 {
      throw Failure(
        .usage, subject: "\(place).displayName", cause: "is longer than NSX's 255 characters")
    }
    allowsEmpty = object["allowEmpty"]?.bool ?? false
    if let value = object["allowEmpty"], !value.isNull, value.bool == nil {
      throw Failure(.usage, subject: "\(place).allowEmpty", cause: "is not true or false")
    }
    let name = try needed("source")
    guard let kind = AddressSource.Kind(rawValue: name) else {
      throw Failure(
        .usage, subject: "\(place).source", cause: "`\(name)` is no source of addresses",
        remedy: "known are \(AddressSource.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    if !kind.isNamespaced {
      for key in ["namespaces", "namespaceSelector"] where object[key] != nil {
        throw Failure(
          .usage, subject: "\(place).\(key)", cause: "\(name) have no namespaces",
          remedy: "leave it out")
      }
    }
    source = try AddressSource(
      kind,
      namespaces: Set(try ClusterSettings.texts(object["namespaces"], at: "\(place).namespaces")),
      namespaceSelector: object["namespaceSelector"], selector: object["selector"], at: place)
  }

  /// Reads `groups`.
  static func list(_ value: JSONValue, at place: String) throws -> [GroupSettings] {
    if value.isNull { return [] }
    guard let list = value.array else {
      throw Failure(.usage, subject: place, cause: "is not a list", remedy: Settings.hint)
    }
    return try list.enumerated().map { try GroupSettings($1, at: "\(place)[\($0)]") }
  }

  /// Each group once, and from a cluster that there is.
  static func check(
    _ groups: [GroupSettings], clusters: [ClusterSettings], at place: String
  ) throws {
    var seen: Set<String> = []
    for (index, group) in groups.enumerated() {
      guard seen.insert(group.path).inserted else {
        throw Failure(
          .usage, subject: "\(place)[\(index)].group", cause: "\(group.path) comes twice",
          remedy: "a group has the addresses of one entry; nest several in another group in NSX")
      }
      guard clusters.contains(where: { $0.name == group.cluster }) else {
        throw Failure(
          .usage, subject: "\(place)[\(index)].cluster",
          cause: "\(group.cluster) is not in the configuration",
          remedy: "list it under clusters")
      }
    }
  }

  /// An id is one of the default domain; projects and global groups are not ours.
  private static func path(_ text: String, at place: String) throws -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1, text.utf8.count <= 255 { return "/infra/domains/default/groups/\(text)" }
    if parts.count == 6, parts[0].isEmpty, parts[1] == "infra", parts[2] == "domains",
      parts[4] == "groups", !parts[3].isEmpty, !parts[5].isEmpty
    {
      return text
    }
    throw Failure(
      .usage, subject: place, cause: "`\(text)` is neither the id nor the path of a group",
      remedy: "for example k8s-web, or /infra/domains/default/groups/k8s-web")
  }
}
