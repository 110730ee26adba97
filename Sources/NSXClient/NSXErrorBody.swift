import Documents

/// What NSX says in the body of a refused request. Every member is optional
/// there, and the body may as well be empty or the HTML of a reverse proxy.
public struct NSXErrorBody: Sendable, Hashable {
  /// One error: the outer one or one of `related_errors`.
  public struct Item: Sendable, Hashable {
    /// `httpStatus`, for example `BAD_REQUEST`.
    public var httpStatus: String?
    /// `error_code`.
    public var code: Int64?
    /// `module_name`, for example `policy`.
    public var module: String?
    /// `error_message`.
    public var message: String?
    /// `details`.
    public var details: String?
    /// `error_data`, of whatever shape.
    public var data: JSONValue?
  }

  /// What the body was.
  public enum Form: String, Sendable, Hashable {
    /// A JSON object.
    case json
    /// Nothing.
    case empty
    /// The page of a proxy or of a server that is not NSX.
    case html
    /// Anything else.
    case other
  }

  /// What the body was.
  public var form: Form
  /// The outer error and its `related_errors`, in this order; empty without a
  /// JSON body.
  public var items: [Item] = []

  /// The codes of all items.
  public var codes: [Int64] { items.compactMap(\.code) }

  /// Decodes a body; never fails, because a body that is not understood still
  /// comes with a status.
  public init(_ bytes: [UInt8], contentType: String?) {
    form = Self.form(of: bytes, contentType: contentType)
    guard form == .json || form == .other, let value = try? JSONValue(json: bytes),
      value.object != nil
    else {
      if form == .json { form = .other }
      return
    }
    form = .json
    items = [Item(value)]
    for related in value["related_errors"]?.array ?? [] where related.object != nil {
      items.append(Item(related))
    }
  }

  /// What a body is by its first byte and its content type.
  static func form(of bytes: [UInt8], contentType: String?) -> Form {
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF]
    guard let first = bytes.first(where: { !blank.contains($0) }) else { return .empty }
    switch first {
    case UInt8(ascii: "<"): return .html
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .json
    default: return contentType?.lowercased().hasPrefix("text/html") == true ? .html : .other
    }
  }
}

extension NSXErrorBody.Item {
  fileprivate init(_ value: JSONValue) {
    httpStatus = value["httpStatus"]?.string ?? value["http_status"]?.string
    // Integers here; inventory errors spell theirs as text.
    code = value["error_code"]?.integer ?? value["error_code"]?.string.flatMap { Int64($0) }
    module = value["module_name"]?.string
    message = value["error_message"]?.string
    details = value["details"]?.string
    data = value["error_data"].flatMap { $0.isNull ? nil : $0 }
  }

  /// Code, message and details in one line.
  var text: String {
    var parts: [String] = []
    if let code { parts.append("code \(code)") }
    if let message, !message.isEmpty { parts.append(message) }
    if let details, !details.isEmpty, details != message { parts.append(details) }
    return parts.joined(separator: ": ")
  }
}
