import Documents

/// A rule as Go's JSON encoder writes Antrea's struct: its fields in the order
/// of their declaration, empty ones left out, `enableLogging` always there.
enum GoRuleText {
  private static let rule = [
    "action", "ports", "protocols", "l7Protocols", "from", "to", "toServices", "name",
    "enableLogging", "logLabel", "appliedTo",
  ]
  private static let orders: [String: [String]] = [
    "ports": ["protocol", "port", "endPort", "sourcePort", "sourceEndPort"],
    "protocols": ["icmp", "igmp"],
    "icmp": ["icmpType", "icmpCode"],
    "igmp": ["igmpType", "groupAddress"],
    "l7Protocols": ["http", "tls"],
    "http": ["host", "method", "path"],
    "tls": ["sni"],
    "from": peer, "to": peer,
    "toServices": ["name", "namespace", "scope"],
    "serviceAccount": ["name", "namespace"],
    "service": ["name", "namespace"],
    "ipBlock": ["cidr", "except"],
    "namespaces": ["match", "sameLabels"],
    "podSelector": selector, "namespaceSelector": selector,
    "externalEntitySelector": selector, "nodeSelector": selector,
    "matchExpressions": ["key", "operator", "values"],
    "appliedTo": [
      "podSelector", "namespaceSelector", "externalEntitySelector", "group", "serviceAccount",
      "service", "nodeSelector",
    ],
  ]
  private static let peer = [
    "ipBlock", "podSelector", "namespaceSelector", "namespaces", "externalEntitySelector",
    "group", "fqdn", "serviceAccount", "nodeSelector", "scope",
  ]
  private static let selector = ["matchLabels", "matchExpressions"]

  /// The text that is hashed.
  static func text(of value: JSONValue) -> String {
    var value = value
    value.setMember(at: ["name"], to: nil)
    if value["enableLogging"] == nil { value.setMember(at: ["enableLogging"], to: false) }
    return write(value, order: rule)
  }

  private static func write(_ value: JSONValue, order: [String]?) -> String {
    switch value {
    case .array(let list):
      return "[" + list.map { write($0, order: order) }.joined(separator: ",") + "]"
    case .object(let object):
      var parts: [String] = []
      for key in order ?? object.keys {
        guard let member = object[key], !isOmitted(member) else { continue }
        parts.append("\(escaped(.string(key))):\(write(member, order: orders[key]))")
      }
      return "{" + parts.joined(separator: ",") + "}"
    default: return escaped(value)
    }
  }

  private static func isOmitted(_ value: JSONValue) -> Bool {
    switch value {
    case .null: true
    case .string(let text): text.isEmpty
    case .array(let list): list.isEmpty
    default: false
    }
  }

  private static func escaped(_ value: JSONValue) -> String {
    var text = ""
    for scalar in value.description.unicodeScalars {
      switch scalar {
      case "<": text += "\\u003c"
      case ">": text += "\\u003e"
      case "&": text += "\\u0026"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
