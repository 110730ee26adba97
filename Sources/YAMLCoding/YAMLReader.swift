import Documents

/// Reads YAML (and JSON) texts as kubectl does: see ``YAMLReader/documents(_:source:)``.
public enum YAMLReader {
  /// Deeper nesting than this is refused, as for JSON.
  public static let maximumDepth = JSONReader.maximumDepth
  /// Bytes, roughly, that the aliases of one document may expand to.
  public static let maximumExpansion = 16 << 20

  /// All documents of a stream in their order. Documents without content (only
  /// comments, or nothing between two `---`) are left out; an explicit `null`
  /// is kept.
  ///
  /// Unquoted scalars resolve as in `sigs.k8s.io/yaml`, which kubectl uses:
  /// `yes`, `on`, `y` and their opposites are booleans, `010` and `0o10` are 8,
  /// `1:20` and dates are strings. Quoted and block scalars are strings.
  /// Anchors, aliases and merge keys (`<<`) are expanded within a bound. A key
  /// that occurs twice, a tag other than YAML's own and `.nan` or `.inf` are
  /// refused. A stream of JSON texts is read as JSON.
  ///
  /// - Parameters:
  ///   - bytes: The text in UTF-8, with or without a byte order mark.
  ///   - source: The file or other origin, for the error.
  /// - Throws: ``YAMLSyntaxError``.
  public static func documents(
    _ bytes: [UInt8], source: String? = nil
  ) throws(YAMLSyntaxError) -> [JSONValue] {
    if let documents = jsonDocuments(bytes) { return documents }
    do {
      var builder = YAMLTreeBuilder(try YAMLEventSource(bytes))
      var documents: [JSONValue] = []
      while let document = try builder.nextDocument() {
        if let document { documents.append(document) }
      }
      return documents
    } catch var error as YAMLSyntaxError {
      error.source = source
      throw error
    } catch {
      throw YAMLSyntaxError(source: source, line: 1, column: 1, reason: "cannot be read")
    }
  }

  /// The only document of a stream; `null` when the stream has no content.
  ///
  /// - Throws: ``YAMLSyntaxError``, also when there is more than one document.
  public static func document(
    _ bytes: [UInt8], source: String? = nil
  ) throws(YAMLSyntaxError) -> JSONValue {
    let documents = try documents(bytes, source: source)
    guard documents.count <= 1 else {
      throw YAMLSyntaxError(
        source: source, line: 1, column: 1,
        reason: "\(documents.count) documents stand where one is expected")
    }
    return documents.first ?? .null
  }

  /// The values of a text that is JSON from end to end; `nil` for any other,
  /// which the YAML parser then reads or refuses with line and column.
  ///
  /// libyaml does not join surrogate pairs and limits keys to 1024
  /// characters, so JSON cannot be left to it.
  private static func jsonDocuments(_ bytes: [UInt8]) -> [JSONValue]? {
    let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    guard let first, "{[\"".utf8.contains(first) else { return nil }
    return try? bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONReader(buffer)
      var documents: [JSONValue] = []
      repeat { documents.append(try reader.readValue()) } while (try? reader.peek()) != nil
      try reader.expectEnd()
      return documents
    }
  }
}
