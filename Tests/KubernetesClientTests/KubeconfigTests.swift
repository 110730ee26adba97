import Failures
import Foundation
import HTTPTransport
import KubernetesClient
import Testing

@Suite("Kubeconfig")
struct KubeconfigTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file with one context `c`, the given cluster and user members.
  private func config(cluster: String = "", user: String = "{}", context: String = "") throws
    -> Kubeconfig
  {
    try Kubeconfig(
      paths: [
        folder.write(
          "config",
          """
          apiVersion: v1
          kind: Config
          current-context: c
          contexts:
          - name: c
            context: {cluster: k, user: u\(context)}
          clusters:
          - name: k
            cluster: {server: "https://k8s.test:6443/"\(cluster)}
          users:
          - name: u
            user: \(user)
          """)
      ])
  }

  private func fault(_ work: () throws -> Void) -> KubeconfigError? {
    do {
      try work()
      return nil
    } catch { return error as? KubeconfigError }
  }

  @Test func everyMember() async throws {
    try folder.write("pki/ca.crt", "CA")
    try folder.write("pki/key", "KEY")
    let settings = try config(
      cluster:
        ", certificate-authority: pki/ca.crt, tls-server-name: api, proxy-url: 'http://proxy:3128'",
      user: "{client-certificate-data: Q0VSVA==, client-key: pki/key, token: secret}",
      context: ", namespace: shop"
    ).connection()
    #expect(settings.server == server)
    #expect(settings.context == "c")
    #expect(settings.namespace == "shop")
    #expect(settings.proxyURL == "http://proxy:3128")
    #expect(settings.tls.verify)
    #expect(settings.tls.serverName == "api")
    #expect(settings.tls.certificateAuthority == .file("\(folder.path)/pki/ca.crt"))
    #expect(
      settings.tls.clientCertificate
        == ClientCertificate(
          certificate: .data(Array("CERT".utf8)), key: .file("\(folder.path)/pki/key")))
    #expect(try await settings.credentials.authorization() == "Bearer secret")
  }

  @Test func credentials() async throws {
    let basic = try config(user: "{username: admin, password: 'p:w'}").connection()
    #expect(try await basic.credentials.authorization() == "Basic YWRtaW46cDp3")
    let none = try config(cluster: ", insecure-skip-tls-verify: true").connection()
    #expect(try await none.credentials.authorization() == nil)
    #expect(!none.tls.verify)
    try folder.write("token", "one\n")
    let file = try config(user: "{token: stale, tokenFile: token}").connection()
    #expect(try await file.credentials.authorization() == "Bearer one")
    try folder.write("token", "two\n")
    #expect(try await file.credentials.authorization() == "Bearer two")
  }

  @Test func filesAreMergedAsKubectlDoes() throws {
    let first = try folder.write(
      "a/config",
      """
      contexts: [{name: x, context: {cluster: one, user: ""}}]
      clusters: [{name: one, cluster: {server: "https://first"}}]
      """)
    let second = try folder.write(
      "b/config",
      """
      current-context: x
      contexts: [{name: x, context: {cluster: two}}, {name: z, context: {cluster: two}}]
      clusters:
      - {name: one, cluster: {server: "https://shadowed"}}
      - {name: two, cluster: {server: "https://second", certificate-authority: ca}}
      """)
    try folder.write("b/ca", "CA")
    let config = try Kubeconfig.load(
      environment: ["KUBECONFIG": "\(first):\(folder.path)/absent:\(second)"])
    #expect(config.files == [first, second])
    #expect(config.contextNames == ["x", "z"])
    #expect(try config.connection().server == "https://first")
    let other = try config.connection(context: "z")
    #expect(other.server == "https://second")
    #expect(other.tls.certificateAuthority == .file("\(folder.path)/b/ca"))
  }

  @Test func homeIsTheDefault() throws {
    #expect(
      fault { _ = try Kubeconfig.load(environment: ["HOME": folder.path]) }
        == .noFile(searched: ["\(folder.path)/.kube/config"]))
    try folder.write(".kube/config", "contexts: []")
    let config = try Kubeconfig.load(environment: ["HOME": folder.path, "KUBECONFIG": ""])
    #expect(fault { _ = try config.connection() } == .noCurrentContext(files: config.files))
  }

  @Test func faultsNameTheirCause() throws {
    let missing = fault { _ = try Kubeconfig.load(path: "/nonexistent/x", environment: [:]) }
    #expect(missing?.failure.subject == "/nonexistent/x")
    #expect(missing?.failure.kind == .invalidInput)
    let unknown = fault { _ = try config().connection(context: "z") }
    #expect(unknown == .unknownContext("z", known: ["c"]))
    #expect(unknown?.failure.kind == .usage)
    #expect(unknown?.failure.remedy == "known are c")
    let path = "\(folder.path)/config"
    let provider = fault { _ = try config(user: "{auth-provider: {name: gcp}}").connection() }
    #expect(provider == .authProvider("gcp", user: "u"))
    let key = fault { _ = try config(user: "{client-certificate-data: Q0VSVA==}").connection() }
    guard case .invalid(path, _)? = key else {
      Issue.record("\(String(describing: key))")
      return
    }
    let base64 = fault {
      _ = try config(cluster: ", certificate-authority-data: '*'").connection()
    }
    guard case .invalid(path, _)? = base64 else {
      Issue.record("\(String(describing: base64))")
      return
    }
    let authority = fault { _ = try config(cluster: ", certificate-authority: gone").connection() }
    #expect(authority?.failure.subject == "\(folder.path)/gone")
    let token = fault { _ = try config(user: "{tokenFile: gone}").connection() }
    #expect(token?.failure.subject == "\(folder.path)/gone")
    try folder.write(
      "dangling",
      "current-context: c\ncontexts: [{name: c, context: {cluster: gone, user: gone}}]\n")
    let dangling = try Kubeconfig(paths: ["\(folder.path)/dangling"])
    #expect(fault { _ = try dangling.connection() } == .unknownCluster("gone", context: "c"))
  }

  @Test(arguments: [
    "a: [", "- a", "kind: Pod", "contexts: 1", "contexts: [{}]", "a: 1\na: 2", "\u{0}",
    "users: [{name: u, user: {token: 123}}]", "contexts: [{name: yes}]",
    "contexts: [{name: c, context: {cluster: no}}]",
  ])
  func notAKubeconfig(text: String) throws {
    let path = try folder.write("bad", text)
    let error = fault { _ = try Kubeconfig(paths: [path]) }
    #expect(error?.failure.subject == path)
    #expect(error?.failure.kind == .invalidInput)
  }

  @Test func inCluster() async throws {
    try folder.write("token", "sa-token\n")
    try folder.write("ca.crt", "CA")
    try folder.write("namespace", "kube-system")
    let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
    let settings = try InClusterConfiguration.connection(
      environment: environment, folder: folder.path)
    #expect(settings.server == "https://[fd00::1]:443")
    #expect(settings.namespace == "kube-system")
    #expect(settings.tls.certificateAuthority == .file("\(folder.path)/ca.crt"))
    #expect(try await settings.credentials.authorization() == "Bearer sa-token")
    for broken in [[:], environment] {
      let error = fault {
        _ = try InClusterConfiguration.connection(
          environment: broken, folder: "\(folder.path)/none")
      }
      guard case .notInCluster? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
  }
}
