import AntreaModel
import Failures

/// Why Antrea objects cannot be evaluated.
public enum EvaluationError: Error, Sendable, Hashable {
  /// A field that the API refuses, or that Antrea reads as absent, so that the
  /// object would not do what it says.
  case invalid(KubernetesObject.Reference, field: String, reason: String)
  /// A construct that the evaluator does not know: judging without it would be
  /// wrong.
  case notEvaluated(KubernetesObject.Reference, construct: String)
}

extension EvaluationError: FailureConvertible {
  /// The error as invalid input (exit 65).
  public var failure: Failure {
    switch self {
    case .invalid(let object, let field, let reason):
      Failure(.invalidInput, subject: "\(object)", cause: "\(field): \(reason)")
    case .notEvaluated(let object, let construct):
      Failure(
        .invalidInput, subject: "\(object)", cause: "\(construct) cannot be evaluated",
        remedy: "leave the object out of the question")
    }
  }
}
