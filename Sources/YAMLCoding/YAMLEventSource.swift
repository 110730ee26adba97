import CLibYAML

/// One step of a YAML stream.
struct YAMLEvent {
  /// What happens.
  enum Step {
    case streamStart
    case streamEnd
    case documentStart
    case documentEnd
    case alias(String)
    /// `plain` when the text stands unquoted, so that its form decides its type.
    case scalar(String, plain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  /// What happens.
  var step: Step
  /// The anchor that names the node.
  var anchor: String?
  /// The tag, in its long form.
  var tag: String?
  /// Line, from 1.
  var line: Int
  /// Column in characters, from 1.
  var column: Int
}

/// libyaml's event parser over bytes that it keeps a copy of.
final class YAMLEventSource {
  // The parser must not move, and it points into the input.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>

  /// Starts at the first byte.
  ///
  /// - Throws: ``YAMLSyntaxError`` when there is no memory.
  init(_ bytes: [UInt8]) throws {
    parser = .allocate(capacity: 1)
    input = .allocate(capacity: bytes.count + 1)
    _ = input.initialize(from: bytes + [0])
    guard yaml_parser_initialize(parser) == 1 else {
      input.deallocate()
      parser.deallocate()
      throw YAMLSyntaxError(line: 1, column: 1, reason: "the reader got no memory")
    }
    yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  /// The next step.
  ///
  /// - Throws: ``YAMLSyntaxError`` in the library's words.
  func next() throws -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    defer { yaml_event_delete(&event) }
    let mark = event.start_mark
    var result = YAMLEvent(
      step: .streamEnd, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    switch event.type {
    case YAML_STREAM_START_EVENT: result.step = .streamStart
    case YAML_DOCUMENT_START_EVENT: result.step = .documentStart
    case YAML_DOCUMENT_END_EVENT: result.step = .documentEnd
    case YAML_ALIAS_EVENT: result.step = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      result.step = .scalar(
        String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      result.anchor = text(scalar.anchor)
      result.tag = text(scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      result.step = .sequenceStart
      result.anchor = text(event.data.sequence_start.anchor)
      result.tag = text(event.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: result.step = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      result.step = .mappingStart
      result.anchor = text(event.data.mapping_start.anchor)
      result.tag = text(event.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: result.step = .mappingEnd
    default: result.step = .streamEnd
    }
    return result
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func problem() -> YAMLSyntaxError {
    let state = parser.pointee
    var reason = state.problem.map { String(cString: $0) } ?? "the reader got no memory"
    if let context = state.context { reason += " (\(String(cString: context)))" }
    if state.error == YAML_READER_ERROR {
      // The reader fails by bytes, before there is a line.
      let place = position(ofByte: Int(state.problem_offset))
      return YAMLSyntaxError(line: place.line, column: place.column, reason: reason)
    }
    return YAMLSyntaxError(
      line: Int(state.problem_mark.line) + 1, column: Int(state.problem_mark.column) + 1,
      reason: reason)
  }

  private func position(ofByte offset: Int) -> (line: Int, column: Int) {
    var line = 1
    var column = 1
    for byte in input.prefix(min(offset, input.count - 1)) {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return (line, column)
  }
}
