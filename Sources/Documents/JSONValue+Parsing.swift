extension JSONValue {
  /// Parses one JSON document.
  ///
  /// - Throws: ``JSONSyntaxError``.
  public init(json bytes: [UInt8]) throws {
    self = try bytes.withUnsafeBufferPointer { buffer in
      var reader = JSONReader(buffer)
      let value = try reader.readValue()
      try reader.expectEnd()
      return value
    }
  }

  /// Parses one JSON document.
  ///
  /// - Throws: ``JSONSyntaxError``.
  public init(json text: String) throws { try self.init(json: Array(text.utf8)) }
}
