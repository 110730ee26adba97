import Documents

/// The state of a list between its pages.
struct NSXListReader: Sendable {
  let path: String
  private(set) var items: [JSONValue] = []
  private(set) var keys: [String] = []
  private(set) var announced: Int?
  private(set) var isAtEnd = false
  private let query: [String: String]
  private var cursor: String?
  private var cursors: Set<String> = []
  private var positions: [String: Int] = [:]

  init(path: String, query: [String: String], pageSize: Int) {
    self.path = path
    var parameters = query
    parameters["page_size"] = String(pageSize)
    self.query = parameters
  }

  /// The parameters of the next page: the cursor verbatim, all others the same.
  var nextQuery: [String: String] {
    guard let cursor else { return query }
    var parameters = query
    parameters["cursor"] = cursor
    return parameters
  }

  func listing(_ isStable: Bool) -> NSXListing {
    NSXListing(items: items, announced: announced, isStable: isStable)
  }

  /// Takes a page. The list ends where there is no cursor; a short or empty
  /// page is no end.
  ///
  /// - Returns: `false` for a cursor that came before, which would go on for
  ///   ever.
  mutating func append(_ page: JSONValue) -> Bool {
    if announced == nil, cursors.isEmpty {
      announced = page["result_count"]?.integer.flatMap { Int(exactly: $0) }
    }
    for item in page["results"]?.array ?? [] { insert(item) }
    guard let next = page["cursor"]?.string, !next.isEmpty else {
      isAtEnd = true
      return true
    }
    // Old managers end a list by a cursor of zeros. An ordinary cursor may
    // begin with zeros too, so it only counts when nothing is outstanding.
    if next.hasPrefix("0000"), let announced, items.count >= announced {
      isAtEnd = true
      return true
    }
    guard cursors.insert(next).inserted else { return false }
    cursor = next
    return true
  }

  /// Adds a member; one that was on an earlier page too is replaced by its
  /// later reading. A member without an identity (an address, which two
  /// machines may share) counts each time.
  private mutating func insert(_ item: JSONValue) {
    let identity = item["path"]?.string ?? item["external_id"]?.string ?? item["id"]?.string
    let key = identity ?? item.description
    if identity != nil, let position = positions[key] {
      items[position] = item
    } else {
      positions[key] = items.count
      keys.append(key)
      items.append(item)
    }
  }
}
