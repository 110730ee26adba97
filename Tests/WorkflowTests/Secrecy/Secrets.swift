import Foundation
import GitRepository
import Synchronization
import Testing
import Workflow

/// The credentials that test sites hand to the tool, and the search for them in
/// all that comes out of it.
enum Secrets {
  /// The passwords and tokens of all sites, what a header makes of them, and the
  /// beginnings of what is a secret whatever follows.
  static let canaries: [String] = [
    TestSite.password, "test-token", "read-token", "secret-write",
    Data("admin:\(TestSite.password)".utf8).base64EncodedString(), "PRIVATE KEY",
    "JSESSIONID=",
  ]

  /// The lines of a text that hold a credential.
  static func leaks(in text: String) -> [String] {
    let found = canaries.filter { text.contains($0) }
    guard !found.isEmpty else { return [] }
    return text.split(separator: "\n").filter { line in found.contains { line.contains($0) } }
      .map(String.init)
  }

  /// The files below a folder that hold a credential; commits of its repositories
  /// are looked into.
  ///
  /// - Parameter given: The paths below the folder that were handed to the tool.
  static func leaks(below folder: String, except given: Set<String>) throws -> [String] {
    var leaks: [String] = []
    let paths = FileManager.default.enumerator(atPath: folder)
    while let path = paths?.nextObject() as? String {
      if path.hasSuffix(".git") { leaks += try self.leaks(inRepository: "\(folder)/\(path)") }
      guard !given.contains(path), !Files.isFolder("\(folder)/\(path)"),
        let bytes = try? Files.read("\(folder)/\(path)")
      else { continue }
      leaks += self.leaks(in: String(decoding: bytes, as: UTF8.self)).map { "\(path): \($0)" }
    }
    return leaks
  }

  private static func leaks(inRepository path: String) throws -> [String] {
    guard let repository = try? GitRepository.open(at: path) else { return [] }
    var texts = try repository.log().map(\.message)
    texts += try repository.readTree(folder: "clusters").map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
    return texts.flatMap { leaks(in: $0) }.map { "\(path): \($0)" }
  }

  /// Fails the test that runs where something leaked.
  static func check(_ leaks: [String]) {
    guard !leaks.isEmpty else { return }
    Issue.record("credentials leaked:\n\(leaks.prefix(5).joined(separator: "\n"))")
  }
}
