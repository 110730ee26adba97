import AuditLog
import Documents
import Synchronization

/// Where lines of logs go: counted, or printed at once. Several streams may hand
/// over lines at the same time.
final class LogSink: Sendable {
  private struct State {
    var reader: AuditReader
    var output = ""
    var isFirst = true
    var printed: Int64 = 0
  }

  private let state: Mutex<State>
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
    state = Mutex(State(reader: AuditReader(filter: filter)))
    self.text = text
    self.isSummary = isSummary
    self.form = form
    self.write = write
  }

  /// Takes bytes of an audit log.
  func add(_ bytes: UnsafeRawBufferPointer, place: String) throws {
    state.withLock { state in
      var reader = state.reader
      state.reader = AuditReader(capacity: 2)
      if isSummary {
        reader.add(bytes)
      } else {
        reader.add(bytes) { record, line in
          emit(record, line, place, &state)
        }
      }
      state.reader = reader
      flush(&state)
    }
  }

  /// Takes the end of an audit log.
  func end(place: String) throws {
    state.withLock { state in
      var reader = state.reader
      state.reader = AuditReader(capacity: 2)
      reader.end { record, line in
        if !isSummary { emit(record, line, place, &state) }
      }
      state.reader = reader
      flush(&state)
    }
  }

  /// Takes one line, which may be an audit line.
  func addLine(_ line: UnsafeRawBufferPointer, place: String) {
    state.withLock { state in
      var reader = state.reader
      state.reader = AuditReader(capacity: 2)
      reader.addLine(line) { record, line in
        if !isSummary { emit(record, line, place, &state) }
      }
      state.reader = reader
    }
  }

  /// Takes a line that is printed as it stands.
  func print(_ text: String, document: () -> JSONObject) {
    state.withLock { state in put(text, document, &state) }
  }

  /// Prints what has gathered.
  func flush() { state.withLock { flush(&$0) } }

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
  var summary: AuditSummary { state.withLock { $0.reader.summary } }

  private func emit(
    _ record: AuditLine, _ line: UnsafeRawBufferPointer, _ place: String, _ state: inout State
  ) {
    put(
      form == .text ? text.text(record, line, place: place) : "",
      { text.document(record, line, place: place) }, &state)
  }

  private func put(_ line: String, _ document: () -> JSONObject, _ state: inout State) {
    switch form {
    case .text: state.output += line + "\n"
    case .ndjson:
      var object = document()
      object["schemaVersion"] = 1
      state.output += "\(JSONValue.object(object))\n"
    case .json:
      state.output += (state.isFirst ? "\n" : ",\n") + "\(JSONValue.object(document()))"
      state.isFirst = false
    }
    if state.output.utf8.count > 64 << 10 { flush(&state) }
  }

  private func flush(_ state: inout State) {
    if state.output.isEmpty { return }
    write(state.output)
    state.output = ""
  }
}
