import Documents

extension ManagerState {
  /// Answers a search: terms `field:value` joined by `AND`, each perhaps
  /// negated by `NOT`, values with `*`, in quotes or as `(a OR b)`. Objects
  /// whose deletion is pending are found too.
  func search(_ request: SandboxRequest) throws(ManagerFault) -> SandboxResponse {
    let terms = SearchTerm.parse(request.query("query") ?? "")
    guard !terms.isEmpty else { throw .invalid("Search query is empty", code: 60500) }
    let pending = tree.deletions.mapValues(\.object)
    let all = tree.objects.merging(pending) { object, _ in object }
    var items = all.sorted { utf8Order($0.key, $1.key) < 0 }.map(\.value)
    items += inventory.all
    return try page(items.filter { item in terms.allSatisfy { $0.matches(item) } }, request)
  }
}

/// One term of a search.
struct SearchTerm: Hashable {
  var field: String
  var patterns: [String]
  var isNegated: Bool

  static func parse(_ query: String) -> [SearchTerm] {
    split(query, " AND ").compactMap { part in
      var text = part[...]
      while text.first == " " { text = text.dropFirst() }
      let isNegated = text.hasPrefix("NOT ")
      if isNegated { text = text.dropFirst(4) }
      guard let colon = text.firstIndex(of: ":") else { return nil }
      var value = text[text.index(after: colon)...]
      if value.hasPrefix("("), value.hasSuffix(")") { value = value.dropFirst().dropLast() }
      let patterns = split(String(value), " OR ").map { pattern in
        String(pattern.filter { $0 != "\\" && $0 != "\"" }).lowercased()
      }
      return SearchTerm(field: String(text[..<colon]), patterns: patterns, isNegated: isNegated)
    }
  }

  func matches(_ object: JSONValue) -> Bool {
    let values = Self.values(object, field.split(separator: ".")[...])
    let found = values.contains { value in
      patterns.contains { Self.matches(value.lowercased()[...], $0[...]) }
    }
    return found != isNegated
  }

  private static func values(_ value: JSONValue, _ path: ArraySlice<Substring>) -> [String] {
    if let list = value.array { return list.flatMap { values($0, path) } }
    if let key = path.first {
      return value[String(key)].map { values($0, path.dropFirst()) } ?? []
    }
    if let text = value.string { return [text] }
    return [value.description]
  }

  private static func matches(_ text: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return text.isEmpty }
    if first == "*" {
      let rest = pattern.dropFirst()
      var tail = text
      while true {
        if matches(tail, rest) { return true }
        if tail.isEmpty { return false }
        tail = tail.dropFirst()
      }
    }
    guard let character = text.first, first == "?" || first == character else { return false }
    return matches(text.dropFirst(), pattern.dropFirst())
  }

  private static func split(_ text: String, _ separator: String) -> [String] {
    var parts: [String] = []
    var current = ""
    var rest = text[...]
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append(current)
        current = ""
        rest = rest.dropFirst(separator.count)
      } else {
        current.append(rest.removeFirst())
      }
    }
    parts.append(current)
    return parts
  }
}
