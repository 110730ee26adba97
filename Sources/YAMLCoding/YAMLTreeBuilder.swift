import Documents

/// Makes values from the events of one stream.
struct YAMLTreeBuilder {
  /// A value with what an alias to it costs.
  struct Node {
    var value: JSONValue
    /// Bytes that a copy takes, roughly.
    var weight: Int
    /// Levels of nesting, 0 for a scalar.
    var height: Int
  }

  private let source: YAMLEventSource
  /// Complete anchored nodes of the current document.
  private var anchors: [String: Node] = [:]
  /// What aliases have expanded to in the current document.
  private var expanded = 0
  private var depth = 0

  /// Reads from a source.
  init(_ source: YAMLEventSource) { self.source = source }

  /// The next document, or `nil` at the end of the stream. A document without
  /// content gives `.some(nil)`.
  mutating func nextDocument() throws -> JSONValue?? {
    var event = try source.next()
    if case .streamStart = event.step { event = try source.next() }
    guard case .documentStart = event.step else { return nil }
    anchors.removeAll()
    expanded = 0
    depth = 0
    let root = try source.next()
    let node = try build(root)
    _ = try source.next()
    if case .scalar("", plain: true) = root.step, root.tag == nil { return .some(nil) }
    return node.value
  }

  private mutating func build(_ event: YAMLEvent) throws -> Node {
    if case .alias(let name) = event.step { return try expand(name, at: event) }
    if let anchor = event.anchor { anchors[anchor] = nil }
    let node: Node
    switch event.step {
    case .scalar(let text, let plain): node = try scalar(text, plain: plain, at: event)
    case .sequenceStart: node = try sequence(event)
    case .mappingStart: node = try mapping(event)
    default: throw error("a value is missing", at: event)
    }
    if let anchor = event.anchor { anchors[anchor] = node }
    return node
  }

  // MARK: Aliases

  private mutating func expand(_ name: String, at event: YAMLEvent) throws -> Node {
    guard let node = anchors[name] else {
      throw error("the alias *\(name) names no complete anchor above it", at: event)
    }
    try charge(node, at: event)
    return node
  }

  /// Counts an expansion, so that a small text cannot stand for a huge one.
  private mutating func charge(_ node: Node, at event: YAMLEvent) throws {
    expanded += node.weight
    guard expanded <= YAMLReader.maximumExpansion else {
      throw error("aliases expand to more than \(YAMLReader.maximumExpansion) bytes", at: event)
    }
    guard depth + node.height <= YAMLReader.maximumDepth else { throw tooDeep(event) }
  }

  // MARK: Collections

  private mutating func enter(_ event: YAMLEvent, tag: String) throws {
    if let given = event.tag, given != "!", given != "tag:yaml.org,2002:\(tag)" {
      throw error("the tag \(given) is not supported", at: event)
    }
    depth += 1
    guard depth <= YAMLReader.maximumDepth else { throw tooDeep(event) }
  }

  private mutating func sequence(_ start: YAMLEvent) throws -> Node {
    try enter(start, tag: "seq")
    var list: [JSONValue] = []
    var weight = 16
    var height = 0
    while true {
      let event = try source.next()
      if case .sequenceEnd = event.step { break }
      let node = try build(event)
      list.append(node.value)
      weight += node.weight
      height = max(height, node.height)
    }
    depth -= 1
    return Node(value: .array(list), weight: weight, height: height + 1)
  }

  private mutating func mapping(_ start: YAMLEvent) throws -> Node {
    try enter(start, tag: "map")
    var members: [JSONObject.Member] = []
    var places: [(line: Int, column: Int)] = []
    var merged: [JSONObject] = []
    var weight = 16
    var height = 0
    while true {
      let event = try source.next()
      if case .mappingEnd = event.step { break }
      if case .scalar("<<", plain: true) = event.step, event.tag == nil {
        let (objects, node) = try mergeValue()
        merged += objects
        weight += node.weight
        height = max(height, node.height - 1)
        continue
      }
      let key = try keyText(event)
      let node = try build(try source.next())
      members.append(.init(key: key, value: node.value))
      places.append((event.line, event.column))
      weight += node.weight + key.utf8.count + 16
      height = max(height, node.height)
    }
    depth -= 1
    guard var object = JSONObject(unsorted: members) else {
      throw duplicate(members, places)
    }
    for addition in merged {
      for member in addition where object[member.key] == nil {
        object[member.key] = member.value
      }
    }
    return Node(value: .object(object), weight: weight, height: height + 1)
  }

  /// The value of `<<`: a mapping or a list of mappings, the first of which
  /// wins.
  private mutating func mergeValue() throws -> ([JSONObject], Node) {
    let event = try source.next()
    let node = try build(event)
    if let object = node.value.object { return ([object], node) }
    if let list = node.value.array {
      let objects = list.compactMap(\.object)
      if objects.count == list.count { return (objects, node) }
    }
    throw error("`<<` takes a mapping or a list of mappings", at: event)
  }

  private mutating func keyText(_ event: YAMLEvent) throws -> String {
    switch event.step {
    case .scalar, .alias:
      guard let text = YAMLScalars.keyText(try build(event).value) else {
        throw error("null or a collection cannot be a key", at: event)
      }
      return text
    default: throw error("a collection cannot be a key", at: event)
    }
  }

  // MARK: Scalars

  private func scalar(_ text: String, plain: Bool, at event: YAMLEvent) throws -> Node {
    Node(
      value: try scalarValue(text, plain: plain, at: event), weight: 16 + text.utf8.count,
      height: 0)
  }

  private func scalarValue(_ text: String, plain: Bool, at event: YAMLEvent) throws -> JSONValue {
    guard let tag = event.tag else {
      if !plain { return .string(text) }
      guard let value = YAMLScalars.resolve(text) else {
        throw error("\(text) is not a number that JSON can hold", at: event)
      }
      return value
    }
    var value: JSONValue?
    switch tag {
    case "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:timestamp": value = .string(text)
    case "tag:yaml.org,2002:int": value = YAMLScalars.integer(text)
    case "tag:yaml.org,2002:float":
      value = (YAMLScalars.integer(text) ?? YAMLScalars.float(text))?.double.map { .number($0) }
    case "tag:yaml.org,2002:bool":
      if case .bool(let flag)? = YAMLScalars.resolve(text) { value = .bool(flag) }
    case "tag:yaml.org,2002:null":
      if case .null? = YAMLScalars.resolve(text) { value = .null }
    default: throw error("the tag \(tag) is not supported", at: event)
    }
    guard let value else { throw error("the value does not fit its tag \(tag)", at: event) }
    return value
  }

  // MARK: Errors

  private func error(_ reason: String, at event: YAMLEvent) -> YAMLSyntaxError {
    YAMLSyntaxError(line: event.line, column: event.column, reason: reason)
  }

  private func tooDeep(_ event: YAMLEvent) -> YAMLSyntaxError {
    error("nested more than \(YAMLReader.maximumDepth) levels deep", at: event)
  }

  private func duplicate(
    _ members: [JSONObject.Member], _ places: [(line: Int, column: Int)]
  ) -> YAMLSyntaxError {
    var seen: Set<[UInt8]> = []
    for (member, place) in zip(members, places) where !seen.insert(Array(member.key.utf8)).inserted
    {
      return YAMLSyntaxError(
        line: place.line, column: place.column, reason: "the key \"\(member.key)\" occurs twice")
    }
    return YAMLSyntaxError(line: 1, column: 1, reason: "a key occurs twice")
  }
}
