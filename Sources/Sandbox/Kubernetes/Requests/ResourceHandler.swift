import Documents
import YAMLCoding

/// Turns one request for a resource into a verb on the state.
struct ResourceHandler: Sendable {
  /// The cluster.
  let state: KubernetesState
  /// The request.
  let request: SandboxRequest
  /// What it names.
  let target: ResourceTarget
  /// Who asks.
  let caller: KubernetesState.Caller
  /// The clock.
  let now: @Sendable () -> Int64

  /// Answers the request.
  func respond(verb: String) async throws -> SandboxResponse {
    switch verb {
    case "get": return answer(200, try await state.get(target))
    case "list": return answer(200, try await state.list(target, try listRequest()))
    case "watch": return try await watch()
    case "create":
      return written(try await state.create(try body(), target, try writeRequest()))
    case "update":
      return written(try await state.replace(try body(), target, try writeRequest()))
    case "patch":
      let type = (request.header("Content-Type") ?? "").split(separator: ";").first ?? ""
      return written(
        try await state.patch(
          try body(), type: type.trimmingSpaces, target, try writeRequest()))
    case "delete":
      return written(try await state.delete(try deleteOptions(), target, try writeRequest()))
    case "deletecollection":
      let selected = await state.selected(target, try listRequest())
      return written(
        try await state.deleteCollection(selected, target, try writeRequest()))
    default: throw KubernetesFault.methodNotAllowed
    }
  }

  private func watch() async throws -> SandboxResponse {
    let events = await state.watch(
      target, try listRequest(), since: request.query("resourceVersion") ?? "")
    var body: [UInt8] = []
    for event in events {
      body += JSONWriter.compact(event)
      body.append(UInt8(ascii: "\n"))
    }
    return SandboxResponse(
      status: 200, headers: [(name: "Content-Type", value: "application/json")], body: body)
  }

  /// An object or list in the form that the client accepts.
  private func answer(_ status: Int, _ value: JSONValue) -> SandboxResponse {
    guard AcceptHeader(request.header("Accept")).wantsTable, value["kind"] != "Status" else {
      return .json(status, value)
    }
    let include = request.query("includeObject") ?? "Metadata"
    return .json(
      status, TableDocument.table(value, kind: target.kind, include: include, now: now()))
  }

  private func written(_ result: WriteResult) -> SandboxResponse {
    var response = answer(result.status, result.object)
    for warning in result.warnings {
      var quoted: [UInt8] = []
      JSONWriter.write(string: warning, to: &quoted)
      response.headers.append(
        (name: "Warning", value: "299 - \(String(decoding: quoted, as: UTF8.self))"))
    }
    return response
  }

  private func listRequest() throws -> ListRequest {
    var list = ListRequest()
    list.labels = try LabelSelector(parsing: request.query("labelSelector") ?? "")
    if let fields = request.query("fieldSelector"), !fields.isEmpty {
      list.fields = try FieldSelector(parsing: fields, kind: target.kind)
    }
    list.limit = request.query("limit").flatMap(Int.init) ?? 0
    list.continueToken = request.query("continue") ?? ""
    return list
  }

  private func writeRequest() throws -> WriteRequest {
    var write = WriteRequest(caller: caller)
    let options = request.method == "DELETE" ? try deleteOptions() : .null
    write.dryRun =
      request.query("dryRun") == "All" || options.list("dryRun").contains("All")
    write.fieldValidation = request.query("fieldValidation") ?? "Warn"
    write.fieldManager = request.query("fieldManager") ?? ""
    write.force = request.query("force") == "true"
    return write
  }

  private func deleteOptions() throws -> JSONValue {
    request.body.isEmpty ? .null : try body()
  }

  /// The body: JSON, or YAML for an apply.
  private func body() throws -> JSONValue {
    let type = request.header("Content-Type") ?? ""
    do {
      return try JSONValue(json: request.body)
    } catch {
      guard type.contains("yaml") else {
        throw KubernetesFault.badRequest(
          "the object provided is unrecognized (must be of type \(target.kind.kind)): \(error)")
      }
    }
    do {
      return try YAMLReader.document(request.body)
    } catch {
      throw KubernetesFault.badRequest("error decoding YAML: \(error)")
    }
  }
}
