/// The fields that every NSX Policy object has.
public struct CommonFields: Sendable, Hashable {
  /// `id`; the display name where a lenient source has no id.
  public var id: String
  /// `display_name`; NSX sets it to the id when nobody gave one.
  public var displayName: String
  /// `path`, for example `/infra/domains/default/groups/web`.
  public var path: String
  /// `parent_path`.
  public var parentPath: String?
  /// `_revision`.
  public var revision: Int64?
  /// `unique_id`, a UUID.
  public var uniqueID: String?
  /// `_last_modified_user`.
  public var lastModifiedUser: String?
  /// `_last_modified_time` in milliseconds since 1970.
  public var lastModifiedTime: Int64?
  /// `marked_for_delete`: NSX is taking the object down.
  public var isMarkedForDelete: Bool
  /// `tags`.
  public var tags: [Tag]
  /// Members that this version does not know, by their place in the object
  /// (`expression[0].negated`): what the object means may depend on them.
  public var unknownMembers: [String]

  /// Creates the fields.
  public init(
    id: String, displayName: String, path: String, parentPath: String? = nil,
    revision: Int64? = nil, uniqueID: String? = nil, lastModifiedUser: String? = nil,
    lastModifiedTime: Int64? = nil, isMarkedForDelete: Bool = false, tags: [Tag] = [],
    unknownMembers: [String] = []
  ) {
    self.id = id
    self.displayName = displayName
    self.path = path
    self.parentPath = parentPath
    self.revision = revision
    self.uniqueID = uniqueID
    self.lastModifiedUser = lastModifiedUser
    self.lastModifiedTime = lastModifiedTime
    self.isMarkedForDelete = isMarkedForDelete
    self.tags = tags
    self.unknownMembers = unknownMembers
  }
}

/// An NSX tag.
public struct Tag: Sendable, Hashable {
  /// `scope`, empty where there is none.
  public var scope: String
  /// `tag`, empty where there is none.
  public var tag: String

  /// Creates a tag.
  public init(scope: String, tag: String) {
    self.scope = scope
    self.tag = tag
  }
}

/// An NSX Policy object.
public protocol NSXObject: Sendable {
  /// The fields that every Policy object has.
  var common: CommonFields { get }
}

extension NSXObject {
  /// `id`.
  public var id: String { common.id }
  /// `display_name`.
  public var displayName: String { common.displayName }
  /// `path`.
  public var path: String { common.path }
  /// `_revision`.
  public var revision: Int64? { common.revision }
}

/// The members of a list that stands for "not restricted": NSX writes `ANY`
/// in any case, or leaves the list out.
public func isAny(_ list: [String]) -> Bool {
  list.isEmpty || (list.count == 1 && list[0].count == 3 && list[0].uppercased() == "ANY")
}
