import Documents

/// The parts that Antrea's schemas share.
enum SelectorSchemas {
  private typealias Build = SchemaBuilder

  /// What Antrea's policies and ClusterGroups accept as a label value.
  static let labelValuePattern = "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$"

  private static func selector(labels: JSONValue, values: JSONValue) -> JSONValue {
    let expression = Build.object([
      "key": Build.string,
      "operator": Build.oneOf("In", "NotIn", "Exists", "DoesNotExist"),
      "values": Build.list(values),
    ])
    return Build.object(["matchExpressions": Build.list(expression), "matchLabels": labels])
  }

  /// A label selector whose values are checked.
  static let strict = selector(
    labels: Build.map(Build.matching(labelValuePattern)),
    values: Build.matching(labelValuePattern))

  /// A label selector whose values are not checked, as Group has it.
  static let loose = selector(labels: Build.open, values: Build.string)

  /// A CIDR with exceptions.
  static let ipBlock = Build.object([
    "cidr": Build.formatted("cidr"), "except": Build.list(Build.formatted("cidr")),
  ])

  /// A name and a namespace, both needed.
  static let reference = Build.object(
    ["name": Build.string, "namespace": Build.string], required: ["name", "namespace"])

  /// One entry of `status.conditions`.
  static let condition = Build.object([
    "type": Build.string, "status": Build.string,
    "lastTransitionTime": Build.string, "reason": Build.string, "message": Build.string,
  ])
}
