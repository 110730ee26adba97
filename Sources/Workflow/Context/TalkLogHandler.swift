import Documents
import Logging

/// Writes log lines to standard error as text or JSON.
struct TalkLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level
  let json: Bool
  let write: @Sendable (String) -> Void

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  static func logger(settings: Settings, write: @escaping @Sendable (String) -> Void) -> Logger {
    let level = settings.text("logLevel").flatMap { Logger.Level(rawValue: $0) } ?? .notice
    let json = settings.text("logFormat") == "json"
    return Logger(label: "nsx-antrea") { _ in
      TalkLogHandler(logLevel: level, json: json, write: write)
    }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    if json {
      var object = JSONObject()
      object["level"] = .string(event.level.rawValue)
      object["message"] = .string("\(event.message)")
      for (key, value) in all { object[key] = .string("\(value)") }
      write("\(JSONValue.object(object))\n")
    } else {
      let tail = all.map { " \($0.key)=\($0.value)" }.joined()
      write("\(event.level.rawValue): \(event.message)\(tail)\n")
    }
  }
}
