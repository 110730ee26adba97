/// Where the parts of a YAML text stand, for messages about what they mean.
public struct YAMLLines: Sendable {
  private var lines: [String: Int] = [:]

  /// Reads the first document of a text that ``YAMLReader`` accepts; of any other
  /// nothing is known.
  public init(_ bytes: [UInt8]) {
    guard let source = try? YAMLEventSource(bytes) else { return }
    while let event = try? source.next() {
      switch event.step {
      case .streamStart, .documentStart: continue
      case .streamEnd, .documentEnd: return
      default:
        try? walk(event, "", source)
        return
      }
    }
  }

  /// The line, from 1, of a path such as `checks[0].port`: that of its key, or of
  /// the beginning of an element. `nil` for what is not there, or stands behind
  /// an alias.
  public subscript(path: String) -> Int? { lines[path] }

  private mutating func walk(
    _ event: YAMLEvent, _ path: String, _ source: YAMLEventSource
  ) throws {
    if lines[path] == nil { lines[path] = event.line }
    switch event.step {
    case .sequenceStart:
      var index = 0
      while true {
        let inner = try source.next()
        if case .sequenceEnd = inner.step { return }
        try walk(inner, "\(path)[\(index)]", source)
        index += 1
      }
    case .mappingStart:
      while true {
        let key = try source.next()
        if case .mappingEnd = key.step { return }
        var name = "?"
        if case .scalar(let text, _) = key.step { name = text }
        let inner = path.isEmpty ? name : "\(path).\(name)"
        lines[inner] = key.line
        try walk(try source.next(), inner, source)
      }
    default: return
    }
  }
}
