/// Who changed an NSX object last, and when, as far as NSX tells.
public struct LastEdit: Sendable, Hashable {
  /// `_last_modified_user`.
  public var user: String?
  /// `_last_modified_time` in milliseconds since 1970.
  public var time: Int64?

  /// Creates the fact; nothing is known without arguments.
  public init(user: String? = nil, time: Int64? = nil) {
    self.user = user
    self.time = time
  }
}

extension NSXObject {
  /// Who changed the object last, and when.
  public var lastEdit: LastEdit {
    LastEdit(user: common.lastModifiedUser, time: common.lastModifiedTime)
  }
}
