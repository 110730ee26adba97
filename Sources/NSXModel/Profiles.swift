/// A context profile: application ids, domain names, URL categories.
public struct PolicyContextProfile: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `attributes`; traffic must meet each of them.
  public var attributes: [ContextAttribute]

  /// Creates a profile.
  public init(common: CommonFields, attributes: [ContextAttribute] = []) {
    self.common = common
    self.attributes = attributes
  }
}

/// One attribute of a context profile or of an L7 access entry.
public struct ContextAttribute: Sendable, Hashable {
  /// `key`, for example `DOMAIN_NAME` or `APP_ID`; empty where it is missing.
  public var key: String
  /// `value`; traffic meets the attribute with one of them.
  public var values: [String]
  /// The keys of `sub_attributes`, which narrow the attribute.
  public var subAttributes: [String]

  /// Creates an attribute.
  public init(key: String, values: [String], subAttributes: [String] = []) {
    self.key = key
    self.values = values
    self.subAttributes = subAttributes
  }
}

/// An L7 access profile: a list of what is let through by application, and what
/// is done with the rest. Its verdict is final for the traffic of the rule.
public struct L7AccessProfile: NSXObject, Hashable {
  /// The fields that every Policy object has.
  public var common: CommonFields
  /// `default_action`; `nil` where it is missing.
  public var defaultAction: L7AccessAction?
  /// `l7_access_entries`, in the order of the document.
  public var entries: [L7AccessEntry]

  /// Creates a profile.
  public init(
    common: CommonFields, defaultAction: L7AccessAction? = nil, entries: [L7AccessEntry] = []
  ) {
    self.common = common
    self.defaultAction = defaultAction
    self.entries = entries
  }
}

/// An entry of an L7 access profile.
public struct L7AccessEntry: Sendable, Hashable {
  /// `action`; `nil` where it is missing.
  public var action: L7AccessAction?
  /// `attributes`.
  public var attributes: [ContextAttribute]
  /// `disabled`.
  public var isDisabled: Bool

  /// Creates an entry.
  public init(
    action: L7AccessAction?, attributes: [ContextAttribute], isDisabled: Bool = false
  ) {
    self.action = action
    self.attributes = attributes
    self.isDisabled = isDisabled
  }
}

/// What an L7 access profile does.
public enum L7AccessAction: Sendable, Hashable {
  /// `ALLOW`.
  case allow
  /// `REJECT`.
  case reject
  /// `REJECT_WITH_RESPONSE`: with a page for the browser.
  case rejectWithResponse
  /// An action that this version does not know.
  case unknown(String)

  /// Reads NSX's value.
  public init(_ value: String) {
    switch value {
    case "ALLOW": self = .allow
    case "REJECT": self = .reject
    case "REJECT_WITH_RESPONSE": self = .rejectWithResponse
    default: self = .unknown(value)
    }
  }
}
