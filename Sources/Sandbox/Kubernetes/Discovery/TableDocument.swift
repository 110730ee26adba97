import Documents

/// `meta.k8s.io/v1 Table`, what `kubectl get` prints.
enum TableDocument {
  /// Turns an object or a list into a table.
  ///
  /// - Parameter include: `None`, `Metadata` or `Object`.
  static func table(
    _ value: JSONValue, kind: ResourceKind, include: String, now: Int64
  ) -> JSONValue {
    let columns = columns(kind)
    let items = value["items"]?.array ?? [value]
    let rows: [JSONValue] = items.map { item in
      var row: JSONValue = ["cells": .array(columns.map { cell($0, item, now) })]
      switch include {
      case "None": break
      case "Object": row.setMember(at: ["object"], to: item)
      default:
        row.setMember(
          at: ["object"],
          to: [
            "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
            "metadata": item["metadata"] ?? .null,
          ])
      }
      return row
    }
    let definitions: [JSONValue] = columns.map { column in
      [
        "name": .string(column.name), "type": .string(column.type),
        "format": .string(column.name == "Name" ? "name" : ""), "description": "",
        "priority": .integer(Int64(column.priority)),
      ]
    }
    let metadata =
      value["items"] == nil
      ? ["resourceVersion": value.member(at: ["metadata", "resourceVersion"]) ?? ""]
      : value["metadata"] ?? .null
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
      "columnDefinitions": .array(definitions), "rows": .array(rows),
    ]
  }

  private static func columns(_ kind: ResourceKind) -> [PrinterColumn] {
    [PrinterColumn("Name", ".metadata.name")] + kind.columns
      + (kind.showsAge ? [PrinterColumn("Age", type: "date", ".metadata.creationTimestamp")] : [])
  }

  private static func cell(_ column: PrinterColumn, _ item: JSONValue, _ now: Int64) -> JSONValue {
    let value = item.member(at: column.path) ?? .null
    guard column.type == "date" else { return value }
    guard let time = value.string.flatMap(Timestamps.seconds) else { return "<unknown>" }
    return column.name == "Age" ? .string(Timestamps.age(now - time)) : value
  }
}
