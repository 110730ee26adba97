import Documents

/// Something of an object that NSX does not get, because it does not fit.
public struct InventoryNote: Sendable, Hashable {
  /// What was cut or left out.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// More labels than NSX takes tags: the last ones by key are left out.
    case labelsLeftOut = "labels-left-out"
    /// A label's key or value is longer than a tag may be.
    case labelCut = "label-cut"
    /// A text is longer than NSX takes.
    case textCut = "text-cut"
    /// The spec is longer than what is sent of it.
    case specCut = "spec-cut"
    /// A list is longer than NSX takes.
    case listCut = "list-cut"
    /// NSX has no word for a value.
    case valueUnknown = "value-unknown"
    /// The object's Namespace was not read, without which NSX cannot have it.
    case namespaceUnknown = "namespace-unknown"
    /// NSX refused an object that this one refers to.
    case referenceRefused = "reference-refused"

    /// One line for the docs.
    public var explanation: String {
      switch self {
      case .labelsLeftOut: "more labels than NSX takes tags; the last ones by key are left out"
      case .labelCut: "a label's key is longer than 120 characters, or its value than 256"
      case .textCut: "a name, address, property or message is longer than NSX takes"
      case .specCut: "the YAML of the spec is longer than 64 KiB; the rest is left out"
      case .listCut: "a list is longer than NSX takes; its end is left out"
      case .valueUnknown: "NSX has no word for a value; the member is left out"
      case .namespaceUnknown:
        "the object's Namespace was not read, without which NSX cannot create it; a later report does"
      case .referenceRefused:
        "NSX refused an object that this one refers to, so that it refers to nothing there"
      }
    }
  }

  /// What happened.
  public var code: Code
  /// Type in NSX.
  public var type: InventoryType
  /// `external_id`.
  public var externalID: String
  /// `Kind/namespace/name`, or `Kind/name`.
  public var object: String
  /// The member of the NSX object.
  public var member: String
  /// What exactly is missing.
  public var text: String

  /// The note as JSON.
  public var document: JSONValue {
    [
      "code": .string(code.rawValue), "type": .string(type.rawValue),
      "externalID": .string(externalID), "object": .string(object), "member": .string(member),
      "text": .string(text),
    ]
  }
}
