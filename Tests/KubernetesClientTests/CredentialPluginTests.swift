import Documents
import Failures
import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@Suite("Exec credential plugins")
struct CredentialPluginTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The connection of a user whose plugin is the given shell script.
  private func connection(
    _ script: String, version: String = "v1", members: String = "", timeout: Duration = .seconds(20)
  ) throws -> ClusterConnectionSettings {
    try folder.write("bin/plugin", "#!/bin/sh\n\(script)\n", executable: true)
    try folder.write("ca", "CA")
    let path = try folder.write(
      "config",
      """
      current-context: c
      contexts: [{name: c, context: {cluster: k, user: u}}]
      clusters:
      - name: k
        cluster:
          server: https://k8s.test:6443
          certificate-authority: ca
          extensions:
          - name: client.authentication.k8s.io/exec
            extension: {audience: shop}
      users:
      - name: u
        user:
          exec:
            apiVersion: client.authentication.k8s.io/\(version)
            command: bin/plugin
            args: [get, "a b"]
            env: [{name: ROLE, value: admin}]
            installHint: "install the plugin "
            \(members)
      """)
    return try Kubeconfig(paths: [path]).connection(
      environment: ["PATH": "/usr/bin:/bin", "FOLDER": folder.path], pluginTimeout: timeout)
  }

  private func credential(_ status: String, version: String = "v1") -> String {
    """
    printf '%s' '{"apiVersion":"client.authentication.k8s.io/\(version)","kind":"ExecCredential",\
    "status":\(status)}'
    """
  }

  private func fault(_ settings: ClusterConnectionSettings) async -> Failure? {
    do {
      _ = try await settings.credentials.authorization()
      return nil
    } catch { return (error as? KubeconfigError)?.failure }
  }

  @Test(arguments: ["v1", "v1beta1"])
  func tokenIsCachedUntilItIsRefused(version: String) async throws {
    let settings = try connection(
      """
      echo run >> "$FOLDER/runs"
      printf '%s|' "$1" "$2" "$ROLE" > "$FOLDER/seen"
      printf '%s' "$KUBERNETES_EXEC_INFO" > "$FOLDER/info"
      \(credential("{\"token\":\"t\",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"}", version: version))
      """, version: version, members: "provideClusterInfo: true")
    for _ in 0..<3 { #expect(try await settings.credentials.authorization() == "Bearer t") }
    #expect(try await settings.prepared().tls.clientCertificate == nil)
    #expect(try read("runs") == "run\n")
    #expect(await settings.credentials.invalidate())
    _ = try await settings.credentials.authorization()
    #expect(try read("runs") == "run\nrun\n")
    #expect(try read("seen") == "get|a b|admin|")
    let info = try JSONValue(json: try read("info"))
    #expect(info["kind"] == "ExecCredential")
    #expect(info["apiVersion"] == .string("client.authentication.k8s.io/\(version)"))
    #expect(info[path: "spec", "interactive"] == false)
    #expect(info[path: "spec", "cluster", "server"] == "https://k8s.test:6443")
    #expect(info[path: "spec", "cluster", "certificate-authority-data"] == "Q0E=")
    #expect(info[path: "spec", "cluster", "config"] == ["audience": "shop"])
  }

  @Test func expiredAnswersAreAskedAgain() async throws {
    let settings = try connection(
      "echo run >> \"$FOLDER/runs\"\n"
        + credential("{\"token\":\"t\",\"expirationTimestamp\":\"2020-01-01T00:00:00+02:00\"}"))
    _ = try await settings.credentials.authorization()
    _ = try await settings.credentials.authorization()
    #expect(try read("runs") == "run\nrun\n")
  }

  @Test func concurrentRequestsShareOneRun() async throws {
    let settings = try connection(
      "echo run >> \"$FOLDER/runs\"\n" + credential("{\"token\":\"t\"}"))
    try await withThrowingTaskGroup(of: String?.self) { group in
      for _ in 0..<8 { group.addTask { try await settings.credentials.authorization() } }
      for try await answer in group { #expect(answer == "Bearer t") }
    }
    #expect(try read("runs") == "run\n")
  }

  @Test func clientCertificate() async throws {
    let settings = try connection(
      credential("{\"clientCertificateData\":\"CERT\",\"clientKeyData\":\"KEY\"}"))
    let certificate = try await settings.prepared().tls.clientCertificate
    #expect(certificate?.certificate == .data(Array("CERT".utf8)))
    #expect(certificate?.key == .data(Array("KEY".utf8)))
    #expect(try await settings.credentials.authorization() == nil)
    #expect(await settings.credentials.invalidate() == false)
  }

  @Test(arguments: [
    "exit 3", "echo not-json", "kill -9 $$", "echo '{}'",
    "printf '%s' '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\"}'",
  ])
  func failuresAreClear(script: String) async throws {
    let failure = try #require(await fault(try connection("echo secret-word; \(script)")))
    #expect(failure.kind == .permissionDenied)
    #expect(failure.subject.hasSuffix("bin/plugin"))
    #expect(failure.remedy == "install the plugin")
    #expect(!failure.description.contains("secret-word"))
  }

  @Test func badAnswers() async throws {
    for status in [
      "{}", "{\"clientKeyData\":\"K\"}", "{\"token\":\"t\",\"expirationTimestamp\":\"x\"}",
    ] {
      #expect(await fault(try connection(credential(status))) != nil)
    }
    #expect(await fault(try connection(credential("{\"token\":\"t\"}", version: "v1beta1"))) != nil)
    let status = try connection("exit 3")
    #expect(await fault(status)?.cause == "ended with exit status 3")
  }

  @Test func aHangingPluginIsEnded() async throws {
    let failure = await fault(try connection("sleep 600", timeout: .milliseconds(200)))
    #expect(failure?.cause.hasPrefix("did not end within") == true)
    let closed = await fault(
      try connection("exec >&-; sleep 600", timeout: .milliseconds(200)))
    #expect(closed?.cause.hasPrefix("did not end within") == true)
  }

  @Test func aPluginIsAskedToEndFirst() async throws {
    let failure = await fault(
      try connection(
        "trap 'echo tidy > \"$FOLDER/tidy\"; exit 1' TERM; sleep 600 & wait",
        timeout: .milliseconds(500)))
    #expect(failure?.cause.hasPrefix("did not end within") == true)
    #expect(try read("tidy") == "tidy\n")
  }

  @Test func signalsWorkInAPlugin() async throws {
    // What a process ignores its children ignore.
    await #expect(processExitsWith: .success) {
      for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
      let tests = try CredentialPluginTests()
      let settings = try tests.connection(
        "grep SigIgn /proc/self/status > \"$FOLDER/signals\"\n"
          + tests.credential("{\"token\":\"t\"}"))
      _ = try await settings.credentials.authorization()
      let word = try tests.read("signals").split(whereSeparator: \.isWhitespace).last ?? ""
      let ignored = UInt64(word, radix: 16) ?? .max
      exit(ignored & (1 << UInt64(SIGINT - 1) | 1 << UInt64(SIGTERM - 1)) == 0 ? 0 : 1)
    }
  }

  @Test func refusedConfigurations() throws {
    #expect(throws: KubeconfigError.self) { try connection("", version: "v1alpha1") }
    #expect(throws: KubeconfigError.self) { try connection("", members: "interactiveMode: Always") }
    #expect(throws: Never.self) { try connection("", members: "interactiveMode: Never") }
  }

  private func read(_ name: String) throws -> String {
    String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)")), as: UTF8.self)
  }
}
