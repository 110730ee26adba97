import Documents

/// Rules, peers and ports in one compact line.
struct RuleText {
  /// Elements of a list that are shown; the rest is counted.
  static let shown = 6

  let names: PlanNames
  /// What the parts of groups are, by the name of the part.
  var parts: [String: String] = [:]

  /// Some of a list, with the rest counted.
  static func list(_ texts: [String], separator: String = ", ") -> String {
    guard texts.count > shown + 1 else { return texts.joined(separator: separator) }
    return texts.prefix(shown).joined(separator: separator)
      + "\(separator)… and \(texts.count - shown) more"
  }

  /// `Allow from "Web servers" to "Database" on 5432/tcp`.
  func rule(_ rule: JSONValue, ingress: Bool) -> String {
    var text = rule["action"]?.string ?? "?"
    let scope = (rule["appliedTo"]?.array).map(peers) ?? ""
    let others = rule[ingress ? "from" : "to"]?.array ?? rule["toServices"]?.array
    let other = others.map(peers) ?? "any"
    if ingress {
      text += " from \(other)" + (scope.isEmpty ? "" : " to \(scope)")
    } else {
      text += (scope.isEmpty ? "" : " from \(scope)") + " to \(other)"
    }
    let services = ["ports", "protocols", "l7Protocols"].flatMap { rule[$0]?.array ?? [] }
    if !services.isEmpty { text += " on " + Self.list(services.map(element)) }
    if rule["enableLogging"] == true { text += ", logged" }
    return text
  }

  private func peers(_ list: [JSONValue]) -> String {
    list.isEmpty ? "nothing" : Self.list(list.map(element))
  }

  /// One element of a list: a peer, a port, an address block, a name.
  func element(_ value: JSONValue) -> String {
    guard case .object(let object) = value else { return scalar(value) }
    if let name = object["group"]?.string { return group(name) }
    if let block = object["ipBlock"] { return element(block) }
    if let cidr = object["cidr"]?.string {
      let except = (object["except"]?.array ?? []).map(scalar)
      return except.isEmpty ? cidr : "\(cidr) except \(Self.list(except, separator: " "))"
    }
    if let name = object["protocol"]?.string { return port(object, protocol: name.lowercased()) }
    if object["port"] != nil { return port(object, protocol: "tcp") }
    if let name = object["fqdn"]?.string { return name }
    for key in ["icmp", "igmp", "http", "tls"] {
      guard let inner = object[key]?.object else { continue }
      let details = inner.members.map { "\($0.key) \(scalar($0.value))" }
      return ([key] + details).joined(separator: " ")
    }
    if let name = object["name"]?.string, let namespace = object["namespace"]?.string {
      return "\(namespace)/\(name)"
    }
    let selectors = object.members.map { member in
      let name = member.key.hasSuffix("Selector") ? String(member.key.dropLast(8)) : member.key
      return "\(name)\(selector(member.value))"
    }
    return selectors.joined(separator: " ")
  }

  /// The name of a group; of a part, by which no other has its name, also what it
  /// is.
  func group(_ name: String) -> String {
    names.group(name) + (parts[name].map { " part \($0)" } ?? "")
  }

  private func port(_ object: JSONObject, protocol name: String) -> String {
    func range(_ first: String, _ last: String) -> String? {
      guard let start = object[first] else { return nil }
      return object[last].map { "\(scalar(start))-\(scalar($0))" } ?? scalar(start)
    }
    var text = range("port", "endPort").map { "\($0)/\(name)" } ?? name
    if let source = range("sourcePort", "sourceEndPort") { text += " (source \(source))" }
    return text
  }

  private func selector(_ value: JSONValue) -> String {
    guard case .object(let object) = value else { return " \(scalar(value))" }
    var parts = (object["matchLabels"]?.object?.members ?? []).map {
      "\($0.key)=\(scalar($0.value))"
    }
    for expression in object["matchExpressions"]?.array ?? [] {
      let key = expression["key"]?.string ?? "?"
      let values = Self.list((expression["values"]?.array ?? []).map(scalar), separator: ",")
      switch expression["operator"]?.string {
      case "In": parts.append("\(key) in (\(values))")
      case "NotIn": parts.append("\(key) not in (\(values))")
      case "Exists": parts.append(key)
      case "DoesNotExist": parts.append("!\(key)")
      default: parts.append(expression.description)
      }
    }
    if parts.isEmpty, !object.isEmpty, object["matchExpressions"] == nil { return " \(value)" }
    return parts.isEmpty ? "{any}" : "{\(parts.joined(separator: ", "))}"
  }

  func scalar(_ value: JSONValue) -> String {
    value.string.map(TextStyle.printable) ?? value.description
  }
}
