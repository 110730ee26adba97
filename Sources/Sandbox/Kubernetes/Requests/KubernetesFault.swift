import Documents
import Failures

/// A refusal as kube-apiserver words it: an HTTP status with a `Status` body.
struct KubernetesFault: Error, Sendable, Hashable {
  /// One entry of `details.causes`.
  struct Cause: Sendable, Hashable {
    /// The machine-readable reason, for example `FieldValueInvalid`.
    var reason: String
    /// The message without the field.
    var message: String
    /// The field in dotted form.
    var field: String
  }

  /// The HTTP status code.
  var code: Int
  /// `Status.reason`; empty where kube-apiserver gives none.
  var reason: String
  /// `Status.message`.
  var message: String
  /// `details.name`.
  var name = ""
  /// `details.group`.
  var group = ""
  /// `details.kind`, a resource or a kind.
  var kind = ""
  /// `details.causes`.
  var causes: [Cause] = []
  /// `details.retryAfterSeconds`.
  var retryAfter: Int?
  /// `metadata.continue`, given with an expired list.
  var continueToken: String?

  /// The `Status` document.
  var body: JSONValue {
    var status = JSONObject()
    status["kind"] = "Status"
    status["apiVersion"] = "v1"
    var metadata = JSONObject()
    if let continueToken { metadata["continue"] = .string(continueToken) }
    status["metadata"] = .object(metadata)
    status["status"] = "Failure"
    status["message"] = .string(message)
    if !reason.isEmpty { status["reason"] = .string(reason) }
    var details = JSONObject()
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    if !causes.isEmpty { details["causes"] = .array(causes.map(\.json)) }
    if let retryAfter { details["retryAfterSeconds"] = .integer(Int64(retryAfter)) }
    if !details.isEmpty { status["details"] = .object(details) }
    status["code"] = .integer(Int64(code))
    return .object(status)
  }
}

extension KubernetesFault.Cause {
  /// The cause as it stands in `details.causes`.
  var json: JSONValue {
    var object = JSONObject()
    object["reason"] = .string(reason)
    object["message"] = .string(message)
    object["field"] = .string(field)
    return .object(object)
  }
}

extension KubernetesFault: FailureConvertible {
  /// The refusal in the words of the command line.
  var failure: Failure {
    let kind: Failure.Kind =
      switch code {
      case 401, 403: .permissionDenied
      case 400, 422: .invalidInput
      default: .failed
      }
    return Failure(kind, subject: name.isEmpty ? "Kubernetes API" : name, cause: message)
  }
}
