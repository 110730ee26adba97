import Documents
import Failures

extension Failure {
  /// The failure in JSON: its class, subject, cause and way out.
  var document: JSONValue {
    [
      "kind": .string(kind.rawValue), "subject": .string(subject), "cause": .string(cause),
      "hint": remedy.map { .string($0) } ?? .null,
    ]
  }
}
