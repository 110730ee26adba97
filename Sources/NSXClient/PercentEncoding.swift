/// Percent-encoding (RFC 3986) of the parts of an NSX URL.
///
/// Everything but the unreserved characters is encoded: ids of services hold
/// `(`, `)`, `,` and `*`, and NSX wants `/` as `%2F` in a query value, which
/// Foundation's URL components leave as it is.
public enum PercentEncoding {
  /// Encodes one path segment, for example an id: `Syslog_(TCP)` gives
  /// `Syslog_%28TCP%29`.
  public static func segment(_ text: String) -> String { encode(text, keepingSlash: false) }

  /// Encodes the name or the value of a query parameter or a form field.
  public static func query(_ text: String) -> String { encode(text, keepingSlash: false) }

  /// Encodes every segment of a path, such as the `path` of a Policy object,
  /// and keeps the slashes between them.
  public static func path(_ text: String) -> String { encode(text, keepingSlash: true) }

  /// The parameters as `?a=1&b=2`, sorted by name, or an empty text where
  /// there are none.
  public static func queryString(_ parameters: [String: String]) -> String {
    if parameters.isEmpty { return "" }
    let pairs = parameters.sorted { $0.key < $1.key }.map { query($0.key) + "=" + query($0.value) }
    return "?" + pairs.joined(separator: "&")
  }

  /// Form fields as `application/x-www-form-urlencoded`, in the order given.
  static func form(_ fields: [(String, String)]) -> [UInt8] {
    Array(fields.map { query($0.0) + "=" + query($0.1) }.joined(separator: "&").utf8)
  }

  private static let digits = Array("0123456789ABCDEF".utf8)

  private static func encode(_ text: String, keepingSlash: Bool) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        output.append(byte)
      case UInt8(ascii: "/") where keepingSlash: output.append(byte)
      default:
        output.append(UInt8(ascii: "%"))
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
