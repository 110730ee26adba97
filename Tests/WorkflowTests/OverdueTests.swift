import Foundation
import Sandbox
import Testing
import Workflow

@Suite("Runs that take too long, and what they start")
struct OverdueTests {
  @Test("69 when the time of the run is over and nothing was changed")
  func nothingChanged() async throws {
    try await withSite { site in
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "GET", pathPrefix: "/apis/crd.antrea.io/v1beta1/clustergroups", count: nil,
          fault: .silence))
      let result = await site.run(["timeout": "2s"]) {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(result.status == .unreachable, "\(result.talk)")
      #expect(result.talk.contains("the run: did not end within"), "\(result.talk)")
      #expect(result.talk.contains("raise --timeout"), "\(result.talk)")
      #expect(site.clusterWrites == [])
    }
  }

  @Test("4 when something was changed by then, and the reason is told")
  func somethingChanged() async throws {
    try await withSite { site in
      _ = await site.run {
        try await $0.render(DesiredSource(), commit: true, initialize: true, push: false)
      }
      let start = ContinuousClock.now
      site.clusterServer.faults.add(
        FaultScript.Rule(
          method: "PATCH", pathPrefix: "/apis/crd.antrea.io/v1beta1/tiers", count: nil
        ) {
          // The write ends after the run should have, however often it is sent.
          while ContinuousClock.now < start + .seconds(31) {
            try? await Task.sleep(for: .milliseconds(50))
          }
        })
      let result = await site.run(["timeout": "30s"]) {
        try await $0.apply(DesiredSource(), planFile: nil, approved: true, wait: false)
      }
      #expect(result.status == .partial, "\(result.talk)")
      #expect(result.talk.contains("the run: did not end within"), "\(result.talk)")
    }
  }

  @Test("a credential plugin sees none of the tool's own variables")
  func pluginEnvironment() async throws {
    try await withSite { site in
      try site.write(
        "plugin",
        """
        #!/bin/sh
        env > '\(site.folder)/variables'
        printf '%s' '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",\
        "status":{"token":"test-token"}}'

        """)
      chmod("\(site.folder)/plugin", 0o755)
      let text = try String(contentsOfFile: "\(site.folder)/kubeconfig", encoding: .utf8)
      let exec =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin, interactiveMode: Never}"
      let changed = text.replacing("token: test-token", with: exec)
      #expect(changed != text)
      try site.write("kubeconfig", changed)
      let result = await site.run { try await $0.sync(DesiredSource()) }
      #expect(result.status == .success, "\(result.talk)")
      let variables = try String(contentsOfFile: "\(site.folder)/variables", encoding: .utf8)
      #expect(variables.contains("PATH="))
      #expect(!variables.contains("NSX_ANTREA_"), "\(variables)")
    }
  }
}
