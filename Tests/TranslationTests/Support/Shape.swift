/// Parts of group expressions, as NSX writes them.
enum Shape {
  /// A condition.
  static func condition(
    _ type: String, _ key: String, _ value: String, _ comparison: String = "EQUALS",
    scope: String = "EQUALS"
  ) -> String {
    """
    {"resource_type":"Condition","member_type":"\(type)","key":"\(key)",
     "operator":"\(comparison)","scope_operator":"\(scope)","value":"\(value)"}
    """
  }

  /// Pods by a label.
  static func pod(_ key: String, _ value: String, _ comparison: String = "EQUALS") -> String {
    condition("Pod", "Tag", "dis:k8s:\(key)|\(value)", comparison)
  }

  /// The pods of a namespace.
  static func namespace(_ name: String, _ comparison: String = "EQUALS") -> String {
    condition("Namespace", "Name", name, comparison)
  }

  /// The pods behind a Service.
  static func service(_ name: String, in namespace: String) -> String {
    nested(all(self.namespace(namespace), condition("Service", "Name", name)))
  }

  static func addresses(_ list: String...) -> String {
    #"{"resource_type":"IPAddressExpression","ip_addresses":\#(list)}"#
  }

  /// Groups by their ids.
  static func groups(_ ids: String...) -> String {
    #"{"resource_type":"PathExpression","paths":\#(ids.map(Estate.group))}"#
  }

  static func nested(_ expression: String) -> String {
    #"{"resource_type":"NestedExpression","expressions":[\#(expression)]}"#
  }

  /// Operands joined by AND.
  static func all(_ operands: String...) -> String {
    operands.joined(
      separator: #",{"resource_type":"ConjunctionOperator","conjunction_operator":"AND"},"#)
  }

  /// Operands joined by OR.
  static func any(_ operands: String...) -> String {
    operands.joined(
      separator: #",{"resource_type":"ConjunctionOperator","conjunction_operator":"OR"},"#)
  }

  /// Group paths as a list of a rule.
  static func paths(_ ids: String...) -> String { "\(ids.map(Estate.group))" }
}
