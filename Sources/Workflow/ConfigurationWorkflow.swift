import Documents
import Failures
import Glibc

extension Run {
  /// `config show`.
  public func showConfiguration(origins: Bool) throws -> ExitStatus {
    var json = JSONObject()
    var lines: [String] = []
    for key in SettingKey.all {
      guard let entry = settings.entries[key.name] else { continue }
      let shown =
        key.isSecret && entry.text != nil ? "(hidden)" : entry.text.map(Self.withoutCredentials)
      json[key.name] = .object(
        JSONObject(unsorted: [
          .init(key: "value", value: shown.map { .string($0) } ?? .null),
          .init(key: "origin", value: .string("\(entry.origin)")),
        ]) ?? JSONObject())
      let value = "\(key.name): \(shown.map { $0.isEmpty ? "\"\"" : $0 } ?? "")"
      lines.append(origins ? "\(value)  # \(entry.origin)" : value)
    }
    for cluster in settings.clusters {
      let select =
        cluster.select.map {
          " select=\(($0.categories + $0.tags + $0.paths).joined(separator: ","))"
        } ?? ""
      lines.append(
        "cluster \(cluster.name): controlPlane=\(cluster.controlPlane ?? (cluster.select == nil ? cluster.name : "-"))"
          + "\(select) context=\(cluster.context ?? (cluster.inCluster ? "in-cluster" : "current"))"
      )
    }
    print(
      text: lines.joined(separator: "\n") + "\n",
      json: [
        "schemaVersion": 1, "file": settings.file.map { .string($0) } ?? .null,
        "settings": .object(json),
        "clusters": .array(settings.clusters.map { .string($0.name) }),
      ])
    return .success
  }

  /// The text with the user part of a URL left out.
  static func withoutCredentials(_ text: String) -> String {
    text.split(separator: ",", omittingEmptySubsequences: false).map { part -> String in
      guard let scheme = part.firstRange(of: "://") else { return String(part) }
      let rest = part[scheme.upperBound...]
      let host = rest.prefix { $0 != "/" }
      // By HTTP a user alone may be a token; by SSH it is `git`.
      let isHTTP = part[..<scheme.lowerBound].lowercased().hasPrefix("http")
      guard let at = host.lastIndex(of: "@"), isHTTP || host[..<at].contains(":") else {
        return String(part)
      }
      return "\(part[..<scheme.upperBound])(hidden)@\(rest[rest.index(after: at)...])"
    }.joined(separator: ",")
  }

  /// `init`.
  public func initialize(
    path: String, manager: String?, clusters: [String], force: Bool
  ) throws -> ExitStatus {
    if Files.exists(path), !force {
      throw Failure(
        .refused, subject: path, cause: "exists already",
        remedy: "edit it, choose another file with --config, or replace it with --force")
    }
    try Files.write(
      Array(StartingConfiguration.text(manager: manager, clusters: clusters).utf8), to: path)
    talk("wrote \(path); next: `nsx-antrea --help`, then `nsx-antrea doctor --config \(path)`")
    return .success
  }

  /// `sandbox`: replaces this process by `nsx-antrea-sandbox`.
  ///
  /// - Returns: Only when that program cannot be started.
  public static func startSandbox(arguments: [String]) -> ExitStatus {
    let name = "nsx-antrea-sandbox"
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { bytes -> Int in
      guard let start = bytes.baseAddress else { return 0 }
      return readlink("/proc/self/exe", start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    let own = String(decoding: buffer.prefix(max(length, 0)), as: UTF8.self)
    let beside = Files.folder(of: own) + "/" + name
    let program = access(beside, X_OK) == 0 ? beside : name
    var pointers: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    pointers.append(nil)
    execvp(program, pointers)
    return report(
      Failure(
        .usage, subject: name, cause: "cannot be started: \(String(cString: strerror(errno)))",
        remedy: "build it with `swift build -c release --product \(name)`"),
      json: false, to: .process())
  }
}
