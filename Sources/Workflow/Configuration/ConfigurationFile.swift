import Documents
import Failures
import YAMLCoding

/// Finds and reads the configuration file.
enum ConfigurationFile {
  /// The settings of a run.
  ///
  /// - Parameter path: The file of `--config`; `nil` to look for
  ///   `./nsx-antrea.yaml`, then `nsx-antrea/nsx-antrea.yaml` in the XDG
  ///   configuration folder. No file at all is not an error.
  static func settings(
    path: String?, flags: [String: String], environment: [String: String]
  ) throws -> Settings {
    guard let file = path ?? environment["NSX_ANTREA_CONFIG"] ?? find(environment) else {
      return try Settings(document: nil, file: nil, environment: environment, flags: flags)
    }
    if path != nil, !Files.exists(file), isBeingWritten(flags) {
      return try Settings(document: nil, file: nil, environment: environment, flags: flags)
    }
    let document: JSONValue
    do {
      document = try YAMLReader.document(try Files.read(file, kind: .usage))
    } catch let error as YAMLSyntaxError {
      throw Failure(
        .usage, subject: file, cause: "is not valid YAML: \(error)", remedy: Settings.hint)
    }
    return try Settings(document: document, file: file, environment: environment, flags: flags)
  }

  /// `init` names the file that it is about to write.
  private static func isBeingWritten(_ flags: [String: String]) -> Bool {
    flags["init"] == "true"
  }

  private static func find(_ environment: [String: String]) -> String? {
    let base =
      environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? environment["HOME"].map { $0 + "/.config" }
    let candidates = ["nsx-antrea.yaml"] + (base.map { ["\($0)/nsx-antrea/nsx-antrea.yaml"] } ?? [])
    return candidates.first { Files.exists($0) }
  }
}

extension Settings {
  /// Reads one configuration file.
  public static func load(
    file: String, environment: [String: String], flags: [String: String] = [:]
  ) throws -> Settings {
    try ConfigurationFile.settings(path: file, flags: flags, environment: environment)
  }
}
