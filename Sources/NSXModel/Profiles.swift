/// A context profile: application ids, domain names, URL categories.
public struct PolicyContextProfile: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields

  /// Creates a profile.
  public init(common: CommonFields) { self.common = common }
}

/// An L7 access profile.
public struct L7AccessProfile: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields

  /// Creates a profile.
  public init(common: CommonFields) { self.common = common }
}
