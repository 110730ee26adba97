import Failures

/// A YAML text that cannot be read, and where.
public struct YAMLSyntaxError: Error, Sendable, Hashable {
  /// The file or other origin of the text, where the caller named one.
  public var source: String?
  /// Line of the fault, from 1.
  public var line: Int
  /// Column of the fault in characters, from 1.
  public var column: Int
  /// What was wrong, for example `the key "spec" occurs twice`.
  public var reason: String

  /// Creates an error.
  public init(source: String? = nil, line: Int, column: Int, reason: String) {
    self.source = source
    self.line = line
    self.column = column
    self.reason = reason
  }
}

extension YAMLSyntaxError: CustomStringConvertible {
  /// The place and the reason.
  public var description: String {
    let place = "line \(line), column \(column): \(reason)"
    return source.map { "\($0): \(place)" } ?? "invalid YAML at \(place)"
  }
}

extension YAMLSyntaxError: FailureConvertible {
  /// Invalid input, with the place as its cause.
  public var failure: Failure {
    Failure(
      .invalidInput, subject: source ?? "YAML document",
      cause: "line \(line), column \(column): \(reason)")
  }
}
