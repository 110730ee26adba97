import Documents

extension AdmissionCheck {
  /// Selectors: `matchLabels` as the webhook checks them, `matchExpressions`
  /// as it does not but should (an invalid one selects everything).
  mutating func selector(_ selector: JSONValue, _ rule: AdmissionViolation.Rule) {
    for label in selector["matchLabels"]?.object?.members ?? [] {
      if !LabelSyntax.isQualifiedName(label.key) || !LabelSyntax.isValue(label.value.string ?? " ")
      {
        report(rule, "matchLabels \(label.key)")
      }
    }
    for expression in selector["matchExpressions"]?.array ?? [] {
      let key = expression["key"]?.string ?? ""
      let values = expression["values"]?.array?.map { $0.string ?? " " } ?? []
      let isValid =
        switch expression["operator"]?.string {
        case "In", "NotIn": !values.isEmpty && values.allSatisfy(LabelSyntax.isValue)
        case "Exists", "DoesNotExist": expression["values"] == nil
        default: false
        }
      if !LabelSyntax.isQualifiedName(key) || !isValid {
        report(.schema, "matchExpressions on \(key)")
      }
    }
    for key in selector.object?.keys ?? [] where key != "matchLabels" && key != "matchExpressions" {
      report(.schema, "unknown field \(key) in a selector")
    }
    for key in ["matchLabels", "matchExpressions"]
    where selector[key]?.array?.isEmpty == true || selector[key]?.object?.isEmpty == true {
      report(.schema, "empty \(key)")
    }
  }

  /// CIDRs of `ipBlocks` and `ipBlock`.
  mutating func addresses(_ blocks: [JSONValue], rule: Int, mixRule: Int) {
    var multicast = 0
    for block in blocks {
      guard let text = block["cidr"]?.string, text.contains("/"), let cidr = CIDR(text) else {
        report(.webhook(rule), "cidr \(block["cidr"]?.string ?? "missing")")
        continue
      }
      if cidr.address.isMulticast { multicast += 1 }
      for except in block["except"]?.array ?? [] {
        guard let text = except.string, let inner = CIDR(text), cidr.contains(inner),
          inner.prefix > cidr.prefix
        else {
          report(.webhook(rule), "except outside \(text)")
          continue
        }
      }
    }
    if multicast > 0, multicast < blocks.count {
      report(.webhook(mixRule), "multicast and unicast addresses")
    }
    if blocks.isEmpty { report(.schema, "empty ipBlocks") }
  }
}
