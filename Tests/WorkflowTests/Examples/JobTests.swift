import Commands
import Documents
import Foundation
import Testing
import Workflow

@Suite("The jobs of examples/")
struct JobTests {
  private func container(_ pod: JSONValue?) throws -> JSONValue {
    try #require(pod?["containers"]?.array?.first)
  }

  private func arguments(_ pod: JSONValue?) throws -> [String] {
    try (try container(pod)["args"]?.array ?? []).map { try #require($0.string) }
  }

  /// What every pod of ours must be like.
  private func check(_ pod: JSONValue?) throws {
    let container = try container(pod)
    let mounts = container["volumeMounts"]?.array ?? []
    let volumes = (pod?["volumes"]?.array ?? []).compactMap { $0["name"]?.string }
    #expect(mounts.compactMap { $0["name"]?.string }.sorted() == volumes.sorted())
    let places = mounts.compactMap { $0["mountPath"]?.string }
    for argument in try arguments(pod) {
      guard let value = argument.split(separator: "=").dropFirst().first, value.hasPrefix("/")
      else { continue }
      #expect(places.contains { value.hasPrefix($0 + "/") }, "\(argument) is nowhere mounted")
    }
    #expect(pod?["restartPolicy"] == "Never")
    #expect(pod?[path: "securityContext", "runAsNonRoot"] == true)
    #expect(container[path: "securityContext", "readOnlyRootFilesystem"] == true)
  }

  @Test("the CronJob runs a command that exists, and gives it time to end cleanly")
  func cronJob() throws {
    let job = try #require(try examples("cronjob.yaml").first)
    let spec = job[path: "spec", "jobTemplate", "spec"]
    let pod = spec?[path: "template", "spec"]
    try check(pod)
    let arguments = try arguments(pod)
    #expect(Tool.complaint(about: arguments) == nil)
    #expect(job[path: "spec", "concurrencyPolicy"] == "Forbid")
    let timeout = try #require(arguments.first { $0.hasPrefix("--timeout=") })
    let limit = try #require(Settings.duration(String(timeout.dropFirst("--timeout=".count))))
    let deadline = try #require(spec?["activeDeadlineSeconds"]?.integer)
    #expect(Duration.seconds(deadline) > limit)
  }

  @Test("the Indexed Job's parts are all parts, and the command takes each")
  func indexedJob() throws {
    let job = try #require(try examples("indexed-job.yaml").first)
    #expect(job[path: "spec", "completionMode"] == "Indexed")
    let count = try #require(job[path: "spec", "completions"]?.integer)
    let pod = job[path: "spec", "template", "spec"]
    try check(pod)
    var shards: [Shard] = []
    for index in 0..<count {
      let arguments = try arguments(pod).map {
        $0.replacingOccurrences(of: "$(JOB_COMPLETION_INDEX)", with: "\(index)")
      }
      #expect(Tool.complaint(about: arguments) == nil)
      let shard = try #require(arguments.first { $0.hasPrefix("--shard=") })
      shards.append(try #require(Shard(parsing: String(shard.dropFirst("--shard=".count)))))
    }
    #expect(shards.map(\.index) == Array(0..<Int(count)))
    #expect(Set(shards.map(\.count)) == [Int(count)])
  }

  @Test("a command line that is wrong is complained about")
  func complaints() {
    #expect(Tool.complaint(about: ["sync", "--no-such-flag"]) != nil)
    #expect(Tool.complaint(about: ["no-such-command"]) != nil)
    #expect(Tool.complaint(about: ["sync", "--parallel=0"]) != nil)
    #expect(Tool.complaint(about: ["logs", "--audit", "--component", "controller"]) != nil)
  }

  @Test("a secret on a command line is refused, and not repeated", arguments: SettingKey.all)
  func secrets(key: SettingKey) {
    let complaint = Tool.complaint(about: ["sync", "--set", "\(key.name)=hunter2"])
    guard key.isSecret else {
      #expect(complaint == nil)
      return
    }
    #expect(complaint?.contains(key.variable) == true && complaint?.contains("hunter2") == false)
  }
}
