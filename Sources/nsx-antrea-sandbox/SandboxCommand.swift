import ArgumentParser
import Documents
import Failures
import Sandbox

/// `nsx-antrea-sandbox`: an NSX Manager and two Kubernetes APIs on loopback.
@main
struct SandboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nsx-antrea-sandbox",
    abstract: "Serve an NSX Manager and two Kubernetes APIs with example data on loopback.",
    discussion: """
      Everything stands in memory and is gone when the sandbox stops. The files in the state \
      directory tell clients how to reach it.
      """)

  @Option(help: "Where to write ca.crt, kubeconfig, nsx-antrea.yaml and sandbox.json.")
  var state: String

  @Option(name: .customLong("for"), help: "Stop after this time, for example 90s, 10m or 1h.")
  var lifetime: Lifetime?

  @Option(help: "A JSON file of faults that the NSX Manager commits.")
  var faults: String?

  @Option(help: "Serve the objects of this snapshot (nsx-snapshot/1) in place of the example.")
  var nsxSnapshot: String?

  @Option(help: "With --nsx-snapshot: what the clusters hold, a List as kubectl prints it.")
  var clusterObjects: String?

  @Option(help: "How many milliseconds every answer takes on its way.")
  var latency: Int = 0

  @Flag(help: "Stop when the process that started the sandbox ends.")
  var exitWithParent = false

  func run() async throws {
    do {
      try await serve()
    } catch let error as any FailureConvertible {
      StandardOutput.write("error: \(error.failure)\n", to: 2)
      throw ArgumentParser.ExitCode(Failures.ExitCode(error.failure.kind).rawValue)
    }
  }

  private func serve() async throws {
    let script = FaultScript()
    if let faults {
      script.set(try FaultScript.rules(json: try FaultScript.read(file: faults)))
    }
    let stopping = StopSignals(watchingParent: exitWithParent, lifetime: lifetime?.duration)
    var options = Sandbox.Options()
    options.kubernetes.hasTraffic = true
    try options.kubernetes.bundles.useArchive()
    options.latency = .milliseconds(max(0, latency))
    let estate = try estate()
    // The control planes are registered, and no adapter of VMware's runs.
    options.manager.silentControlPlanes = Set(estate.clusters.map(\.name))
    let sandbox = try await Sandbox.start(estate: estate, faults: script, options: options)
    let agents: [SandboxServer]
    do {
      agents = try await sandbox.startAgents()
      try sandbox.writeFiles(to: state)
    } catch {
      await sandbox.stop()
      throw error
    }
    report(sandbox)
    await stopping.wait()
    for agent in agents { await agent.stop() }
    await sandbox.stop()
  }

  private func estate() throws -> Estate {
    guard let nsxSnapshot else { return .demo }
    return try Estate(
      snapshot: try FaultScript.read(file: nsxSnapshot),
      clusterObjects: try clusterObjects.map { try FaultScript.read(file: $0) })
  }

  private func report(_ sandbox: Sandbox) {
    var lines = ["NSX Manager  \(sandbox.manager.server.url)  user \(sandbox.manager.user)"]
    for cluster in sandbox.clusters {
      lines.append("Kubernetes   \(cluster.server.url)  context \(cluster.name)")
    }
    lines += [
      "", "Try it in another shell:", "  . \(state)/\(Sandbox.FileName.environment)",
      "  nsx-antrea plan --config \(state)/\(Sandbox.FileName.configuration)",
      "  kubectl get nodes,namespaces,pods -A",
      "  curl -s --cacert \"$NSX_CA_FILE\" -u \"$NSX_USER:$NSX_PASSWORD\" \\",
      "    \"$NSX_URL/policy/api/v1/infra/domains/default/security-policies\"", "",
      "Control-C stops the sandbox.",
    ]
    StandardOutput.write(lines.joined(separator: "\n") + "\n")
  }
}

/// A time span as a person writes it: a number with `s`, `m` or `h`.
struct Lifetime: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600]
    let factor = argument.last.flatMap { units[$0] }
    guard let number = Int64(factor == nil ? argument[...] : argument.dropLast()), number > 0
    else { return nil }
    duration = .seconds(number * (factor ?? 1))
  }
}
