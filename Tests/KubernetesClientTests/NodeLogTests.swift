import Documents
import HTTPTransport
import KubernetesClient
import Synchronization
import Testing

@Suite("Files of nodes, through the kubelet")
struct NodeLogTests {
  private static let folder = "/api/v1/nodes/node-1/proxy/logs/antrea/networkpolicy"
  private let file = NodeLogFile(node: "node-1", path: "antrea/networkpolicy/np.log")

  private func client(_ answer: HTTPResponse) -> (KubernetesClient, ScriptedClient) {
    let http = ScriptedClient([answer])
    return (KubernetesClient(http: http, server: server, credentials: BearerToken("t")), http)
  }

  private func part(_ range: String, _ text: String, status: Int = 206) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [HTTPHeader("Content-Range", range)], body: Array(text.utf8))
  }

  @Test("the list of a folder, also where a proxy puts a prefix before its links")
  func names() async throws {
    let page =
      "<!doctype html>\n<pre>\n<a href=\"np.log\">np.log</a>\n<a href=\"old/\">old/</a>\n"
      + "<a href=\"/api/v1/nodes/n/proxy/logs/a/np-2026.log\">x</a>\n<a href=\"a%20b%\">a b</a>\n</pre>"
    let (client, http) = client(HTTPResponse(status: 200, body: Array(page.utf8)))
    let folder = NodeLogFile(node: "node-1", path: "antrea/networkpolicy")
    #expect(try await client.nodeLogNames(in: folder) == ["np.log", "np-2026.log", "a b%"])
    #expect(http.requests.first?.target == "\(Self.folder)/")
  }

  @Test("the size of a file, where parts of it can be had")
  func sizes() async throws {
    let (client, http) = client(part("bytes 0-0/4711", "x"))
    #expect(try await client.nodeLogSize(file) == 4711)
    #expect(http.requests.first?.target == "\(Self.folder)/np.log")
    #expect(http.requests.first?.header("range") == "bytes=0-0")
    #expect(http.requests.first?.header("accept-encoding") == "identity")
    for (answer, size): (HTTPResponse, Int64?) in [
      (part("bytes */0", "no", status: 416), 0), (HTTPResponse(status: 200), 0),
      (HTTPResponse(status: 200, body: Array("the whole".utf8)), nil),
    ] {
      #expect(try await self.client(answer).0.nodeLogSize(file) == size)
    }
  }

  @Test("a part, and the rest")
  func parts() async throws {
    let (client, http) = client(part("bytes 5-7/100", "abc"))
    #expect(try await client.nodeLogPart(file, from: 5, count: 3) == Array("abc".utf8))
    #expect(http.requests.first?.header("range") == "bytes=5-7")
    let rest = self.client(part("bytes 5-7/8", "abc"))
    let got = Mutex<[UInt8]>([])
    try await rest.0.nodeLog(file, from: 5, timeout: .seconds(5)) { bytes in
      got.withLock { $0 += bytes }
    }
    #expect(got.withLock { $0 } == Array("abc".utf8))
    #expect(rest.1.requests.first?.header("range") == "bytes=5-")
    // A server that ignores what is asked for must not be believed.
    await #expect(throws: TransportError.self) {
      try await self.client(HTTPResponse(status: 200, body: [1])).0.nodeLog(
        file, from: 5, timeout: .seconds(5)
      ) { _ in }
    }
  }

  @Test("the kubelet's refusals are not the API server's")
  func refusals() async throws {
    for (status, refusal): (Int, NodeLogRefusal) in [
      (404, .absent), (405, .disabled), (403, .refused), (401, .refused),
    ] {
      let (client, _) = client(HTTPResponse(status: status, body: Array("text\n".utf8)))
      await #expect(throws: refusal) { try await client.nodeLogSize(file) }
    }
    let (client, _) = client(.failure(403, "Forbidden", "nodes is forbidden"))
    let error = await #expect(throws: KubernetesAPIError.self) {
      try await client.nodeLogSize(file)
    }
    #expect(error?.isForbidden == true)
  }
}
