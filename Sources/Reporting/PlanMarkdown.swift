import AntreaModel
import Documents
import Planning

/// A plan as a comment of a merge request.
public enum PlanMarkdown {
  /// Bytes that GitHub takes in a comment, at one byte a character; GitLab takes
  /// a million.
  public static let limit = 65_536

  /// What a note about something that was left out may take.
  private static let note = 200

  /// The plans of a file: counts, refusals, connectivity, a table of objects and
  /// findings, and the differences as YAML, folded. What does not fit is left
  /// out, and said so.
  public static func render(_ file: PlanFile, limit: Int = limit) -> String {
    var text = "## nsx-antrea plan\n"
    for missing in file.missing {
      text +=
        "\n### Cluster \(MarkdownText.code(missing.cluster))\n\n**Not planned for:** "
        + MarkdownText.code(
          String("\(missing.failure.subject): \(missing.failure.cause)".prefix(500)))
        + "\n"
    }
    for (index, entry) in file.entries.enumerated() {
      let share = (limit - text.utf8.count) / (file.entries.count - index)
      text += section(entry, limit: share)
    }
    return text
  }

  private static func section(_ entry: PlanFile.Entry, limit: Int) -> String {
    var text = BoundedText(limit: limit)
    text.append(head(entry))
    for refusal in entry.plan.refusals {
      text.append(
        "\n**Refused:** \(MarkdownText.code(String(refusal.failure.cause.prefix(500))))\n")
    }
    if let order = PlanText.order(entry.plan) { block(order, share: text.room / 4, &text) }
    if let connectivity = entry.connectivityText {
      block(connectivity, share: text.room / 4, &text)
    }
    let steps = entry.plan.steps.filter { $0.action != .unchanged }
    table(steps, entry, share: text.room / 2, &text)
    findings(entry, share: text.room / 4, &text)
    differences(steps, &text)
    return text.text
  }

  private static func head(_ entry: PlanFile.Entry) -> String {
    let plan = entry.plan
    var text = "\n### Cluster \(MarkdownText.code(entry.cluster))\n\n"
    text += plan.hasDifferences ? "**\(PlanText.summary(plan.counts))**\n" : "**No changes.**\n"
    if plan.bindings["incomplete"] != nil {
      text += "\n**Not to be applied:** NSX was not read whole; nothing is deleted because of it.\n"
    }
    if plan.bindings["refusedRules"] != nil {
      text += "\n**Not to be applied:** rules were refused in translation, see the findings.\n"
    }
    var origin: [String] = []
    if let commit = plan.bindings["commit"] {
      origin.append("commit \(MarkdownText.code(String(commit.prefix(10))))")
    }
    if let digest = plan.bindings["digest"] {
      origin.append("NSX state \(MarkdownText.code(String(digest.prefix(19))))")
    }
    origin.append("plan \(MarkdownText.code(String(plan.digest.prefix(19))))")
    return text + "\n" + origin.joined(separator: ", ") + "\n"
  }

  /// Lines as they are, as many as fit.
  private static func block(_ lines: String, share: Int, _ text: inout BoundedText) {
    var part = BoundedText(limit: share)
    let lines = lines.split(separator: "\n").map { "\(TextStyle.printable(String($0)))\n" }
    let omitted = part.append(parts: lines, reserve: note)
    if omitted > 0 { part.append("and \(omitted) more lines (nsx-antrea plan show has all)\n") }
    if !part.text.isEmpty {
      text.append("\n" + MarkdownText.fenced(part.text, language: "text"))
    }
  }

  private static func table(
    _ steps: [PlanStep], _ entry: PlanFile.Entry, share: Int, _ text: inout BoundedText
  ) {
    guard !steps.isEmpty else { return }
    var part = BoundedText(limit: share)
    guard part.append("\n| action | NSX name | object | what |\n|---|---|---|---|\n") else {
      return
    }
    let omitted = part.append(parts: steps.map { row($0, entry) }, reserve: note)
    if omitted > 0 {
      part.append("\nand \(omitted) more objects (`nsx-antrea plan show` has all)\n")
    }
    text.append(part.text)
  }

  private static func row(_ step: PlanStep, _ entry: PlanFile.Entry) -> String {
    let action = step.intended.map { "**blocked** \($0.rawValue)" } ?? step.action.rawValue
    let names = entry.names["\(step.reference.kind)/\(step.reference.name)"]
    let name = names?["displayName"]?.string ?? step.displayName
    let what: String
    if let remark = step.purpose.remark {
      what = remark
    } else if let reason = step.reason {
      what = MarkdownText.code(String(reason.message.prefix(300)))
    } else {
      var fields: [String] = []
      for difference in step.differences {
        let field = difference.rule.map { "rule \($0)" } ?? difference.path
        if fields.last != field { fields.append(field) }
      }
      let shown = fields.prefix(3).map(MarkdownText.code).joined(separator: ", ")
      what = fields.count > 3 ? "\(shown) and \(fields.count - 3) more" : shown
    }
    let shortName = name.map { MarkdownText.code(String($0.prefix(200))) } ?? ""
    return
      "| \(action) | \(shortName) | \(MarkdownText.code(step.reference.description)) | \(what) |\n"
  }

  private static func findings(_ entry: PlanFile.Entry, share: Int, _ text: inout BoundedText) {
    guard !entry.findings.isEmpty else { return }
    var part = BoundedText(limit: share)
    let heading =
      "\n<details><summary>\(entry.findings.count) findings</summary>\n\n"
      + "| severity | code | NSX path | finding |\n|---|---|---|---|\n"
    guard heading.utf8.count + note <= part.room, part.append(heading) else { return }
    let rows = entry.findings.map { finding -> String in
      let cells = ["severity", "code", "path", "message"].map {
        MarkdownText.code(String((finding[$0]?.string ?? "").prefix(300)))
      }
      return "| \(cells.joined(separator: " | ")) |\n"
    }
    let omitted = part.append(parts: rows, reserve: note)
    if omitted > 0 { part.append("\nand \(omitted) more findings (see findings.json)\n") }
    part.append("\n</details>\n")
    text.append(part.text)
  }

  private static func differences(_ steps: [PlanStep], _ text: inout BoundedText) {
    let parts = steps.compactMap(difference)
    let omitted = text.append(parts: parts, reserve: note)
    if omitted > 0 {
      text.append(
        "\n\(omitted) of \(parts.count) differences do not fit here (`nsx-antrea plan show` has all).\n"
      )
    }
  }

  private static func difference(_ step: PlanStep) -> String? {
    guard step.action.writes, !step.isPassing else { return nil }
    let diff = DiffText.object(
      live: step.former.flatMap { KubernetesObject($0) },
      desired: step.manifest.flatMap { KubernetesObject($0) }, color: false)
    guard !diff.isEmpty else { return nil }
    return "\n<details><summary>\(step.action.rawValue) "
      + "\(MarkdownText.code(step.reference.description))</summary>\n\n"
      + MarkdownText.fenced(diff, language: "diff") + "\n</details>\n"
  }
}
