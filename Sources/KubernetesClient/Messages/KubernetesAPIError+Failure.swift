import Failures

extension KubernetesAPIError: FailureConvertible {
  /// The error in the words and the class that the command line reports.
  public var failure: Failure {
    Failure(failureKind, subject: subject, cause: cause, remedy: remedy)
  }

  private var failureKind: Failure.Kind {
    switch code {
    case 401, 403: .permissionDenied
    case 409, 412: .refused
    case 408, 429, 500...: .unreachable
    case 404, 410: .failed
    default: .invalidInput
    }
  }

  private var subject: String {
    switch (kind, name) {
    case (let kind?, let name?): "\(kind)/\(name)"
    case (let kind?, nil): kind
    default: request
    }
  }

  private var cause: String {
    let conflicts = managerConflicts
    if !conflicts.isEmpty {
      let owners = conflicts.map { "\($0.manager) owns \($0.fields.joined(separator: ", "))" }
      return "another field manager stands in the way: \(owners.joined(separator: "; "))"
    }
    var text = message.isEmpty ? "the API server answered \(code)" : message
    while text.hasSuffix(".") || text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  private var remedy: String? {
    if isUnauthorized { return "check or renew the credentials of the cluster" }
    if isForbidden { return "grant the user the right that the message names" }
    if !managerConflicts.isEmpty {
      return "agree with the owner of the fields, or take them over with `--force-conflicts`"
    }
    if isConflict { return "the object changed meanwhile; plan again" }
    if isAlreadyExists { return "the object was created meanwhile; plan again" }
    if isTransient { return "try again when the API server is well" }
    return nil
  }
}
