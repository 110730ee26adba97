extension KubernetesFault {
  /// 400 without details.
  static func badRequest(_ message: String) -> Self {
    Self(code: 400, reason: "BadRequest", message: message)
  }

  /// 401, the same whatever was wrong with the credentials.
  static var unauthorized: Self {
    Self(code: 401, reason: "Unauthorized", message: "Unauthorized")
  }

  /// 403 as the RBAC authorizer words it.
  static func forbidden(user: String, verb: String, target: ResourceTarget) -> Self {
    let kind = target.kind
    let scope =
      target.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
    let subject = target.name.map { "\(kind.groupResource) \"\($0)\"" } ?? kind.groupResource
    return Self(
      code: 403, reason: "Forbidden",
      message: "\(subject) is forbidden: User \"\(user)\" cannot \(verb) resource "
        + "\"\(kind.plural)\" in API group \"\(kind.group)\" \(scope)",
      name: target.name ?? "", group: kind.group, kind: kind.plural)
  }

  /// 404 for a path that no resource serves.
  static var noSuchResource: Self {
    Self(
      code: 404, reason: "NotFound", message: "the server could not find the requested resource")
  }

  /// 503 as the aggregation layer answers for an API whose server is down.
  static var serviceDown: Self {
    Self(
      code: 503, reason: "ServiceUnavailable",
      message: "the server is currently unable to handle the request")
  }

  /// 404 for an object.
  static func notFound(_ kind: ResourceKind, _ name: String) -> Self {
    Self(
      code: 404, reason: "NotFound", message: "\(kind.groupResource) \"\(name)\" not found",
      name: name, group: kind.group, kind: kind.plural)
  }

  /// 405 for a verb that the resource does not have.
  static var methodNotAllowed: Self {
    Self(
      code: 405, reason: "MethodNotAllowed",
      message: "the server does not allow this method on the requested resource")
  }

  /// 409 for a create of a name in use.
  static func alreadyExists(_ kind: ResourceKind, _ name: String) -> Self {
    Self(
      code: 409, reason: "AlreadyExists",
      message: "\(kind.groupResource) \"\(name)\" already exists",
      name: name, group: kind.group, kind: kind.plural)
  }

  /// 409 for a lost race or a failed precondition.
  static func conflict(_ kind: ResourceKind, _ name: String, _ why: String) -> Self {
    Self(
      code: 409, reason: "Conflict",
      message: "Operation cannot be fulfilled on \(kind.groupResource) \"\(name)\": \(why)",
      name: name, group: kind.group, kind: kind.plural)
  }

  /// The reason that an outdated `resourceVersion` is refused with.
  static let modified =
    "the object has been modified; please apply your changes to the latest version and try again"

  /// 410 for a list whose snapshot is gone.
  static func expired(continueToken: String?) -> Self {
    Self(
      code: 410, reason: "Expired",
      message: "The provided continue parameter is too old to display a consistent list result. "
        + "You can start a new list without the continue parameter, or use the continue token in "
        + "this response to retrieve the remainder of the results. Continuing with the provided "
        + "token results in an inconsistent list - objects that were created, modified, or "
        + "deleted between the time the first chunk was returned and now may show up in the list.",
      continueToken: continueToken)
  }

  /// 415 for a patch format that the resource does not take.
  static func unsupportedMediaType(_ type: String, _ supported: [String]) -> Self {
    Self(
      code: 415, reason: "UnsupportedMediaType",
      message: "the body of the request was in an unknown format - accepted media types include: "
        + supported.joined(separator: ", "))
  }

  /// 422 with every field error, in order.
  static func invalid(_ kind: ResourceKind, _ name: String, _ causes: [Cause]) -> Self {
    let texts = causes.map { "\($0.field): \($0.message)" }
    let text = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    return Self(
      code: 422, reason: "Invalid",
      message: "\(kind.groupKind) \"\(name)\" is invalid: \(text)",
      name: name, group: kind.group, kind: kind.kind, causes: causes)
  }

  /// 400 of a validating webhook: kube-apiserver gives neither reason nor
  /// details.
  static func denied(by webhook: String, _ message: String) -> Self {
    Self(
      code: 400, reason: "",
      message: "admission webhook \"\(webhook)\" denied the request: \(message)")
  }
}
