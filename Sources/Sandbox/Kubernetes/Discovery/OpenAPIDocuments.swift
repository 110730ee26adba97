import Documents

/// The OpenAPI documents, as far as clients decide by them: which parameters
/// a PATCH takes, and the schemas of custom resources.
struct OpenAPIDocuments: Sendable {
  /// The resources served.
  let catalogue: ResourceCatalogue

  /// `/openapi/v3`: where the document of each group version is.
  var index: JSONValue {
    var paths = JSONObject()
    for kind in catalogue.kinds {
      let name = path(kind)
      paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)?hash=1")]
    }
    return ["paths": .object(paths)]
  }

  private func path(_ kind: ResourceKind) -> String {
    kind.group.isEmpty ? "api/\(kind.version)" : "apis/\(kind.groupVersion)"
  }

  /// `/openapi/v3/<path>`; `nil` where nothing is served.
  func document(_ wanted: String) -> JSONValue? {
    let kinds = catalogue.kinds.filter { path($0) == wanted }
    if kinds.isEmpty { return nil }
    var paths = JSONObject()
    var schemas = JSONObject()
    for kind in kinds {
      let scope = kind.namespaced ? "/namespaces/{namespace}" : ""
      paths["/\(wanted)\(scope)/\(kind.plural)/{name}"] = item(kind)
      schemas[schemaName(kind)] = schema(kind)
    }
    return [
      "openapi": "3.0.0",
      "info": ["title": "Kubernetes", "version": "v1.32.4"],
      "paths": .object(paths), "components": ["schemas": .object(schemas)],
    ]
  }

  private func identity(_ kind: ResourceKind) -> JSONValue {
    [
      "group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind),
    ]
  }

  private func schemaName(_ kind: ResourceKind) -> String {
    let group = kind.group.isEmpty ? "core" : kind.group
    let reversed = group.split(separator: ".").reversed().joined(separator: ".")
    return "\(reversed).\(kind.version).\(kind.kind)"
  }

  private func schema(_ kind: ResourceKind) -> JSONValue {
    var schema =
      kind.schema ?? ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    schema.setMember(at: ["x-kubernetes-group-version-kind"], to: [identity(kind)])
    return schema
  }

  private func item(_ kind: ResourceKind) -> JSONValue {
    let names = ["dryRun", "fieldManager", "fieldValidation", "force", "pretty"]
    let parameters: [JSONValue] = names.map {
      [
        "name": .string($0), "in": "query",
        "schema": ["type": $0 == "force" ? "boolean" : "string"],
      ]
    }
    let answer: JSONValue = [
      "200": [
        "description": "OK",
        "content": [
          "application/json": [
            "schema": ["$ref": .string("#/components/schemas/\(schemaName(kind))")]
          ]
        ],
      ]
    ]
    var result: JSONValue = .object(JSONObject())
    for (method, action) in [("get", "get"), ("patch", "patch"), ("put", "put")] {
      result.setMember(
        at: [method],
        to: [
          "operationId": .string("\(action)\(kind.kind)"), "parameters": .array(parameters),
          "responses": answer, "x-kubernetes-action": .string(action),
          "x-kubernetes-group-version-kind": identity(kind),
        ])
    }
    return result
  }

  /// `/openapi/v2` as JSON: nothing but its head, for which clients fall back
  /// to version 3.
  var version2: JSONValue {
    [
      "swagger": "2.0", "info": ["title": "Kubernetes", "version": "v1.32.4"],
      "paths": .object(JSONObject()), "definitions": .object(JSONObject()),
    ]
  }

  /// The same as the protobuf message `openapi.v2.Document`.
  var version2Protobuf: [UInt8] {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2, UInt8(bytes.count)] + bytes
    }
    let info = field(1, Array("Kubernetes".utf8)) + field(2, Array("v1.32.4".utf8))
    return field(1, Array("2.0".utf8)) + field(2, info)
  }
}
