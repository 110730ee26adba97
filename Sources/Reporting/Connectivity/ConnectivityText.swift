import Documents

/// Renders what a plan means for connectivity.
public enum ConnectivityText {
  /// Changes and warnings that are shown as text; JSON has all.
  static let shown = 20

  /// A heading with the result of the proof, then the changes, largest first,
  /// then what others decide otherwise.
  public static func render(_ result: PlanConnectivity, color: Bool) -> String {
    let style = TextStyle(color: color)
    var lines: [String] = []
    var word = "counterexample"
    if case .outdated = result.proof { word = "differs:" }
    for example in result.proof.counterexamples.prefix(3) {
      lines.append(style(.warning, word) + " \(example.text)")
    }
    if let change = result.change {
      lines += changes(change, style)
    }
    for item in result.interference.prefix(shown) {
      let head = item.kind == .overrides ? style(.warning, "warning:") : style(.faint, "note:")
      lines.append("\(head) \(item.text)")
    }
    let more = result.interference.count - shown
    if more > 0 { lines.append("and \(more) more warnings (--output json has all)") }
    lines += result.notes.map { style(.faint, "note:") + " \(TextStyle.printable($0))" }
    lines += result.limits.map { style(.faint, "without \(TextStyle.printable($0))") }
    return style(.heading, "Connectivity") + ": \(result.proof.summary)\n"
      + lines.map { "  \($0)\n" }.joined()
  }

  private static func changes(_ change: ConnectivityDelta, _ style: TextStyle) -> [String] {
    if change.entries.isEmpty { return ["nobody reaches more or less than now"] }
    var lines: [String] = []
    for entry in change.entries.prefix(shown) {
      let (mark, role): (String, TextStyle.Role) =
        switch entry.kind {
        case .newlyAllowed, .noLongerInspected: ("+", .added)
        case .newlyBlocked, .newlyInspected: ("-", .removed)
        }
      lines.append(style(role, mark) + " " + entry.text)
    }
    let more = change.entries.count + change.omitted - shown
    if more > 0 { lines.append("and \(more) more changes (--output json has more of them)") }
    if change.entries.count > 1 { lines.append("in all \(change.total)") }
    return lines
  }

  /// One compact JSON document a line: each change, each warning, then the proof.
  ///
  /// - Parameter cluster: Name of the cluster, for plans of several.
  public static func ndjson(_ result: PlanConnectivity, cluster: JSONValue? = nil) -> String {
    var lines: [JSONValue] = []
    func add(_ type: String, _ document: JSONValue) {
      guard case .object(var object) = document else { return }
      object["schemaVersion"] = 1
      object["type"] = .string(type)
      object["cluster"] = cluster
      lines.append(.object(object))
    }
    for entry in result.change?.entries ?? [] { add("connectivityChange", entry.document) }
    for item in result.interference { add("interference", item.document) }
    var proof = result.proof.document.object ?? JSONObject()
    proof["without"] = .texts(result.limits)
    proof["notes"] = .texts(result.notes)
    add("proof", .object(proof))
    return lines.map { "\($0)\n" }.joined()
  }
}
