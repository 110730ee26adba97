import Glibc

/// Whole small files: kubeconfigs, tokens, certificates.
enum LocalFile {
  /// Reads a file.
  ///
  /// - Throws: ``KubeconfigError/unreadable(file:detail:)``.
  static func read(_ path: String) throws(KubeconfigError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }

  /// Reads a file with one token in it.
  static func readToken(_ path: String) throws(KubeconfigError) -> String {
    let text = String(decoding: try read(path), as: UTF8.self)
    let token = text.trimmed
    guard !token.isEmpty else {
      throw KubeconfigError.unreadable(file: path, detail: "it holds no token")
    }
    return token
  }

  /// Checks that a file can be opened.
  static func requireReadable(_ path: String) throws(KubeconfigError) {
    guard access(path, R_OK) == 0 else { throw unreadable(path) }
  }

  /// Whether something exists at a path.
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// A path as a kubeconfig means it: relative to the folder of that file.
  static func resolve(_ path: String, besides file: String) -> String {
    guard !path.hasPrefix("/") else { return path }
    guard let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  private static func unreadable(_ path: String) -> KubeconfigError {
    .unreadable(file: path, detail: String(cString: strerror(errno)))
  }
}

extension String {
  /// The text without white space at its ends.
  var trimmed: String {
    var slice = self[...]
    while slice.first?.isWhitespace == true { slice.removeFirst() }
    while slice.last?.isWhitespace == true { slice.removeLast() }
    return String(slice)
  }
}
