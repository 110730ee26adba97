import NSXModel

/// Decides a condition for one pod.
struct NSXConditionMatch {
  let reading: NSXReading

  /// Whether a pod meets a condition; `maybe` for what only NSX can decide.
  func matches(_ condition: Condition, _ pod: Workload) -> Truth {
    switch (condition.memberType, condition.key) {
    case ("Namespace", "Name"): name(condition, [pod.namespace])
    case ("Pod", "Name"): name(condition, [pod.name])
    case ("Service", "Name"): name(condition, pod.services)
    case ("Namespace", "Tag"): tag(condition, pod.namespaceLabels)
    case ("Pod", "Tag"): tag(condition, pod.labels)
    default: .maybe
    }
  }

  private func name(_ condition: Condition, _ names: some Collection<String>) -> Truth {
    let value = folded(condition.value)
    let names = names.map(folded)
    let list = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    switch condition.comparison {
    case "EQUALS": return Truth(names.contains(value))
    case "NOTEQUALS": return Truth(!names.contains(value))
    case "IN": return Truth(names.contains(where: list.contains))
    case "NOTIN": return Truth(!names.contains(where: list.contains))
    case "CONTAINS": return Truth(names.contains { $0.contains(value) })
    case "STARTSWITH": return Truth(names.contains { $0.hasPrefix(value) })
    case "ENDSWITH": return Truth(names.contains { $0.hasSuffix(value) })
    default: return .maybe
    }
  }

  /// `scope|tag`: an empty half is not compared, and a value without a bar is a
  /// tag alone.
  private func tag(_ condition: Condition, _ labels: [String: String]) -> Truth {
    let halves = condition.value.split(
      separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let scope = halves.count == 2 ? folded(String(halves[0])) : ""
    let tag = folded(String(halves[halves.count - 1]))
    let tags = labels.filter { scope.isEmpty || self.scope($0.key, is: scope) }.map {
      folded($0.value)
    }
    switch condition.scopeComparison {
    case "EQUALS": break
    case "NOTEQUALS":
      guard tag.isEmpty, !scope.isEmpty, condition.comparison ?? "EQUALS" == "EQUALS" else {
        return .maybe
      }
      return Truth(tags.isEmpty)
    default: return .maybe
    }
    if tag.isEmpty {
      return scope.isEmpty || condition.comparison != "EQUALS" ? .maybe : Truth(!tags.isEmpty)
    }
    var tagged = condition
    tagged.value = tag
    return name(tagged, tags)
  }

  private func scope(_ label: String, is scope: String) -> Bool {
    let label = folded(label)
    return scope == "dis:k8s:" + label || (reading.readsBareScopes && scope == label)
  }

  private func folded(_ text: String) -> String {
    reading.ignoresCase ? text.lowercased() : text
  }
}
