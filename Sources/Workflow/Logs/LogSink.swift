import AuditLog
import Documents
import Synchronization

/// Where lines of logs go: counted, or printed at once. Several streams may hand
/// over lines at the same time.
final class LogSink: Sendable {
  private struct Output {
    var text = ""
    var isFirst = true
  }

  private let reader: Mutex<AuditReader>
  private let output = Mutex(Output())
  private let text: AuditText
  private let isSummary: Bool
  private let form: Form
  private let write: @Sendable (String) -> Void

  /// How lines are printed.
  enum Form: Sendable { case text, json, ndjson }

  init(
    filter: AuditFilter, text: AuditText, isSummary: Bool, form: Form,
    write: @escaping @Sendable (String) -> Void
  ) {
    reader = Mutex(AuditReader(filter: filter))
    self.text = text
    self.isSummary = isSummary
    self.form = form
    self.write = write
  }

  /// Takes one line, which may be an audit line.
  func addLine(_ line: UnsafeRawBufferPointer, place: String) {
    reader.withLock { reader in
      reader.addLine(line) { record, line in
        if !isSummary {
          put(form == .text ? text.text(record, line, place: place) : "") {
            text.document(record, line, place: place)
          }
        }
      }
    }
  }

  /// Takes a line that is printed as it stands.
  func print(_ text: String, document: () -> JSONObject) { put(text, document) }

  /// Prints what has gathered.
  func flush() {
    // Written under the lock: what gathers first is written first.
    output.withLock { output in
      if !output.text.isEmpty { write(output.text) }
      output.text = ""
    }
  }

  /// Prints the start of a JSON document.
  func begin() {
    if form == .json, !isSummary { write("{\"schemaVersion\":1,\"lines\":[") }
  }

  /// Prints the end of a JSON document.
  func finish() {
    flush()
    if form == .json, !isSummary { write("\n]}\n") }
  }

  /// What was counted.
  var summary: AuditSummary { reader.withLock { $0.summary } }

  private func put(_ line: String, _ document: () -> JSONObject) {
    var text = ""
    switch form {
    case .text: text = line + "\n"
    case .ndjson:
      var object = document()
      object["schemaVersion"] = 1
      text = "\(JSONValue.object(object))\n"
    case .json: text = "\(JSONValue.object(document()))"
    }
    let added = text
    let isFull = output.withLock { output in
      if form == .json {
        output.text += output.isFirst ? "\n" : ",\n"
        output.isFirst = false
      }
      output.text += added
      return output.text.utf8.count > 64 << 10
    }
    if isFull { flush() }
  }
}
