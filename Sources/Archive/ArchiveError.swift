import Failures

/// Why an archive cannot be read or written.
public enum ArchiveError: FailureConvertible, Hashable {
  /// zlib refuses; its code.
  case compression(code: Int32)
  /// The bytes are no gzip stream, or a cut one.
  case notGzip(code: Int32)
  /// The bytes are no tar archive.
  case notTar(String)
  /// An entry's name or size has no place in a tar header.
  case unsuitableEntry(name: String)

  /// In the words of the command line.
  public var failure: Failure {
    switch self {
    case .compression(let code):
      Failure(.failed, subject: "gzip", cause: "zlib refused with code \(code)")
    case .notGzip(let code):
      Failure(
        .invalidInput, subject: "gzip", cause: "the bytes are cut or no gzip (zlib code \(code))",
        remedy: "fetch the file again")
    case .notTar(let reason):
      Failure(
        .invalidInput, subject: "tar", cause: reason, remedy: "give the archive as it was written")
    case .unsuitableEntry(let name):
      Failure(.failed, subject: name, cause: "cannot stand in a tar archive")
    }
  }
}
