import Foundation

/// Public data that lies beside the checkout and is not part of it. Tests that
/// need it say so and return where it is missing.
enum SharedData {
  /// The root of the package.
  static var package: String {
    var url = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    for _ in 0..<4 { url.deleteLastPathComponent() }
    return url.path
  }

  /// The bytes of a data file, or `nil` with a note.
  static func read(_ path: String) -> [UInt8]? {
    let root =
      ProcessInfo.processInfo.environment["NSX_ANTREA_SHARED_DATA"] ?? package + "/../shared/data"
    guard let data = FileManager.default.contents(atPath: "\(root)/\(path)") else {
      print("note: \(path) is not there, so this test checks nothing")
      return nil
    }
    return Array(data)
  }
}
