import Documents

/// The `fieldSelector` parameter: equalities joined with commas.
struct FieldSelector: Sendable {
  private var terms: [(path: [String], value: String, equal: Bool)] = []

  /// Reads the parameter.
  ///
  /// - Throws: ``KubernetesFault`` (400) for a field that the resource does
  ///   not index, as kube-apiserver does.
  init(parsing text: String, kind: ResourceKind) throws {
    for part in text.split(separator: ",") {
      let equal = !part.contains("!=")
      let pieces = part.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pieces.count == 2 else {
        throw KubernetesFault.badRequest(
          "invalid field selector \"\(text)\": can't understand '\(part)'")
      }
      var field = String(pieces[0])
      if field.hasSuffix("!") { field.removeLast() }
      var value = pieces[1]
      if value.hasPrefix("=") { value.removeFirst() }
      guard Self.supports(field, kind) else {
        throw KubernetesFault.badRequest(
          "Unable to find \"\(kind.groupVersion), Resource=\(kind.plural)\" that match label "
            + "selector \"\", field selector \"\(text)\": field label not supported: \(field)")
      }
      terms.append((field.split(separator: ".").map(String.init), String(value), equal))
    }
  }

  /// Whether an object is selected.
  func matches(_ object: JSONValue) -> Bool {
    terms.allSatisfy { term in
      ((object.member(at: term.path)?.string ?? "") == term.value) == term.equal
    }
  }

  private static func supports(_ field: String, _ kind: ResourceKind) -> Bool {
    switch field {
    case "metadata.name": true
    case "metadata.namespace": kind.namespaced
    case "spec.nodeName", "status.phase", "status.podIP", "spec.serviceAccountName":
      kind.plural == "pods"
    case "type": kind.plural == "secrets"
    default: false
    }
  }
}
