import Documents

/// What the API server refused, decoded from its `Status`.
public struct KubernetesAPIError: Error, Sendable, Hashable {
  /// One detail of a refusal.
  public struct Cause: Sendable, Hashable {
    /// Machine-readable, for example `FieldValueInvalid` or `FieldManagerConflict`.
    public var reason: String
    /// Path of the field, for example `spec.ingress[0].action`; empty for none.
    public var field: String
    /// The server's words.
    public var message: String

    /// Creates a cause.
    public init(reason: String, field: String = "", message: String = "") {
      self.reason = reason
      self.field = field
      self.message = message
    }
  }

  /// Fields that another manager owns.
  public struct ManagerConflict: Sendable, Hashable {
    /// The field manager, for example `kubectl-client-side-apply`.
    public var manager: String
    /// The fields, for example `.spec.ingress`.
    public var fields: [String]

    /// Creates a conflict.
    public init(manager: String, fields: [String]) {
      self.manager = manager
      self.fields = fields
    }
  }

  /// HTTP status code.
  public var code: Int
  /// Machine-readable reason.
  public var reason: StatusReason
  /// The server's words; nothing decides by them.
  public var message: String
  /// Kind (or resource) that the refusal is about, where the server tells.
  public var kind: String?
  /// Name of the object, where the server tells.
  public var name: String?
  /// API group, where the server tells.
  public var group: String?
  /// The details.
  public var causes: [Cause]
  /// When to try again.
  public var retryAfterSeconds: Int?
  /// A token that goes on with an expired list, at the price of consistency.
  public var continueToken: String?
  /// Method and path of the request, for the log.
  public var request: String

  /// Decodes an answer.
  ///
  /// - Returns: `nil` when the body is not a `Status` of a failure.
  init?(status code: Int, body: JSONValue, retryAfter: String?, request: String) {
    guard body["kind"]?.string == "Status", body["apiVersion"]?.string == "v1",
      body["status"]?.string != "Success"
    else { return nil }
    self.code = body["code"]?.integer.flatMap { Int(exactly: $0) } ?? code
    reason = StatusReason(body["reason"]?.string)
    message = body["message"]?.string ?? ""
    let details = body["details"]
    func text(_ key: String) -> String? {
      details?[key]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
    kind = text("kind")
    name = text("name")
    group = text("group")
    causes = (details?["causes"]?.array ?? []).map { cause in
      Cause(
        reason: cause["reason"]?.string ?? "", field: cause["field"]?.string ?? "",
        message: cause["message"]?.string ?? "")
    }
    retryAfterSeconds =
      details?["retryAfterSeconds"]?.integer.flatMap { Int(exactly: $0) }
      ?? retryAfter.flatMap { Int($0) }
    let token = body[path: "metadata", "continue"]?.string ?? ""
    continueToken = token.isEmpty ? nil : token
    self.request = request
  }

  /// Creates an error, for an answer whose status code says enough without a
  /// body.
  public init(
    code: Int, reason: StatusReason, message: String, kind: String? = nil, name: String? = nil,
    causes: [Cause] = [], request: String
  ) {
    self.code = code
    self.reason = reason
    self.message = message
    self.kind = kind
    self.name = name
    self.causes = causes
    self.request = request
  }
}

extension KubernetesAPIError {
  /// The credentials are unknown to the server.
  public var isUnauthorized: Bool { code == 401 }
  /// The user may not do this.
  public var isForbidden: Bool { code == 403 }
  /// The object, or the whole resource, does not exist.
  public var isNotFound: Bool { reason == .notFound }
  /// An object of this name exists.
  public var isAlreadyExists: Bool { reason == .alreadyExists }
  /// A precondition (UID, resourceVersion) failed, or another field manager
  /// owns a field.
  public var isConflict: Bool { reason == .conflict }
  /// A list token or a resourceVersion is too old.
  public var isExpired: Bool { reason == .expired || reason == .gone }
  /// The object fails validation.
  public var isInvalid: Bool { reason == .invalid || reason == .badRequest || isWebhookDenied }
  /// An admission webhook said no. The API server itself always gives a reason
  /// or details; it passes a webhook's bare answer on without either.
  public var isWebhookDenied: Bool {
    (400..<500).contains(code) && reason == .none && causes.isEmpty && kind == nil
  }
  /// Trying the same request later may succeed.
  public var isTransient: Bool { code == 429 || code >= 500 }
  /// Every other field manager that stands in the way of an apply, with its
  /// fields; empty for every other error.
  public var managerConflicts: [ManagerConflict] {
    var conflicts: [ManagerConflict] = []
    for cause in causes where cause.reason == "FieldManagerConflict" {
      let manager = Self.firstQuoted(cause.message) ?? "an unnamed manager"
      if let index = conflicts.firstIndex(where: { $0.manager == manager }) {
        conflicts[index].fields.append(cause.field)
      } else {
        conflicts.append(ManagerConflict(manager: manager, fields: [cause.field]))
      }
    }
    return conflicts
  }

  /// The manager's name has no field of its own in a `Status`: it is the first
  /// quoted word of the cause (`conflict with "kubectl" using v1`).
  private static func firstQuoted(_ text: String) -> String? {
    guard let start = text.firstIndex(of: "\"") else { return nil }
    var name = ""
    var escaped = false
    for character in text[text.index(after: start)...] {
      if escaped {
        name.append(character)
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        return name
      } else {
        name.append(character)
      }
    }
    return nil
  }
}
