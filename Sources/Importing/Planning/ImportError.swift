import Failures

/// Why an import cannot be planned at all.
public enum ImportError: Error, FailureConvertible, Hashable {
  /// No sequence numbers are left for the imported policies.
  case noRoom(ClosedRange<Int64>)

  /// The error for people.
  public var failure: Failure {
    switch self {
    case .noRoom(let range):
      Failure(
        .refused, subject: "import",
        cause:
          "the sequence numbers \(range.lowerBound) to \(range.upperBound) have no room for all policies, every allow before every drop",
        remedy:
          "lower the numbers of the policies at the end of Application, or give --sequence-numbers A-B"
      )
    }
  }
}
