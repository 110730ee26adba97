import Commands
import Documents
import Failures
import Testing
import Workflow

@Suite("Settings")
struct SettingsTests {
  @Test("an empty file leaves environment and flags in force")
  func emptyFile() throws {
    let settings = try Settings(
      document: .null, file: "c.yaml", environment: ["NSX_ANTREA_COLOR": "never"],
      flags: ["apply.maxDeletes": "3"])
    #expect(settings.text("apply.maxDeletes") == "3")
    #expect(settings.text("color") == "never")
  }

  @Test("a flag wins over the environment, that over the file, that over the default")
  func precedence() throws {
    let document: JSONValue = ["nsx": ["username": "file"], "apply": ["maxDeletes": 5]]
    func settings(_ environment: [String: String], _ flags: [String: String]) throws -> Settings {
      try Settings(document: document, file: "c.yaml", environment: environment, flags: flags)
    }
    let variable = ["NSX_ANTREA_NSX_USERNAME": "environment"]
    let flag = ["nsx.username": "flag"]
    #expect(try settings([:], [:]).text("nsx.username") == "file")
    #expect(try settings(variable, [:]).text("nsx.username") == "environment")
    #expect(try settings(variable, flag).text("nsx.username") == "flag")
    let merged = try settings(variable, flag)
    #expect(merged.entries["nsx.username"]?.origin == .flag("nsx.username"))
    #expect(merged.entries["apply.maxDeletes"]?.origin == .file("c.yaml"))
    #expect(merged.entries["apply.wait"]?.origin == .defaultValue)
  }

  @Test("a variable that names no setting is told")
  func unknownVariables() async throws {
    let environment = ["NSX_ANTREA_NSX_USERNAM": "x", "NSX_ANTREA_OUTPUT": "json", "HOME": "/"]
    let settings = try Settings(
      document: nil, file: nil, environment: environment, flags: [:])
    #expect(settings.unknownVariables == ["NSX_ANTREA_NSX_USERNAM"])
    try await withTemporaryFolder { folder in
      let test = TestContext(environment: ["NSX_ANTREA_NSX_USERNAM": "x", "HOME": folder])
      let status = await Run.perform(configuration: nil, flags: [:], context: test.context) { _ in
        .success
      }
      #expect(status == .success)
      #expect(test.talk.contains("NSX_ANTREA_NSX_USERNAM"))
    }
  }

  @Test(
    "global options may stand before the command",
    arguments: [
      (["--config", "c", "plan", "--exit-code"], ["plan", "--exit-code", "--config", "c"]),
      (["--output=json", "config", "show"], ["config", "show", "--output=json"]),
      (
        ["--set", "a=b", "--set", "c=d", "x", "--", "y"],
        ["x", "--set", "a=b", "--set", "c=d", "--", "y"]
      ),
      (["plan", "--config", "c"], ["plan", "--config", "c"]),
      (["--config", "c"], ["--config", "c"]), (["--config"], ["--config"]),
      (["--help"], ["--help"]), (["--config", "c", "--help"], ["--config", "c", "--help"]),
      ([], []),
    ] as [([String], [String])])
  func order(given: [String], parsed: [String]) {
    #expect(GlobalArguments.moved(given) == parsed)
  }

  @Test("variables are named after settings")
  func variables() {
    #expect(SettingKey.named("nsx.caFile")?.variable == "NSX_ANTREA_NSX_CA_FILE")
    #expect(
      SettingKey.named("translation.onUnsupported")?.variable
        == "NSX_ANTREA_TRANSLATION_ON_UNSUPPORTED")
    #expect(Set(SettingKey.all.map(\.variable)).count == SettingKey.all.count)
  }

  @Test(
    "a wrong file is refused with the key that is wrong",
    arguments: [
      (["nsx": ["user": "x"]], "nsx.user"),
      (["apply": ["maxDeletes": "many"]], "apply.maxDeletes"),
      (["apply": ["maxDeletes": "+5"]], "apply.maxDeletes"),
      (["apply": ["maxDeletes": "150%"]], "apply.maxDeletes"),
      (["timeout": 5], "timeout"),
      (["nsx": ["managers": ["a": 1]]], "nsx.managers"),
      (["clusters": [["context": "x"]]], "clusters[0].name"),
      (["clusters": [["name": "../x"]]], "clusters[0].name"),
      (["clusters": [["name": "a"], ["name": "a"]]], "clusters"),
      (["clusters": [["name": "a", "contxt": "b"]]], "clusters[0].contxt"),
      (["clusters": [["name": "a", "select": [:]]]], "clusters[0].select"),
      (["inventory": ["enabled": "maybe"]], "inventory.enabled"),
    ] as [(JSONValue, String)])
  func refusals(document: JSONValue, key: String) throws {
    let error = #expect(throws: Failure.self) {
      try Settings(document: document, file: "c.yaml", environment: [:], flags: [:])
    }
    #expect(error?.kind == .usage)
    #expect(error?.subject.contains(key) == true, "\(error?.subject ?? "")")
  }

  @Test("a secret that is wrong is not shown")
  func secrets() {
    #expect(
      SettingKey.all.filter(\.isSecret).map(\.name)
        == [
          "nsx.password", "nsx.token", "repository.token", "repository.push.token",
          "supportBundle.password",
        ])
  }

  @Test(
    "durations", arguments: [("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("1h", 3_600_000)])
  func durations(text: String, milliseconds: Int) {
    #expect(Settings.duration(text) == .milliseconds(milliseconds))
  }

  @Test("what is not a duration", arguments: ["", "5", "s", "-1s", "1d", "1.5s"])
  func notDurations(text: String) { #expect(Settings.duration(text) == nil) }
}
