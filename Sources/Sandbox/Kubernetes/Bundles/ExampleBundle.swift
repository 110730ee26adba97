import Archive

/// A support bundle of a component of Antrea, small and whole.
enum ExampleBundle {
  /// A gzip tar with the component's log.
  ///
  /// - Throws: ArchiveError.
  static func bytes(_ component: String, log lines: [String]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let gzip = try GzipWriter { bytes += $0 }
    let tar = TarWriter { try gzip.add($0) }
    let folder = component == "antrea-agent" ? "agent" : "controller"
    try tar.add(
      "logs/\(folder)/\(component).log", Array((lines.joined(separator: "\n") + "\n").utf8),
      time: 0)
    try tar.finish()
    try gzip.finish()
    return bytes
  }
}
