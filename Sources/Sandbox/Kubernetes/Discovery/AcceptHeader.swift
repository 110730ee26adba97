/// The media types of an `Accept` header in their order.
struct AcceptHeader: Sendable {
  /// One media type with its parameters.
  struct Clause: Sendable {
    /// The type, for example `application/json`.
    let type: String
    /// The parameters, for example `as` and `v`.
    let parameters: [String: String]
  }

  /// The clauses; none accepts everything.
  let clauses: [Clause]

  /// Reads a header.
  init(_ text: String?) {
    clauses = (text ?? "").split(separator: ",").map { clause in
      let parts = clause.split(separator: ";").map { $0.trimmingSpaces }
      var parameters: [String: String] = [:]
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1)
        if pair.count == 2 { parameters[String(pair[0])] = String(pair[1]) }
      }
      return Clause(type: parts.first ?? "", parameters: parameters)
    }
  }

  /// Whether a client prefers protobuf of OpenAPI to JSON.
  var wantsProtobuf: Bool { clauses.first?.type.hasSuffix("+protobuf") ?? false }

  /// The version of aggregated discovery that is asked for first, if any
  /// comes before plain JSON.
  var discoveryVersion: String? {
    for clause in clauses {
      if clause.parameters["as"] == "APIGroupDiscoveryList" {
        if let version = clause.parameters["v"], ["v2", "v2beta1"].contains(version) {
          return version
        }
      } else if clause.type == "application/json" {
        return nil
      }
    }
    return nil
  }

  /// Whether a table is asked for before plain JSON.
  var wantsTable: Bool {
    for clause in clauses where clause.type == "application/json" {
      switch clause.parameters["as"] {
      case "Table": return true
      case nil: return false
      default: continue
      }
    }
    return false
  }
}

extension Substring {
  /// The text without spaces at its ends.
  var trimmingSpaces: String {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }
}
